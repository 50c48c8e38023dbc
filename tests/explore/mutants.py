#!/usr/bin/env python3
# SPDX-License-Identifier: BSL-1.0
"""Takes rules out of the library, one at a time, and looks whether the search finds what breaks.

    mutants.py [--compiler CXX] [--build FOLDER] [--show] [NAME ...]

For each mutant a copy of include/ is changed, and one world is searched with it. Prints the steps of the shortest trace
and the law that it breaks; with --show the whole trace. Ends with 1 where a mutant is not found.
"""

import argparse
import re
import subprocess
import sys
from pathlib import Path

sys.path.append(str(Path(__file__).resolve().parents[1]))
from changed import ROOT, changed_copy
from figure import figure

HERE = Path(__file__).resolve().parent

# name: the rule that is taken out, its search program, its world, and what is changed: header, text, other text.
MUTANTS = {
    "held-is-acked": (
        "an acknowledged message that the peer holds has no outcome yet", "wide",
        "gate at the receiver, first cancelled",
        [("core/outbox.hpp", "if (message.dependency == Message::Dependency::none) flow_.conclude_acked(id, message, "
          "stats);",
          "OrderingGate::leave(flow_.table().ring(), id);\n    flow_.conclude_acked(id, message, stats);")]),
    "ack-before-taken": (
        "nothing is acknowledged before the application took it", "wide", "events taken late",
        [("core/receiver.hpp", "return !inbox_.has_received() && (acks_.due()", "return (acks_.due()"),
         ("core/receiver.hpp", "    if (inbox_.has_received()) return false;\n", ""),
         ("core/inbox.hpp", "    BOWLINE_ASSERT(delivery().empty());\n", "")]),
    "ack-of-a-late-copy": (
        "after an unacknowledged end only verdicts count", "wide", "cancelled in flight",
        [("core/outbox.hpp", "    if (run.tombstones) return on_tombstones_acked(run, packet);\n",
          "    if (run.tombstones) return on_tombstones_acked(run, packet);\n"
          "    for (SequenceNumber n = run.first; n < run.end; ++n) {\n"
          "      const Segment* segment = flow_.acks().find(n);\n"
          "      if (segment != nullptr && segment->tombstone) static_cast<void>(on_verdict({n, true}, stats));\n"
          "    }\n")]),
    "no-fail-bit": (
        "that a message fails with its dependency travels with it", "wide", "gate at the receiver, fails",
        [("core/first_transmission.hpp", "frame.dependency = dependency->number;\n    frame.fail_with_dependency = "
          "message.fail_with_dependency;", "frame.dependency = dependency->number;"),
         ("core/segment_writer.hpp",
          "frame.dependency = number - message.distance;\n      frame.fail_with_dependency = "
          "message.fail_with_dependency;", "frame.dependency = number - message.distance;")]),
    "held-dependent-is-released": (
        "what fails with its dependency is refused when it was held", "wide", "gate at the receiver, fails",
        [("core/settlement.hpp", "const bool refused = waiting.fail_with_dependency && dependency == Fate::abandoned;",
          "const bool refused = waiting.fail_with_dependency && dependency == Fate::unseen;")]),
    "release-of-one-link": (
        "what is released releases what waits for it", "wide", "chain of three, first cancelled",
        [("core/settlement.hpp", "    settled_.push_back({waiting.number, fate});\n", "")]),
    "no-dependency-from-the-senders-gate": (
        "whatever the gate, a message carries its dependency", "wide", "gate at the sender, first cancelled",
        [("core/first_transmission.hpp", "    if (dependency == nullptr) return;\n",
          "    if (dependency == nullptr || message.gate == Gate::at_sender) return;\n")]),
    "no-tombstone": (
        "what ends unacknowledged is recalled", "wide", "gate at the receiver, first cancelled",
        [("core/message_flow.hpp", "const bool settled = !message.started();",
          "const bool settled = true;\n    if (acks_.find(message.number) != nullptr) acks_.settle(message.number);")]),
    "verdict-asked-once": (
        "a tombstone is repeated until its verdict is in", "wide", "cancelled in flight",
        [("core/outbox.hpp", "if (segment != nullptr && segment->latest == packet) "
          "flow_.tombstones().repeat(flow_.acks(), n);", "")]),
    "late-ack-of-any-verdict": (
        "only a verdict of delivered is a late acknowledgement", "wide", "cancelled in flight",
        [("core/outbox.hpp", "if (verdict.delivered && verdict.number", "if (verdict.number")]),
    "any-echo-binds": (
        "only an echo of the challenge binds", "wide", "handshake, z restarts, with copies",
        [("core/handshake.hpp", "if (hello.response == challenge_) {", "{")]),
    "every-hello-is-answered": (
        "a HELLO that wants nothing is not answered", "wide", "handshake, messages",
        [("core/handshake.hpp", "if (hello.want && !answer(now, hello)", "if (!answer(now, hello)")]),
    "challenge-for-life": (
        "the challenge is drawn anew at every bind", "wide", "late hello",
        [("core/handshake.hpp", "    peer_limits_ = limits;\n    challenge_ = secrets_.next();\n",
          "    peer_limits_ = limits;\n")]),
    "hellos-end-at-the-bind": (
        "HELLOs go on until the peer has confirmed", "wide", "z restarts, with a loss",
        [("core/handshake.hpp", "    confirmed_ = false;\n    begin_hellos(now);",
          "    confirmed_ = false;\n    hello_at_ = never;")]),
    "signalling-keeps-the-challenge": (
        "a bind by signalling draws a challenge too", "wide", "bound by signalling after an answer",
        [("core/handshake.hpp", "    challenge_ = secrets_.next();\n    confirmed_ = false;\n    begin_hellos(now);",
          "    confirmed_ = false;\n    begin_hellos(now);"),
         ("core/handshake.hpp", "        bind(now, hello.nonce, hello.limits);\n",
          "        bind(now, hello.nonce, hello.limits);\n        challenge_ = secrets_.next();\n")]),
    "restart-keeps-what-was-pending": (
        "a new incarnation of the peer ends what was pending", "wide", "receiver restarts",
        [("core/association.hpp", "    if (had_peer) {\n      outbox().end_all(stats);\n", "    if (had_peer) {\n")]),
    "no-packet-filter": (
        "a packet is taken once", "wide", "newest only",
        [("core/receiver.hpp", "return ++stats.dropped_replayed, false;", "break;"),
         ("core/delivery.hpp", "if (departure < newest_delivered_)",
          "if (departure.packet() + 1 < newest_delivered_.packet())")]),
    "no-message-filter": (
        "a number is delivered once", "wide", "gate at the receiver",
        [("core/inbox.hpp", "      if (filter_.admit(frame.number) == Admission::fresh) {", "      {")]),
    "short-ring": (
        "the fates reach down to F - W", "wide", "FixedQueueDedup<1>, window 1",
        [("core/receive_log.hpp", "number + window_ < lowest_unseen_", "number + window_ <= lowest_unseen_"),
         ("core/receive_log.hpp", "noexcept {\n    BOWLINE_ASSERT(!behind(number) && !beyond(number));",
          "noexcept {")]),
    "numbers-beyond-the-window": (
        "new numbers are used only below L + W", "wide", "FixedQueueDedup<3>, window 2",
        [("core/ack_table.hpp", "return segments_.size() < (lowest_level ? window - window / 8 : window);",
          "return lowest_level || segments_.size() < 2 * window;")]),
    "the-peers-window-is-not-asked-for": (
        "the smaller window of the two ends counts", "wide", "z takes a window of one",
        [("core/session.hpp", "(std::min)(window_, limits.window)", "window_")]),
    "first-number-names-the-parts": (
        "a message in parts is recalled under its last number", "wide",
        "one waits for two parts in a window of one",
        [("core/tombstones.hpp", "numbered ? recall(acks, message.number) : "
          "static_cast<void>(unnumbered_.push_back(id));", "if (numbered) recall(acks, message.number);")]),
    "one-tombstone-for-all-parts": (
        "each part that is not acknowledged is recalled", "wide", "two parts cancelled",
        [("core/tombstones.hpp", "      recall(acks, n);\n      ++message.tombstones;\n", "      acks.settle(n);\n")]),
    "recalled-parts-are-kept": (
        "a tombstone drops the message in part that it names", "wide", "two parts cancelled",
        [("core/inbox.hpp", "    if (frame.fragment.first != 0) parts().drop_partial(frame.fragment.first);\n", "")]),
    "seal-of-what-travels": (
        "the seal covers the whole number of a packet", "three_bits", "numbers of 3 bits, a copy kept",
        [("core/envelope.hpp", "seal_.open(number, datagram", "seal_.open(number % 8, datagram"),
         ("core/envelope.hpp", "seal_.close(number, datagram", "seal_.close(number % 8, datagram")]),
    "no-timer-without-numbers": (
        "an end that has run out of numbers has a timer", "three_bits", "numbers of 3 bits, recalled",
        [("core/session.hpp", "sender_.answer_time(), mute)", "sender_.answer_time())")]),
}


