#!/usr/bin/env python3
# SPDX-License-Identifier: BSL-1.0
"""Lets the program `talk` of README.md speak to itself in another process.

    two_processes.py TALK
"""

import socket
import subprocess
import sys


def free_port():
    """A UDP port that nobody uses at this moment."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def attempt(talk):
    """What the listener printed, or None if one of the two failed."""
    here, there = (f"127.0.0.1:{free_port()}" for _ in range(2))
    listener = subprocess.Popen([talk, here, there], stdout=subprocess.PIPE, text=True)
    try:
        speaker = subprocess.run([talk, there, here, "a line to say"], timeout=20)
        heard, _ = listener.communicate(timeout=20)
        return heard if speaker.returncode == 0 and listener.returncode == 0 else None
    except subprocess.TimeoutExpired:
        return None
    finally:
        listener.kill()
        listener.wait()


def main():
    # Somebody else may take a port between our look and its use, so a failure is tried once more.
    for _ in range(2):
        heard = attempt(sys.argv[1])
        if heard == "hello\na line to say\n":
            return 0
        print(f"the listener printed {heard!r}")
    return 1


if __name__ == "__main__":
    sys.exit(main())
