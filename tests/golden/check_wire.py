#!/usr/bin/env python3
# SPDX-License-Identifier: BSL-1.0
"""Reads wire_vectors.txt knowing docs/WIRE.md alone, and says where the two disagree.

    check_wire.py [FILE]

The section numbers are those of docs/WIRE.md. Ends with 1 where a datagram does not say what the file says it does.
"""

import sys
from pathlib import Path

HEADER_BYTES = 13
NONCE_FROM = 0x1111111111111111
NONCE_TO = 0x3333333333333333
U64 = (1 << 64) - 1


class Malformed(Exception):
    """The datagram is to be dropped."""


class Corrupt(Exception):
    """The seal does not open."""


class Reader:
    """Section 1: encoding."""

    def __init__(self, data):
        self.data = data
        self.at = 0

    def more(self):
        return self.at < len(self.data)

    def take(self, count):
        if count > len(self.data) - self.at:
            raise Malformed("a read beyond the end")
        self.at += count
        return self.data[self.at - count:self.at]

    def u8(self):
        return self.take(1)[0]

    def u32(self):
        return int.from_bytes(self.take(4), "little")

    def u64(self):
        return int.from_bytes(self.take(8), "little")

    def varint(self):
        value = 0
        for group in range(5):
            byte = self.u8()
            value |= (byte & 0x7F) << (7 * group)
            if byte < 0x80:
                if (group > 0 and byte == 0) or value >= 1 << 32:
                    raise Malformed("a varint that is not canonical, or too large")
                return value
        raise Malformed("a varint of more than five bytes")


def unwrap(low, expected):
    """Section 2: the number with these low 32 bits in [e - 2^31, e + 2^31), or in [0, 2^32) for a small e."""
    lowest = max(expected - (1 << 31), 0)
    number = (lowest & ~0xFFFFFFFF) | low
    return number if number >= lowest else number + (1 << 32)


def siphash24(key0, key1, data):
    """SipHash-2-4 as its authors published it."""
    v0, v1 = key0 ^ 0x736F6D6570736575, key1 ^ 0x646F72616E646F6D
    v2, v3 = key0 ^ 0x6C7967656E657261, key1 ^ 0x7465646279746573

    def rotated(value, by):
        return ((value << by) | (value >> (64 - by))) & U64

    def rounds(count):
        nonlocal v0, v1, v2, v3
        for _ in range(count):
            v0 = (v0 + v1) & U64
            v1 = rotated(v1, 13) ^ v0
            v0 = rotated(v0, 32)
            v2 = (v2 + v3) & U64
            v3 = rotated(v3, 16) ^ v2
            v0 = (v0 + v3) & U64
            v3 = rotated(v3, 21) ^ v0
            v2 = (v2 + v1) & U64
            v1 = rotated(v1, 17) ^ v2
            v2 = rotated(v2, 32)

    padded = data + bytes(7 - len(data) % 8) + bytes([len(data) & 0xFF])
    for at in range(0, len(padded), 8):
        word = int.from_bytes(padded[at:at + 8], "little")
        v3 ^= word
        rounds(2)
        v0 ^= word
    v2 ^= 0xFF
    rounds(4)
    return v0 ^ v1 ^ v2 ^ v3


def crc_table():
    table = []
    for byte in range(256):
        for _ in range(8):
            byte = (byte >> 1) ^ (0x82F63B78 if byte & 1 else 0)
        table.append(byte)
    return table


CRC_TABLE = crc_table()


def crc32c(data):
    value = 0xFFFFFFFF
    for byte in data:
        value = (value >> 8) ^ CRC_TABLE[(value ^ byte) & 0xFF]
    return value ^ 0xFFFFFFFF


def opened(datagram, number, seal):
    """Section 3, seal: the datagram without its trailer."""
    if seal == "none":
        return datagram
    covered, trailer = datagram[:-4], datagram[-4:]
    if crc32c(number.to_bytes(8, "little") + covered) != int.from_bytes(trailer, "little"):
        raise Corrupt
    return covered