def search(name, compiler, build, show):
    rule, program, world, edits = MUTANTS[name]
    place = build / name
    if fault := changed_copy(place, edits):
        return f"does not apply: {fault}", False
    # In one piece, so that nothing of the unchanged library is linked in.
    parts = [*sorted((HERE / "plans").glob("*.cpp")), HERE / "searches" / f"{program}.cpp", HERE / "main.cpp"]
    whole = place / "whole.cpp"
    whole.write_text("".join(f'#include "explore/{part.relative_to(HERE).as_posix()}"\n' for part in parts),
                     encoding="utf-8")
    built = subprocess.run([*compiler.split(), "-std=c++20", "-O1", "-fno-access-control", f"-I{place / 'include'}",
                            f"-I{HERE.parent}", str(whole), "-o", str(place / "explore"), "-pthread"],
                           capture_output=True, text=True, check=False)
    if built.returncode != 0:
        return f"does not compile: {built.stderr[-1000:]}", False
    said = subprocess.run([str(place / "explore"), world], capture_output=True, text=True, check=False)
    depth = re.search(r"depth +(\d+)", said.stdout)
    law = re.search(r"=> (.*)", said.stdout)
    if show:
        print(said.stdout, said.stderr, sep="")
    if not depth:
        return f"there is no world {world}, or it crashed: {said.stderr.strip()[-300:]}", False
    if not law:
        return f"is not found in '{world}'", False
    return f"{depth.group(1):>2} steps in '{world}': {law.group(1)}", True


def main():
    parser = argparse.ArgumentParser(description="Searches worlds without a rule.")
    parser.add_argument("names", nargs="*", metavar="NAME", help=", ".join(MUTANTS))
    parser.add_argument("--compiler", default="c++")
    parser.add_argument("--build", type=Path, default=ROOT / "build" / "explore_mutants")
    parser.add_argument("--show", action="store_true", help="print the traces")
    options = parser.parse_args()
    names = options.names or list(MUTANTS)
    found = 0
    for name in names:
        result, good = search(name, options.compiler, options.build, options.show)
        found += good
        print(f"{name:<36} {result}", flush=True)
    return 0 if figure("explore_mutants", found, len(names), found == len(names)) else 1


if __name__ == "__main__":
    sys.exit(main())
