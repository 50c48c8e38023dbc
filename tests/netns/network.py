# SPDX-License-Identifier: BSL-1.0
"""Two hosts behind two NATs, made of five network namespaces:

    left -- left_nat -- core -- right_nat -- right
     10.0.1.2   198.51.100.2   203.0.113.2   10.0.2.2

The NATs masquerade, and drop what comes from outside without a mapping. right_nat forwards port 9000 to right, unless
told otherwise. IPv6 is routed. The core is where the path suffers: its nftables, and a rate each way.
"""
import itertools
import os
import shutil
import subprocess
import threading
import time

HOSTS = ("left", "left_nat", "core", "right_nat", "right")
RIGHT_PORT = 9000
LEFT = "198.51.100.2"
RIGHT = "203.0.113.2"
RIGHT_6 = "2001:db8:4::2"

# Wire, its two ends, their devices and addresses.
WIRES = (
    ("left", "eth", "left_nat", "in", "10.0.1.2/24", "10.0.1.1/24", "2001:db8:1::2/64", "2001:db8:1::1/64"),
    ("left_nat", "out", "core", "left", "198.51.100.2/24", "198.51.100.1/24", "2001:db8:2::2/64", "2001:db8:2::1/64"),
    ("core", "right", "right_nat", "out", "203.0.113.1/24", "203.0.113.2/24", "2001:db8:3::1/64", "2001:db8:3::2/64"),
    ("right_nat", "in", "right", "eth", "10.0.2.1/24", "10.0.2.2/24", "2001:db8:4::1/64", "2001:db8:4::2/64"),
)
ROUTES = {
    "left": ("route add default via 10.0.1.1", "-6 route add default via 2001:db8:1::1"),
    "left_nat": ("route add default via 198.51.100.1", "-6 route add default via 2001:db8:2::1"),
    "core": ("-6 route add 2001:db8:1::/64 via 2001:db8:2::2", "-6 route add 2001:db8:4::/64 via 2001:db8:3::2"),
    "right_nat": ("route add default via 203.0.113.1", "-6 route add default via 2001:db8:3::1"),
    "right": ("route add default via 10.0.2.1", "-6 route add default via 2001:db8:4::1"),
}

NAT = """
table ip nat {
  chain prerouting { type nat hook prerouting priority -100; }
  chain postrouting { type nat hook postrouting priority 100; }
}
table ip guard {
  chain input { type filter hook input priority 0; }
}
"""
FAULTS = """
table ip faults {
  chain early { type filter hook prerouting priority -150; }
  chain path { type filter hook forward priority 0; }
}
table ip6 faults {
  chain path { type filter hook forward priority 0; }
}
"""


class Stopped(Exception):
    """Somebody wants everything to end."""


def call(command, said=""):
    """Runs a command of the system, with `said` as its input. It must succeed."""
    if Network.stopping:
        raise Stopped
    done = subprocess.run(command, input=said, capture_output=True, text=True)
    if done.returncode != 0:
        raise RuntimeError(f"{' '.join(command)}: {done.stderr.strip()}\n{said}")
    return done.stdout


def why_not():
    """A sentence that says why no network can be made here; empty if all is well."""
    missing = [name for name in ("ip", "tc", "nft", "conntrack", "sysctl") if not shutil.which(name)]
    if missing:
        return f"{', '.join(missing)} not found (packages iproute2, nftables, conntrack, procps)"
    if os.geteuid() != 0:
        return "only root may make network namespaces"
    name = f"bowline-{os.getpid()}-probe"
    try:
        call(["ip", "netns", "add", name])
        call(["ip", "netns", "exec", name, "nft", "add", "table", "ip", "probe"])
    except RuntimeError as error:
        return f"network namespaces with nftables are not allowed: {error}"
    finally:
        subprocess.run(["ip", "netns", "del", name], capture_output=True)
    return ""