def read_hello(body):
    """Section 4."""
    reader = Reader(body)
    nonce, challenge, response = reader.u64(), reader.u64(), reader.u64()
    want = reader.u8()
    names = ("window", "packets_tracked", "datagram_bytes_max", "held_bytes_max", "ack_delay_max",
             "message_bytes_max", "reassembly_bytes_max")
    bounds = ((1, 1 << 24), (64, 65536), (128, 65507), (0, (1 << 32) - 1), (0, 1000000),
              (1, 1 << 30), (1, 1 << 30))
    limits = [reader.u32() for _ in names]
    if reader.more() or want > 1 or challenge == 0:
        raise Malformed("a HELLO of another length, with another flag, or without a challenge")
    if any(not low <= value <= high for value, (low, high) in zip(limits, bounds)):
        raise Malformed("a limit out of its bounds")
    if limits[6] < limits[5]:
        raise Malformed("less room for parts than a message may need")
    words = f"HELLO nonce {nonce:x} challenge {challenge:x} response {response:x}{' want' if want else ''}"
    return words + "".join(f" {name} {value}" for name, value in zip(names, limits))


def read_data(reader, flags, previous, lowest_unseen):
    """Section 5: what a DATA frame says, and the number that the next one may follow."""
    number_bit, dependency_bit, fail = flags & 0x01, flags & 0x02, flags & 0x04
    unreliable, newest, tombstone = flags & 0x08, flags & 0x10, flags & 0x20
    fragment = flags & 0x40
    if (newest and not unreliable) or (fail and not dependency_bit):
        raise Malformed("newest only without unreliable, or fail without a dependency")
    if (unreliable and (number_bit or tombstone)) or (tombstone and dependency_bit):
        raise Malformed("bits that exclude each other")

    number = None
    if not unreliable:
        if number_bit:
            number = unwrap(reader.u32(), lowest_unseen)
        elif previous is not None:
            number = previous + 1
        else:
            raise Malformed("a number that follows none")
        if number == 0:
            raise Malformed("number 0")
        previous = number
    if tombstone:
        return f"TOMBSTONE {number}" + (f" of {first_part(reader, number)}" if fragment else ""), previous

    words = "UNRELIABLE" if unreliable else f"DATA {number}"
    if newest:
        words += " newest"
    if dependency_bit:
        if unreliable:
            dependency = unwrap(reader.u32(), lowest_unseen)
            if dependency == 0:
                raise Malformed("a dependency on number 0")
        else:
            distance = reader.varint()
            if not 0 < distance < number:
                raise Malformed("a distance that leads nowhere")
            dependency = number - distance
        words += f" after {dependency}"
    if fail:
        words += " or fail"
    if fragment:
        part, size = read_fragment(reader, number, dependency_bit)
        words += part
    else:
        size = reader.varint()
    return f'{words} "{reader.take(size).decode("ascii")}"', previous


def first_part(reader, number):
    """Section 5: the number of the first part of the message that `number` is a part of."""
    back = reader.varint()
    if back >= number:
        raise Malformed("a first part without a number")
    return number - back


