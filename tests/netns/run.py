#!/usr/bin/env python3
# SPDX-License-Identifier: BSL-1.0
"""Plays scenarios between two peers over real sockets, in network namespaces, and tells how each ended.

    run.py --peer PROGRAM [--transfer PROGRAM] [--only PART_OF_NAME] [--share] [--jobs N] [--keep] [--list]

Needs Linux, root, and the commands ip, tc, nft, conntrack and sysctl; ends with 77 where namespaces are not allowed.
--share plays a few short ones. --keep leaves namespaces and files for a look and says how they are called.
BOWLINE_FIRST_SEED decides what the files contain (1); the kernel's own choices are not repeatable.
"""
import argparse
import concurrent.futures
import os
import pathlib
import shutil
import signal
import sys
import tempfile
import time

sys.path.append(str(pathlib.Path(__file__).resolve().parents[1]))
from ends import Broken
from figure import figure
from network import Network, Stopped, why_not
from scenarios import SCENARIOS, SHARE, Lab

SCENARIOS_MIN = 15
SKIPPED = 77
SEED = int(os.environ.get("BOWLINE_FIRST_SEED", "1"))


def play(claim, programs, folder, keep):
    """Plays one scenario. Returns whether its claim held."""
    started = time.monotonic()
    files = folder / claim.__name__
    files.mkdir()
    lab = None
    try:
        lab = Lab(programs, files, SEED)
        result, words = "ok", claim(lab)
    except Broken as broken:
        result, words = "BROKEN", str(broken)
    except Stopped:
        return False
    except Exception as error:  # a scenario that cannot be played proves nothing
        result, words = "FAILED", f"{type(error).__name__}: {error}"
    finally:
        if lab and not keep:
            lab.net.close()
    if Network.stopping:
        return False
    where = f" [{lab.net.prefix}*, {files}]" if lab and keep else ""
    print(f"{result:6} {time.monotonic() - started:5.1f} s  {claim.__name__}: {words}{where}", flush=True)
    if result != "ok" and lab:
        for process in lab.net.processes:
            print(f"       {process.host} said last: {' | '.join(process.lines[-8:])}", flush=True)
    return result == "ok"


def remove(folder):
    Network.close_all()
    shutil.rmtree(folder, ignore_errors=True)


def main():
    arguments = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    arguments.add_argument("--peer", type=pathlib.Path)
    arguments.add_argument("--transfer", type=pathlib.Path)
    arguments.add_argument("--only", default="")
    arguments.add_argument("--share", action="store_true")
    arguments.add_argument("--jobs", type=int, default=4)
    arguments.add_argument("--keep", action="store_true")
    arguments.add_argument("--list", action="store_true")
    chosen = arguments.parse_args()
    claims = [claim for claim in (SHARE if chosen.share else SCENARIOS) if chosen.only in claim.__name__]
    if chosen.list:
        print("\n".join(claim.__name__ for claim in claims))
        return 0
    if not chosen.peer:
        arguments.error("--peer is needed")
    why = why_not()
    if why:
        print(f"SKIPPED: {why}")
        return SKIPPED

    folder = pathlib.Path(tempfile.mkdtemp(prefix="bowline-netns-"))

    def stop(*_):
        remove(folder)
        print("interrupted", flush=True)
        os._exit(130)  # the scenarios' threads would wait on

    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, stop)
    started = time.monotonic()
    try:
        # Most of them wait more than they work.
        with concurrent.futures.ThreadPoolExecutor(max_workers=chosen.jobs) as pool:
            held = list(pool.map(lambda claim: play(claim, chosen, folder, chosen.keep), claims))
    finally:
        if not chosen.keep:
            remove(folder)
    print(f"{sum(held)} of {len(held)} claims held, in {time.monotonic() - started:.0f} s")
    enough = len(held) >= SCENARIOS_MIN or chosen.share or chosen.only
    if not (chosen.share or chosen.only):
        figure("netns_scenarios", sum(held), SCENARIOS_MIN, enough and all(held))
    return 0 if held and all(held) and enough else 1


if __name__ == "__main__":
    sys.exit(main())