class Network:
    """One such network, with namespaces of its own. `close` removes it and all that runs in it."""

    numbers = itertools.count(1)
    open_ones = []
    lock = threading.RLock()  # a signal may come while it is held
    stopping = False

    def __init__(self):
        with Network.lock:
            if Network.stopping:
                raise Stopped
            self.prefix = f"bowline-{os.getpid()}-{next(Network.numbers)}-"
            Network.open_ones.append(self)
        self.processes = []
        for host in HOSTS:
            call(["ip", "netns", "add", self.prefix + host])
        wires, devices = [], {host: ["link set lo up"] for host in HOSTS}
        for one, one_device, other, other_device, one_4, other_4, one_6, other_6 in WIRES:
            wires.append(f"link add {one_device} netns {self.prefix}{one} type veth "
                         f"peer name {other_device} netns {self.prefix}{other}")
            for host, device, four, six in ((one, one_device, one_4, one_6), (other, other_device, other_4, other_6)):
                # The devices of hosts cut what is to be cut, so that the path sees datagrams as they are.
                devices[host] += [f"addr add {four} dev {device}", f"addr add {six} dev {device} nodad",
                                  f"link set dev {device} gso_max_segs 1", f"link set dev {device} up"]
        call(["ip", "-batch", "-"], "\n".join(wires))
        for host in HOSTS:
            self.ip(host, *devices[host])
        for host in HOSTS:
            self.ip(host, *ROUTES[host])
        for host in ("left_nat", "core", "right_nat"):
            self.run(host, "sysctl", "-qw", "net.ipv4.ip_forward=1", "net.ipv6.conf.all.forwarding=1")
        self.nft("core", FAULTS)
        for host in ("left_nat", "right_nat"):
            self.nft(host, NAT)
            self.masquerade(host)
            self.answer_strangers(host, "drop")
        self.forward_port()
        self.rate("8mbit")

    def close(self):
        for process in self.processes:
            process.kill()
        for host in HOSTS:
            subprocess.run(["ip", "netns", "del", self.prefix + host], capture_output=True)
        with Network.lock:
            if self in Network.open_ones:
                Network.open_ones.remove(self)

    @staticmethod
    def close_all():
        """For ever: nothing begins any more."""
        with Network.lock:
            Network.stopping = True
        time.sleep(0.3)  # commands that run come to their end
        with Network.lock:
            remaining = list(Network.open_ones)
        for network in remaining:
            network.close()

    # What can be told to a host.

    def inside(self, host, *command):
        return ["ip", "netns", "exec", self.prefix + host, *map(str, command)]

    def run(self, host, *command):
        return call(self.inside(host, *command))

    def ip(self, host, *lines):
        """Each line is told to `ip`, without its first word."""
        for six in (False, True):
            chosen = [line.removeprefix("-6 ") for line in lines if line.startswith("-6 ") == six]
            if chosen:
                call(["ip", "-n", self.prefix + host, *(["-6"] if six else []), "-batch", "-"], "\n".join(chosen))

    def nft(self, host, rules):
        call(self.inside(host, "nft", "-f", "-"), rules)

    # The NATs.

    def masquerade(self, host, how=""):
        """`how` may say `random`, or `to :40000-40999`. What goes out from now on is new to the NAT."""
        self.nft(host, f'flush chain ip nat postrouting\nadd rule ip nat postrouting oifname "out" '
                       f"meta l4proto udp masquerade {how}\n")
        self.forget(host)

    def forget(self, host):
        """The NAT forgets all its mappings."""
        self.run(host, "conntrack", "-F")

    def mappings_live(self, host, seconds):
        """The NAT forgets a mapping after so much silence."""
        self.run(host, "sysctl", "-qw", f"net.netfilter.nf_conntrack_udp_timeout={seconds}",
                 f"net.netfilter.nf_conntrack_udp_timeout_stream={seconds}")

    def forward_port(self, on=True):
        rule = f"add rule ip nat prerouting ip daddr {RIGHT} udp dport {RIGHT_PORT} dnat to 10.0.2.2\n"
        self.nft("right_nat", "flush chain ip nat prerouting\n" + (rule if on else ""))

    def answer_strangers(self, host, how):
        """`drop` or `reject`: what comes from outside without a mapping."""
        self.nft(host, f'flush chain ip guard input\n'
                       f'add rule ip guard input iifname != {{ "in", "lo" }} meta l4proto udp {how}\n')

    # The path.

    def fault(self, *rules, family="ip"):
        """Adds what forwarded datagrams suffer. `TO_RIGHT` and `TO_LEFT` choose a direction."""
        self.nft("core", "".join(f"add rule {family} faults path {rule}\n" for rule in rules))

    def heal(self):
        self.nft("core", "flush chain ip faults path\nflush chain ip faults early\nflush chain ip6 faults path\n")

    def rate(self, rate, queue="48kb"):
        for device in ("left", "right"):
            self.limit(device, rate, queue)

    def limit(self, device, rate, queue):
        self.run("core", "tc", "qdisc", "replace", "dev", device, "root", "tbf", "rate", rate, "burst", "8kb",
                 "limit", queue)


TO_RIGHT = 'iifname "left"'
TO_LEFT = 'iifname "right"'


def lose(percent):
    return f"numgen random mod 100 < {percent} drop"