def read_fragment(reader, number, dependency_bit):
    """Section 5: which part of a message follows, and its length. `number` is None in an unreliable one."""
    first = reader.u32() if number is None else first_part(reader, number)
    index, count, total = reader.varint(), reader.varint(), reader.varint()
    if count < 2 or index >= count:
        raise Malformed("a part that no message has")
    size = -(-total // count)
    if size < 32 or (count - 1) * size >= total:
        raise Malformed("parts that are too small, or one too many")
    if dependency_bit and index > 0:
        raise Malformed("a dependency that the first part should carry")
    if number is not None and (number - first < index or (index == 0 and number != first)):
        raise Malformed("parts out of their order")
    return f" part {index + 1}/{count} of {first} {total} bytes", min(size, total - index * size)


def read_ack(reader, next_packet):
    """Section 6."""
    last = unwrap(reader.u32(), next_packet)
    words = f"ACK delay {reader.varint()}"
    count = reader.varint()
    if not 1 <= count <= 64:
        raise Malformed("an ACK without a range, or with too many")
    void = False
    for index in range(count):
        if index > 0:
            last = first - reader.varint() - 2
        first = last - reader.varint()
        void = void or first < 1
        words += f" {first}" if first == last else f" {first}-{last}"
    return "ACK void" if void else words


def read_frames(body, lowest_unseen, lowest_unsettled, next_packet):
    """Sections 5 to 7."""
    reader = Reader(body)
    words = []
    previous = None
    while reader.more():
        first = reader.u8()
        if first & 0x80:
            frame, previous = read_data(reader, first, previous, lowest_unseen)
            words.append(frame)
        elif first == 0:
            words.append("PADDING")
        elif first == 1:
            words.append("PING")
        elif first == 2:
            words.append(read_ack(reader, next_packet))
        elif first == 3:
            number, fate = unwrap(reader.u32(), lowest_unsettled), reader.u8()
            if fate > 1:
                raise Malformed("a verdict that is neither")
            words.append(f"VERDICT {number} {'delivered' if fate else 'refused'}")
        elif first == 4:
            if reader.u8() != 0:
                raise Malformed("a reason that does not exist")
            words.append("CLOSE")
        else:
            raise Malformed("a frame that does not exist")
    if not words:
        raise Malformed("no frame")
    return "; ".join(words)


def read_datagram(datagram, known):
    """Section 3, and what follows it. `known` is what the file says that the receiver knows."""
    if len(datagram) < HEADER_BYTES + (0 if known["seal"] == "none" else 4):
        raise Malformed("shorter than header and trailer")
    header = Reader(datagram)
    kind, tag, low = header.u8(), header.u64(), header.u32()
    if kind == 4:
        if tag != 0 or low != 0:
            raise Malformed("a HELLO with a tag or a number")
        return read_hello(opened(datagram, 0, known["seal"])[HEADER_BYTES:])
    if kind != 5:
        raise Malformed("neither HELLO nor packet")
    if tag != siphash24(NONCE_FROM, NONCE_TO, b"bowline\x01"):
        return "foreign"
    number = unwrap(low, int(known["newest"]) + 1)
    if number != int(known["packet"]):
        return f"packet {number}"
    body = opened(datagram, number, known["seal"])[HEADER_BYTES:]
    return read_frames(body, int(known["F"]), int(known["L"]), int(known["next"]))


def said(datagram, known):
    try:
        return read_datagram(datagram, known)
    except Malformed:
        return "malformed"
    except Corrupt:
        return "corrupt"


def vectors(text):
    for block in text.split("\n\n"):
        lines = [line for line in block.split("\n") if line and not line.startswith("#")]
        if lines:
            yield dict(line.split(": ", 1) for line in lines)


def self_test():
    """The published numbers of both functions, or nothing below would mean anything."""
    key = bytes(range(16))
    halves = int.from_bytes(key[:8], "little"), int.from_bytes(key[8:], "little")
    assert siphash24(*halves, b"") == 0x726FDB47DD0E0E31
    assert siphash24(*halves, bytes(range(15))) == 0xA129CA6149BE45E5
    assert crc32c(b"123456789") == 0xE3069283


def main():
    self_test()
    path = Path(sys.argv[1]) if len(sys.argv) > 1 else Path(__file__).with_name("wire_vectors.txt")
    faults = []
    count = 0
    for known in vectors(path.read_text(encoding="ascii")):
        count += 1
        name = known["name"]
        datagram = bytes.fromhex(known["bytes"])
        if not 4 <= datagram[0] <= 15:
            faults.append(f"{name}: the first byte is {datagram[0]}, not 4 to 15 (section 3)")
        if said(datagram, known) != known["says"]:
            faults.append(f"{name}:\n  the file says  {known['says']}\n  the page says  {said(datagram, known)}")
        if known["seal"] == "none":
            continue
        for length in range(len(datagram)):
            if said(datagram[:length], known) not in ("malformed", "corrupt"):
                faults.append(f"{name}: cut to {length} bytes it is not dropped (section 8)")
        for bit in range(8 * HEADER_BYTES, 8 * len(datagram)):
            flipped = bytearray(datagram)
            flipped[bit // 8] ^= 1 << (bit % 8)
            if said(bytes(flipped), known) != "corrupt":
                faults.append(f"{name}: with bit {bit} flipped it opens (section 3, seal)")
    if count == 0:
        faults.append(f"{path}: there is no vector in it")
    print("\n".join(faults) if faults else f"{count} datagrams say what docs/WIRE.md says they do")
    return 1 if faults else 0


if __name__ == "__main__":
    sys.exit(main())
