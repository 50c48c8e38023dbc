# SPDX-License-Identifier: BSL-1.0
"""Programs that run in a network, and the laws that what they say must keep."""
import collections
import subprocess
import threading
import time

import network

SECONDS_MAX = 60

# Of a file, if the program is not told otherwise.
MESSAGE_BYTES = 16384


class Broken(Exception):
    """A law does not hold."""


def expect(holds, sentence):
    if not holds:
        raise Broken(sentence)


class Program:
    """A process on a host, and the lines that it has said."""

    def __init__(self, net, host, *command):
        self.host = host
        self.lines = []
        self.changed = threading.Condition()
        with network.Network.lock:
            if network.Network.stopping:
                raise network.Stopped
            self.process = subprocess.Popen(net.inside(host, *command), stdin=subprocess.DEVNULL,
                                            stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
            net.processes.append(self)
        self.reader = threading.Thread(target=self.read, daemon=True)
        self.reader.start()

    def read(self):
        for line in self.process.stdout:
            with self.changed:
                self.lines.append(line.rstrip("\n"))
                self.changed.notify_all()
        self.process.wait()
        with self.changed:
            self.changed.notify_all()

    def said(self, word):
        """What followed `word` on each line that begins with it."""
        with self.changed:
            return [line[len(word) + 1:] for line in self.lines if line == word or line.startswith(word + " ")]

    def wait_for(self, word, times=1):
        """Until it has said so many lines that begin with `word`."""
        until = time.monotonic() + SECONDS_MAX
        while len(self.said(word)) < times:
            expect(self.process.poll() is None or len(self.said(word)) >= times,
                   f"{self.host} ended before it said {word} {times} times: {self.lines[-3:]}")
            expect(time.monotonic() < until, f"{self.host} did not say {word} {times} times: {self.lines[-3:]}")
            with self.changed:
                self.changed.wait(0.05)

    def end(self):
        """Waits for the end of the process. Returns its exit code."""
        try:
            self.process.wait(SECONDS_MAX)
        except subprocess.TimeoutExpired:
            raise Broken(f"{self.host} did not end within {SECONDS_MAX} s: {self.lines[-3:]}") from None
        self.reader.join(5)
        return self.process.returncode

    def kill(self):
        self.process.kill()
        self.process.wait()
        self.reader.join(5)

    def stat(self, name):
        pairs = dict(pair.split("=") for pair in self.said("stats")[-1].split())
        return int(pairs[name])


def check_sender(sender, file, tries=1, message_bytes=MESSAGE_BYTES):
    """Every message ended, once for each try; what came back is told."""
    offsets = [str(offset) for offset in range(0, file.stat().st_size, message_bytes)]
    given_back = dict(words.split() for words in sender.said("unconfirmed"))
    ends = collections.Counter(sender.said("acked") + [words.split()[0] for words in sender.said("unconfirmed")])
    expect(set(ends) == set(offsets), f"{len(set(offsets) - set(ends))} messages have no outcome")
    acked = collections.Counter(sender.said("acked"))
    expect(max(acked.values(), default=0) <= 1, "a message was acknowledged twice")
    expect(max(ends.values()) <= tries, "a message ended more than once")
    if sender.process.returncode == 0:
        expect(len(acked) == len(offsets), "the sender calls it well though not all is acknowledged")
    else:
        expect(given_back, "the sender failed and no message says so")
        expect(sender.said("disconnected") or "lost" in given_back.values(), "the sender failed and no reason was told")


def check_taken(sender, receivers):
    """What is acknowledged was taken, and nothing twice in one session."""
    taken = [offset for receiver in receivers for offset in receiver.said("taken")]
    missing = set(sender.said("acked")) - set(taken)
    expect(not missing, f"{len(missing)} messages were acknowledged and not taken")
    for receiver in receivers:
        if len(receiver.said("connected")) == 1:
            twice = [offset for offset, times in collections.Counter(receiver.said("taken")).items() if times > 1]
            expect(not twice, f"{len(twice)} messages were taken twice")
