# SPDX-License-Identifier: BSL-1.0
"""What real sockets and a real kernel can do to two peers, each as a claim. A scenario takes a `Lab`, raises `Broken`
where its claim does not hold, and returns what happened in a few words. Each looks whether its fault was felt, too.
"""
import contextlib
import random
import signal
import time

from ends import MESSAGE_BYTES, Broken, Program, check_sender, check_taken, expect
from network import LEFT, RIGHT, RIGHT_6, RIGHT_PORT, TO_LEFT, TO_RIGHT, Network, lose

SCENARIOS = []
MIB = 1 << 20


def scenario(claim):
    SCENARIOS.append(claim)
    return claim


class Lab:
    """A network, a file, and the programs to move it with."""

    def __init__(self, programs, folder, seed):
        self.programs = programs
        self.folder = folder
        self.random = random.Random(seed)
        self.net = Network()

    def file(self, size, name="outbox"):
        path = self.folder / name
        path.write_bytes(self.random.randbytes(size))
        return path

    def peer(self, host, **options):
        words = [word for name, value in options.items() for word in (f"--{name.replace('_', '-')}", value)]
        program = Program(self.net, host, self.programs.peer, *words)
        program.wait_for("listening")
        return program

    def receiver(self, size, **options):
        """On right, where port 9000 leads to."""
        defaults = {"local": f":{RIGHT_PORT}", "into": self.folder / "inbox", "expect": size}
        return self.peer("right", **{**defaults, **options})

    def sender(self, file, **options):
        """On left."""
        return self.peer("left", **{"remote": f"{RIGHT}:{RIGHT_PORT}", "send": file, **options})

    def start(self, size=4 * MIB, receiver=None, sender=None, message_bytes=MESSAGE_BYTES):
        """A transfer under way. The options of the two programs may be given."""
        file = self.file(size)
        there = self.receiver(size, **(receiver or {}))
        here = self.sender(file, message_bytes=message_bytes, **(sender or {}))
        return Transfer(self, file, here, there, message_bytes)


class Transfer:
    def __init__(self, lab, file, sender, receiver, message_bytes=MESSAGE_BYTES):
        self.lab = lab
        self.file = file
        self.sender = sender
        self.receiver = receiver
        self.message_bytes = message_bytes
        self.messages = -(-file.stat().st_size // message_bytes)

    def reach(self, share):
        """Waits until that share of the file was taken."""
        self.receiver.wait_for("taken", max(1, int(self.messages * share)))

    @contextlib.contextmanager
    def held(self, share):
        """Both ends stand still once that share was taken: some commands need a second, in which much would arrive."""
        self.reach(share)
        for end in (self.sender, self.receiver):
            end.process.send_signal(signal.SIGSTOP)
        yield
        for end in (self.sender, self.receiver):
            end.process.send_signal(signal.SIGCONT)

    def arrives(self, tries=1):
        """The file arrives whole, and both ends say so."""
        sent, received = self.sender.end(), self.receiver.end()
        check_sender(self.sender, self.file, tries, self.message_bytes)
        check_taken(self.sender, [self.receiver])
        expect(sent == 0, f"the sender ended with {sent}: {self.sender.lines[-3:]}")
        expect(received == 0, f"the receiver ended with {received}: {self.receiver.lines[-3:]}")
        expect((self.lab.folder / "inbox").read_bytes() == self.file.read_bytes(), "what arrived is not what was sent")

    def ends_told(self, reason):
        """The sender is told why, and of each message what became of it."""
        expect(self.sender.end() == 1, "the sender calls it well")
        check_sender(self.sender, self.file)
        check_taken(self.sender, [self.receiver])
        told = self.sender.said("disconnected")
        expect(reason in told, f"the sender was told {told}, not {reason}")
        return f"{len(self.sender.said('acked'))} acked, {len(self.sender.said('unconfirmed'))} given back: {reason}"

    def sum(self, name):
        return self.sender.stat(name) + self.receiver.stat(name)

    def felt(self, name, least=1, end=None):
        """The fault left its trace in this counter."""
        count = end.stat(name) if end else self.sum(name)
        expect(count >= least, f"{name} is {count}: the fault was not felt")
        return f"{name} {count}"


# NATs.


@scenario
def a_file_crosses_two_nats(lab):
    transfer = lab.start()
    transfer.arrives()
    seen = transfer.receiver.said("connected")
    expect(seen[0].startswith(f"{LEFT}:"), f"the receiver saw {seen}, not the NAT")
    return f"the receiver saw {seen[0]}"


def punch(lab):
    """Both ends behind NATs that forward nothing, each with the other's address."""
    lab.net.forward_port(False)
    file = lab.file(2 * MIB)
    sender = lab.sender(file, local=":7000", handshake_ms=3000)
    time.sleep(0.7)  # so that the first datagrams find the other NAT closed
    return Transfer(lab, file, sender, lab.receiver(2 * MIB, remote=f"{LEFT}:7000", handshake_ms=3000))


@scenario
def two_nats_are_opened_from_both_sides(lab):
    punch(lab).arrives()
    return "without a forwarded port"


@scenario
def two_nats_that_reject_are_opened_from_both_sides(lab):
    for host in ("left_nat", "right_nat"):
        lab.net.answer_strangers(host, "reject")
    punch(lab).arrives()
    return "the first datagrams came back as ICMP errors"


@scenario
def two_nats_that_draw_ports_are_told_at_both_ends(lab):
    for host in ("left_nat", "right_nat"):
        lab.net.masquerade(host, "random")
    transfer = punch(lab)
    words = transfer.ends_told("unreachable")
    expect(transfer.receiver.end() == 1 and transfer.receiver.said("disconnected") == ["unreachable"],
           "the receiver was not told")
    return words


@scenario
def a_transfer_survives_nats_that_forget(lab):
    transfer = lab.start()
    for share in (0.1, 0.3, 0.5, 0.7):
        with transfer.held(share):
            lab.net.forget("left_nat")
            lab.net.forget("right_nat")
    transfer.arrives()
    return "all mappings lost four times"


@scenario
def a_quiet_channel_keeps_its_nat_open(lab):
    for host in ("left_nat", "right_nat"):
        lab.net.mappings_live(host, seconds=2)
    file = lab.file(MIB)
    # The one that can be reached sends, after three lives of a mapping.
    receiver = lab.peer("left", remote=f"{RIGHT}:{RIGHT_PORT}", into=lab.folder / "inbox", expect=MIB)
    sender = lab.peer("right", local=f":{RIGHT_PORT}", send=file, delay_ms=6000)
    Transfer(lab, file, sender, receiver).arrives()
    return "mappings live 2 s, silence lasted 6 s, keepalive 1 s"


def move_nat(lab, transfer):
    with transfer.held(0.3):
        lab.net.masquerade("left_nat", "to :40000-40999")


@scenario
def a_nat_that_moves_is_told(lab):
    impatient = {"idle_ms": 3000}
    transfer = lab.start(receiver=impatient, sender=impatient)
    move_nat(lab, transfer)
    words = transfer.ends_told("peer_gone")
    expect(transfer.receiver.end() == 1 and "peer_gone" in transfer.receiver.said("disconnected"),
           "the receiver was not told")
    transfer.felt("foreign", end=transfer.receiver)
    return words


@scenario
def after_a_nat_has_moved_the_rest_arrives_in_a_new_session(lab):
    transfer = lab.start(receiver={"idle_ms": 2000, "patient": 1}, sender={"idle_ms": 3000, "tries": 2})
    move_nat(lab, transfer)
    transfer.arrives(tries=2)
    ports = transfer.receiver.said("connected")
    expect(len(ports) == 2 and ":40" in ports[1], f"the receiver saw {ports}")
    return " then ".join(ports)


@scenario
def after_a_mapping_has_timed_out_the_rest_arrives_from_another_port(lab):
    lab.net.mappings_live("left_nat", seconds=1)
    lab.net.masquerade("left_nat", "to :40000-40999 random")
    transfer = lab.start(receiver={"idle_ms": 4000, "patient": 1}, sender={"idle_ms": 5000, "tries": 2})
    with transfer.held(0.3):
        time.sleep(2.5)
    transfer.arrives(tries=2)
    ports = transfer.receiver.said("connected")
    expect(len(set(ports)) == 2, f"the receiver saw {ports}")
    transfer.felt("foreign", end=transfer.receiver)
    return " then ".join(ports)


# Silence and death.


@scenario
def a_transfer_survives_a_partition_of_ten_seconds(lab):
    transfer = lab.start()
    with transfer.held(0.3):
        lab.net.fault("drop")
    time.sleep(10)
    lab.net.heal()
    healed = time.monotonic()
    transfer.arrives()
    expect(transfer.sender.said("disconnected") == ["closed"], "the session did not survive")
    return f"whole {time.monotonic() - healed:.1f} s after it healed; {transfer.felt('timeouts')}"


@scenario
def a_partition_without_end_is_told_at_both_ends(lab):
    impatient = {"idle_ms": 3000}
    transfer = lab.start(receiver=impatient, sender=impatient)
    with transfer.held(0.3):
        lab.net.fault("drop")
    words = transfer.ends_told("peer_gone")
    expect(transfer.receiver.end() == 1 and transfer.receiver.said("disconnected") == ["peer_gone"],
           "the receiver was not told")
    return words


@scenario
def a_port_where_nobody_listens_is_told(lab):
    file = lab.file(MIB)
    sender = lab.sender(file, handshake_ms=3000)
    transfer = Transfer(lab, file, sender, None)
    expect(sender.end() == 1, "the sender calls it well")
    check_sender(sender, file)
    expect(sender.said("disconnected") == ["unreachable"], f"the sender was told {sender.said('disconnected')}")
    return f"{len(sender.said('unconfirmed'))} of {transfer.messages} given back: unreachable"


@scenario
def a_sender_waits_for_a_receiver_that_comes_later(lab):
    file = lab.file(MIB)
    sender = lab.sender(file)
    time.sleep(2)
    Transfer(lab, file, sender, lab.receiver(MIB)).arrives()
    return "2 s of ICMP errors first"


@scenario
def a_receiver_killed_for_good_is_told(lab):
    transfer = lab.start(sender={"idle_ms": 3000})
    transfer.reach(0.3)
    transfer.receiver.kill()
    return transfer.ends_told("peer_gone")


@scenario
def a_receiver_killed_and_restarted_is_told(lab):
    transfer = lab.start()
    transfer.reach(0.3)
    transfer.receiver.kill()
    reborn = lab.receiver(4 * MIB, into=lab.folder / "second")
    expect(transfer.sender.end() == 1, "the sender calls it well")
    check_sender(transfer.sender, transfer.file)
    check_taken(transfer.sender, [transfer.receiver, reborn])
    told = transfer.sender.said("disconnected")
    expect(told[0] == "peer_restarted", f"the sender was told {told}")
    return f"{len(transfer.sender.said('unconfirmed'))} of {transfer.messages} given back: peer_restarted"


@scenario
def what_a_killed_receiver_left_arrives_at_the_restarted_one(lab):
    transfer = lab.start(sender={"tries": 2})
    transfer.reach(0.3)
    transfer.receiver.kill()
    reborn = lab.receiver(0, into=lab.folder / "second")
    expect(transfer.sender.end() == 0, f"the sender failed: {transfer.sender.lines[-3:]}")
    expect(reborn.end() == 0, f"the restarted receiver failed: {reborn.lines[-3:]}")
    check_sender(transfer.sender, transfer.file, tries=2)
    check_taken(transfer.sender, [transfer.receiver, reborn])
    return f"{len(transfer.receiver.said('taken'))} messages before, {len(reborn.said('taken'))} after"


@scenario
def a_sender_killed_and_restarted_begins_anew(lab):
    transfer = lab.start(receiver={"expect": 0}, sender={"local": ":7000"})
    transfer.reach(0.3)
    transfer.sender.kill()
    second = lab.sender(transfer.file, local=":7000")
    expect(second.end() == 0, f"the second sender failed: {second.lines[-3:]}")
    expect(transfer.receiver.end() == 0, f"the receiver failed: {transfer.receiver.lines[-3:]}")
    check_sender(second, transfer.file)
    check_taken(second, [transfer.receiver])
    told = transfer.receiver.said("disconnected")
    expect(told == ["peer_restarted", "peer_closed"], f"the receiver was told {told}")
    expect((lab.folder / "inbox").read_bytes() == transfer.file.read_bytes(), "what arrived is not what was sent")
    return "the receiver was told peer_restarted"


# What the path does to datagrams.


@scenario
def a_file_arrives_where_a_tenth_is_lost(lab):
    lab.net.fault(lose(10))
    transfer = lab.start()
    transfer.arrives()
    return transfer.felt("datagrams_lost", 100)


@scenario
def a_file_arrives_where_half_of_the_acknowledgements_is_lost(lab):
    lab.net.fault(f"{TO_LEFT} {lose(50)}")
    transfer = lab.start()
    transfer.arrives()
    sent, received = transfer.receiver.stat("datagrams_sent"), transfer.sender.stat("datagrams_received")
    expect(received < 0.7 * sent, f"{received} of {sent} acknowledgements arrived: the fault was not felt")
    return f"{received} of {sent} datagrams came back; {transfer.sender.stat('segments_resent')} segments resent"


@scenario
def files_cross_both_ways_where_a_twentieth_is_lost(lab):
    lab.net.fault(lose(5))
    there, back = lab.file(2 * MIB), lab.file(2 * MIB, "outbox_back")
    right = lab.receiver(2 * MIB, send=back, delay_ms=500)
    left = lab.sender(there, into=lab.folder / "inbox_back", expect=2 * MIB)
    # Whoever closes first may take an acknowledgement along, so the exit codes are of no interest.
    left.end(), right.end()
    check_taken(left, [right])
    check_taken(right, [left])
    expect((lab.folder / "inbox").read_bytes() == there.read_bytes(), "left's file is not what was sent")
    expect((lab.folder / "inbox_back").read_bytes() == back.read_bytes(), "right's file is not what was sent")
    return f"{left.stat('segments_resent')} and {right.stat('segments_resent')} segments resent"


@scenario
def datagrams_that_a_router_rejects_are_lost_and_no_more(lab):
    lab.net.fault("numgen random mod 100 < 5 reject with icmp type port-unreachable",
                  "numgen random mod 100 < 5 reject with icmp type admin-prohibited",
                  "numgen random mod 100 < 5 reject with icmp type host-unreachable")
    transfer = lab.start()
    transfer.arrives()
    return transfer.felt("datagrams_lost", 100)


@scenario
def datagrams_that_come_twice_are_taken_once(lab):
    lab.net.fault(f'{TO_RIGHT} numgen random mod 10 < 3 dup to {RIGHT} device "right"',
                  f'{TO_LEFT} numgen random mod 10 < 3 dup to {LEFT} device "left"')
    transfer = lab.start()
    transfer.arrives()
    return transfer.felt("dropped_replayed", 100)


@scenario
def a_file_arrives_though_datagrams_overtake_each_other(lab):
    net = lab.net
    # A second way to the right for one in sixteen, now faster and now slower than the queue of the first.
    net.ip("core", f"link add slow type veth peer name slow netns {net.prefix}right_nat", "link set slow up",
           "addr add 192.0.2.1/24 dev slow", "rule add fwmark 1 table 100")
    net.ip("right_nat", "link set slow up", "addr add 192.0.2.2/24 dev slow")
    net.ip("core", "route add default via 192.0.2.2 dev slow table 100")
    net.limit("slow", "2mbit", "24kb")
    net.nft("core", f"add rule ip faults early {TO_RIGHT} numgen random mod 16 == 0 meta mark set 1\n")
    transfer = lab.start()
    transfer.arrives()
    return f"{transfer.felt('losses_undone')}, {transfer.felt('datagrams_lost')}"


@scenario
def a_changed_byte_is_a_loss_and_no_message(lab):
    lab.net.fault("udp length > 500 numgen random mod 20 == 0 @th,1600,32 set 0x626f776c")
    transfer = lab.start()
    transfer.arrives()
    return transfer.felt("dropped_corrupt", 50)


@scenario
def a_narrow_path_without_a_queue_carries_a_file(lab):
    lab.net.rate("3mbit", "12kb")
    transfer = lab.start(MIB)
    transfer.arrives()
    return transfer.felt("datagrams_lost")


@scenario
def a_path_that_becomes_eight_times_slower_is_followed(lab):
    transfer = lab.start(2 * MIB)
    with transfer.held(0.3):
        lab.net.rate("1mbit")
    changed = time.monotonic()
    transfer.arrives()
    took = time.monotonic() - changed
    expect(took > 6, f"the rest took {took:.1f} s: the fault was not felt")  # 1.4 MiB at 1 Mbit/s are 12 s
    sent, lost = transfer.sender.stat("datagrams_sent"), transfer.sender.stat("datagrams_lost")
    expect(lost < sent / 10, f"{lost} of {sent} datagrams were lost: the rate was not followed")
    return f"the rest took {took:.1f} s; {lost} of {sent} datagrams lost"


# The size of datagrams.


@scenario
def a_black_hole_for_large_datagrams_is_found_at_the_start(lab):
    lab.net.fault("meta length > 1300 drop")
    transfer = lab.start()
    transfer.arrives()
    expect(transfer.sender.stat("path_bytes") <= 1272, "the sender believes in datagrams that do not arrive")
    return transfer.felt("path_probes_lost")


@scenario
def a_black_hole_that_opens_later_is_noticed(lab):
    # Small ones fill whatever the path takes; parts of large ones fit any path.
    transfer = lab.start(2 * MIB, message_bytes=200)
    with transfer.held(0.3):
        lab.net.fault("meta length > 1300 drop")
    transfer.arrives()
    expect(transfer.sender.stat("path_bytes") <= 1272, "the sender believes in datagrams that do not arrive")
    return transfer.felt("black_holes", end=transfer.sender)


@scenario
def a_device_with_short_frames_is_no_failure(lab):
    lab.net.ip("left", "link set dev eth mtu 1300")
    transfer = lab.start()
    transfer.arrives()
    expect(transfer.sender.stat("path_bytes") <= 1272, "the sender believes in datagrams that do not leave")
    return transfer.felt("too_large", end=transfer.sender)


@scenario
def each_way_of_batching_carries_a_file(lab):
    words = []
    for here, there in (("automatic", "automatic"), ("automatic", "none"), ("many", "automatic"), ("none", "many")):
        transfer = lab.start(2 * MIB, receiver={"batching": there}, sender={"batching": here})
        transfer.arrives()
        segmented = transfer.sender.stat("segmented")
        expect((segmented > 0) == (here == "automatic"), f"the kernel cut {segmented} datagrams with {here}")
        words.append(f"{here} {segmented}")
    return "cut by the kernel: " + ", ".join(words)


@scenario
def what_the_kernel_does_not_cut_arrives_joined(lab):
    # Messages of the kernel stay whole from socket to socket.
    for host in ("left", "right"):
        lab.net.ip(host, "link set dev eth gso_max_segs 65535")
    for host, device in (("left_nat", "in"), ("left_nat", "out"), ("core", "left"), ("core", "right"),
                         ("right_nat", "in"), ("right_nat", "out")):
        lab.net.ip(host, f"link set dev {device} gso_max_segs 65535")
    for device in ("left", "right"):
        lab.net.run("core", "tc", "qdisc", "del", "dev", device, "root")
    transfer = lab.start(16 * MIB)
    transfer.arrives()
    return f"{transfer.felt('segmented', end=transfer.sender)}, {transfer.felt('joined', end=transfer.receiver)}"


# The hosts.


@scenario
def a_file_arrives_over_ipv6(lab):
    lab.net.fault(lose(5), family="ip6")
    transfer = lab.start(sender={"remote": f"[{RIGHT_6}]:{RIGHT_PORT}"})
    transfer.arrives()
    return f"from {transfer.receiver.said('connected')[0]}; {transfer.felt('datagrams_lost', 50)}"


@scenario
def the_least_path_that_ipv6_allows_carries_a_file(lab):
    lab.net.ip("core", "link set dev right mtu 1280")
    lab.net.ip("right_nat", "link set dev out mtu 1280")
    transfer = lab.start(sender={"remote": f"[{RIGHT_6}]:{RIGHT_PORT}"})
    transfer.arrives()
    expect(transfer.sender.stat("path_bytes") <= 1232, "the sender believes in datagrams that do not arrive")
    return transfer.felt("path_probes_lost", end=transfer.sender)


@scenario
def sockets_with_room_for_three_datagrams_carry_a_file(lab):
    tiny = {"send_buffer": 4096, "receive_buffer": 4096}
    transfer = lab.start(MIB, receiver=tiny, sender=tiny)
    transfer.arrives()
    return transfer.felt("datagrams_lost")


@scenario
def a_transfer_survives_a_device_that_goes_down_and_up(lab):
    transfer = lab.start()
    with transfer.held(0.3):
        lab.net.ip("left", "link set dev eth down")
    time.sleep(2)
    lab.net.ip("left", "link set dev eth up", "route add default via 10.0.1.1")
    transfer.arrives()
    return transfer.felt("unreachable", end=transfer.sender)


@scenario
def the_transfer_example_carries_files_chat_and_media(lab):
    if not lab.programs.transfer:
        return "left out: the examples are not built"
    lab.net.fault(lose(3))
    files = [lab.file(2 * MIB, "photo"), lab.file(100, "note"), lab.file(0, "empty")]
    inbox = lab.folder / "files"
    inbox.mkdir()
    receiver = Program(lab.net, "right", lab.programs.transfer, "receive", "--listen", RIGHT_PORT, "--into", inbox)
    receiver.wait_for("listening")
    sender = Program(lab.net, "left", lab.programs.transfer, "send", *files, "--to", f"{RIGHT}:{RIGHT_PORT}",
                     "--chat", "hello", "--media-rate", "50")
    if sender.end() != 0 or receiver.end() != 0:
        raise Broken(f"it failed: {sender.lines[-5:]} {receiver.lines[-5:]}")
    for file in files:
        expect((inbox / file.name).read_bytes() == file.read_bytes(), f"{file.name} is not what was sent")
    lost = [line.strip() for line in sender.lines if line.strip().startswith("media")]
    return lost[0]


# Short ones, one of each kind: every test run plays them.
SHARE = (a_file_crosses_two_nats, two_nats_are_opened_from_both_sides, a_receiver_killed_and_restarted_is_told,
         a_file_arrives_where_a_tenth_is_lost, datagrams_that_come_twice_are_taken_once, a_file_arrives_over_ipv6)
