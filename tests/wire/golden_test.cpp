// SPDX-License-Identifier: BSL-1.0
// The bytes of every kind of datagram, as tests/golden/wire_vectors.txt has them. With BOWLINE_WRITE_GOLDEN=1 in the
// environment the file is written anew. tests/golden/check_wire.py reads it knowing docs/WIRE.md alone.
#include <gtest/gtest.h>

#include <cstdlib>
#include <fstream>
#include <functional>
#include <iterator>
#include <optional>
#include <sstream>
#include <string>
#include <vector>

#include "bowline/core/ack_schedule.hpp"
#include "bowline/core/received_packets.hpp"
#include "bowline/seal/crc32c_seal.hpp"
#include "bowline/seal/plain_seal.hpp"
#include "bowline/wire/frame_reader.hpp"
#include "bowline/wire/header.hpp"
#include "bowline/wire/hello.hpp"
#include "wire/hex.hpp"

namespace {

using namespace bowline;
using bowline_test::from_hex;
using bowline_test::to_hex;

using Number = WireNumber<>;
using Write = std::function<void(Writer&)>;

constexpr std::string_view file_name = BOWLINE_TESTS_DIR "/golden/wire_vectors.txt";

constexpr Nonce nonce_a = 0x1111111111111111u;
constexpr Nonce nonce_z = 0x3333333333333333u;

/// A datagram, what both ends know when it comes, and what it says; `malformed` if it must be dropped.
struct Vector {
  std::string name;
  std::string says;
  Write body;
  PacketNumber packet = 1;     ///< 0: a HELLO.
  PacketNumber newest = 0;     ///< The newest packet number recorded.
  NumberContext context{};
  bool sealed = true;          ///< With CRC32C; otherwise not at all.
};

// Writers of frames.

std::string join(const std::vector<std::string>& words) {
  std::string line;
  for (const std::string& word : words) line += (line.empty() ? "" : "; ") + word;
  return line;
}

Write all(std::vector<Write> writes) {
  return [writes](Writer& writer) {
    for (const Write& write : writes) write(writer);
  };
}

Write raw(std::string hex) {
  return [hex](Writer& writer) { writer.bytes(from_hex(hex)); };
}

Write data(SequenceNumber number, std::string payload, SequenceNumber previous, SequenceNumber dependency = 0,
           bool fails = false) {
  return [=](Writer& writer) {
    DataFrame frame;
    frame.number = number;
    frame.dependency = dependency;
    frame.fail_with_dependency = fails;
    frame.payload = bytes_of(payload);
    frame.write<Number>(writer, previous);
  };
}

/// A part of a message, cut out of `whole`. `first` is the number of the first one.
Write part(SequenceNumber number, std::string whole, Fragment fragment, SequenceNumber previous,
           SequenceNumber dependency = 0) {
  return [=](Writer& writer) {
    DataFrame frame;
    frame.number = number;
    frame.dependency = dependency;
    frame.fragment = fragment;
    frame.payload = bytes_of(whole).subspan(fragment.offset(), fragment.size());
    frame.write<Number>(writer, previous);
  };
}

Write unreliable_part(std::string whole, Fragment fragment, bool newest_only, SequenceNumber dependency = 0) {
  return [=](Writer& writer) {
    DataFrame frame;
    frame.unreliable = true;
    frame.newest_only = newest_only;
    frame.dependency = dependency;
    frame.fragment = fragment;
    frame.payload = bytes_of(whole).subspan(fragment.offset(), fragment.size());
    frame.write<Number>(writer, 0);
  };
}

Write tombstone(SequenceNumber number, SequenceNumber previous, SequenceNumber first = 0) {
  return [=](Writer& writer) {
    DataFrame frame;
    frame.number = number;
    frame.tombstone = true;
    frame.fragment.first = first;
    frame.write<Number>(writer, previous);
  };
}

Write unreliable(std::string payload, bool newest_only = false, SequenceNumber dependency = 0, bool fails = false) {
  return [=](Writer& writer) {
    DataFrame frame;
    frame.unreliable = true;
    frame.newest_only = newest_only;
    frame.dependency = dependency;
    frame.fail_with_dependency = fails;
    frame.payload = bytes_of(payload);
    frame.write<Number>(writer, 0);
  };
}

Write verdict(SequenceNumber number, bool delivered) {
  return [=](Writer& writer) { VerdictFrame{number, delivered}.write<Number>(writer); };
}

/// The ACK that follows when these packets came, oldest first, and `delay` has passed.
Write ack(std::vector<PacketRange> heard, Duration delay) {
  return [=](Writer& writer) {
    ReceivedPackets received{65'536};
    AckSchedule schedule{{}};
    for (const PacketRange& range : heard) {
      for (PacketNumber n = range.first; n <= range.last; ++n) {
        schedule.on_packet(TimePoint{}, n, received.newest(), true);
        received.record(n);
      }
    }
    ASSERT_TRUE(schedule.write<Number>(TimePoint{delay}, received, writer));
  };
}

Write ping() { return [](Writer& writer) { PingFrame::write(writer); }; }
Write close() { return [](Writer& writer) { CloseFrame::write(writer); }; }
Write padding(int count) { return raw(std::string(static_cast<std::size_t>(2 * count), '0')); }

Write hello(Hello hello) {
  // The header is written with it; only the body is wanted here.
  return [hello](Writer& writer) {
    bowline_test::Page<128> page;
    hello.write(page.writer);
    writer.bytes(page.written().subspan(Header::bytes));
  };
}

// What a datagram says, in words.

std::string quoted(Bytes payload) { return '"' + std::string{text(payload)} + '"'; }

std::string words_of(const DataFrame& data) {
  if (data.tombstone) {
    const std::string first = data.fragment.first == 0 ? "" : " of " + std::to_string(data.fragment.first);
    return "TOMBSTONE " + std::to_string(data.number) + first;
  }
  std::string line = data.unreliable ? "UNRELIABLE" : "DATA " + std::to_string(data.number);
  if (data.newest_only) line += " newest";
  if (data.dependency != 0) line += " after " + std::to_string(data.dependency);
  if (data.fail_with_dependency) line += " or fail";
  if (data.fragment) {
    const Fragment& part = data.fragment;
    line += " part " + std::to_string(part.index + 1) + '/' + std::to_string(part.count) + " of " +
            std::to_string(part.first) + ' ' + std::to_string(part.total) + " bytes";
  }
  return line + ' ' + quoted(data.payload);
}

std::string words_of(const Frame& frame) {
  if (const auto* data = std::get_if<DataFrame>(&frame)) return words_of(*data);
  if (const auto* verdict = std::get_if<VerdictFrame>(&frame)) {
    return "VERDICT " + std::to_string(verdict->number) + (verdict->delivered ? " delivered" : " refused");
  }
  if (const auto* ack = std::get_if<AckFrame>(&frame)) {
    std::string line = "ACK delay " + std::to_string(ack->delay().count());
    const bool sound = ack->for_each_range([&](PacketRange range) {
      line += ' ' + std::to_string(range.first);
      if (range.last != range.first) line += '-' + std::to_string(range.last);
    });
    return sound ? line : "ACK void";
  }
  if (std::holds_alternative<PingFrame>(frame)) return "PING";
  if (std::holds_alternative<CloseFrame>(frame)) return "CLOSE";
  return "PADDING";
}

std::string words_of(const Hello& hello) {
  std::ostringstream line;
  const Limits& limits = hello.limits;
  line << std::hex << "HELLO nonce " << hello.nonce << " challenge " << hello.challenge << " response "
       << hello.response << std::dec << (hello.want ? " want" : "") << " window " << limits.window
       << " packets_tracked " << limits.packets_tracked << " datagram_bytes_max " << limits.datagram_bytes_max
       << " held_bytes_max " << limits.held_bytes_max << " ack_delay_max " << limits.ack_delay_max_us
       << " message_bytes_max " << limits.message_bytes_max << " reassembly_bytes_max " << limits.reassembly_bytes_max;
  return line.str();
}

constexpr Hello first_hello{nonce_a, 0x2222222222222222u, 0, true,
                            {1024, 4096, 1200, 2u << 20, 25'000, 16u << 20, 32u << 20}};

std::vector<Vector> vectors() {
  constexpr SequenceNumber far = 0x1'0000'0000u;
  const std::string x200(200, 'x');
  std::vector<Vector> list;
  const auto packet = [&](std::string name, std::vector<std::string> says, std::vector<Write> frames) -> Vector& {
    return list.emplace_back(Vector{std::move(name), join(says), all(std::move(frames))});
  };
  const auto greeting = [&](std::string name, std::string says, Write body) -> Vector& {
    list.emplace_back(Vector{std::move(name), std::move(says), std::move(body)}).packet = 0;
    return list.back();
  };

  greeting("hello that looks for a peer",
           "HELLO nonce 1111111111111111 challenge 2222222222222222 response 0 want window 1024 packets_tracked 4096 "
           "datagram_bytes_max 1200 held_bytes_max 2097152 ack_delay_max 25000 message_bytes_max 16777216 "
           "reassembly_bytes_max 33554432",
           hello(first_hello));
  greeting("hello that answers and wants to be answered",
           "HELLO nonce 3333333333333333 challenge 123456789abcdef response 2222222222222222 want window 1 "
           "packets_tracked 64 datagram_bytes_max 128 held_bytes_max 0 ack_delay_max 0 message_bytes_max 1 "
           "reassembly_bytes_max 1",
           hello({nonce_z, 0x0123456789abcdefu, 0x2222222222222222u, true, {1, 64, 128, 0, 0, 1, 1}}));
  greeting("hello that answers only",
           "HELLO nonce fedcba9876543210 challenge 1 response ffffffffffffffff window 16777216 packets_tracked 65536 "
           "datagram_bytes_max 65507 held_bytes_max 4294967295 ack_delay_max 1000000 message_bytes_max 1073741824 "
           "reassembly_bytes_max 1073741824",
           hello({0xfedcba9876543210u, 1, 0xffffffffffffffffu, false,
                  {1u << 24, 65'536, 65'507, 0xffffffff, 1'000'000, 1u << 30, 1u << 30}}));
  greeting("hello without a seal",
           "HELLO nonce 1111111111111111 challenge 2222222222222222 response 0 want window 1024 packets_tracked 4096 "
           "datagram_bytes_max 1200 held_bytes_max 2097152 ack_delay_max 25000 message_bytes_max 16777216 "
           "reassembly_bytes_max 33554432",
           hello(first_hello))
      .sealed = false;

  packet("one message", {"DATA 1 \"head\""}, {data(1, "head", 0)});
  packet("a message that follows another and waits for it", {"DATA 1 \"head\"", "DATA 2 after 1 \"body\""},
         {data(1, "head", 0), data(2, "body", 1, 1)});
  packet("a message without a seal", {"DATA 1 \"head\""}, {data(1, "head", 0)}).sealed = false;
  packet("messages without a byte", {"DATA 1 \"\"", "DATA 2 \"\"", "UNRELIABLE \"\""},
         {data(1, "", 0), data(2, "", 1), unreliable("")});
  packet("a length of two bytes", {"DATA 1 \"" + x200 + '"'}, {data(1, x200, 0)});
  packet("numbers that follow and numbers that do not", {"DATA 5 \"a\"", "DATA 6 \"b\"", "DATA 8 \"c\"", "DATA 7 \"d\"",
                                                          "DATA 8 \"c\""},
         {data(5, "a", 0), data(6, "b", 5), data(8, "c", 6), data(7, "d", 8), data(8, "c", 7)});
  packet("numbers that follow across frames that have none",
         {"DATA 5 \"a\"", "UNRELIABLE \"u\"", "PING", "DATA 6 \"b\"", "PADDING", "TOMBSTONE 7", "DATA 8 \"c\""},
         {data(5, "a", 0), unreliable("u"), ping(), data(6, "b", 5), padding(1), tombstone(7, 6), data(8, "c", 7)});
  packet("dependencies near and far", {"DATA 1000 after 999 \"a\"", "DATA 1001 after 1 \"b\""},
         {data(1000, "a", 0, 999), data(1001, "b", 1000, 1)});
  packet("a dependency with which a message fails", {"DATA 9 after 4 or fail \"f\""}, {data(9, "f", 0, 4, true)});
  packet("tombstones", {"TOMBSTONE 3", "TOMBSTONE 4", "TOMBSTONE 9"},
         {tombstone(3, 0), tombstone(4, 3), tombstone(9, 4)});
  {
    const std::string whole = std::string(67, 'a') + std::string(67, 'b') + std::string(66, 'c');
    const std::string a = '"' + whole.substr(0, 67) + '"', b = '"' + whole.substr(67, 67) + '"',
                      c = '"' + whole.substr(134) + '"';
    packet("a message in parts, and one in between",
           {"DATA 7 after 6 part 1/3 of 7 200 bytes " + a, "DATA 8 \"x\"", "DATA 9 part 2/3 of 7 200 bytes " + b,
            "DATA 300 part 3/3 of 7 200 bytes " + c},
           {part(7, whole, {7, 0, 3, 200}, 0, 6), data(8, "x", 7), part(9, whole, {7, 1, 3, 200}, 8),
            part(300, whole, {7, 2, 3, 200}, 9)});
    packet("unreliable parts",
           {"UNRELIABLE after 4 part 1/3 of 1 200 bytes " + a,
            "UNRELIABLE newest part 3/3 of 4294967295 200 bytes " + c},
           {unreliable_part(whole, {1, 0, 3, 200}, false, 4), unreliable_part(whole, {0xffffffff, 2, 3, 200}, true)});
    packet("tombstones of a message in parts", {"TOMBSTONE 7 of 7", "TOMBSTONE 9 of 7", "TOMBSTONE 1000 of 7"},
           {tombstone(7, 0, 7), tombstone(9, 7, 7), tombstone(1000, 9, 7)});
  }
  packet("unreliable messages", {"UNRELIABLE \"u\"", "UNRELIABLE newest \"frame 7\""},
         {unreliable("u"), unreliable("frame 7", true)});
  packet("unreliable messages that wait",
         {"UNRELIABLE after 7 \"u\"", "UNRELIABLE after 7 or fail \"f\"", "UNRELIABLE newest after 8 or fail \"n\""},
         {unreliable("u", false, 7), unreliable("f", false, 7, true), unreliable("n", true, 8, true)});
  packet("verdicts", {"VERDICT 3 delivered", "VERDICT 4 refused"}, {verdict(3, true), verdict(4, false)});
  packet("an acknowledgement", {"ACK delay 300 1-10"}, {ack({{1, 10}}, Duration{300})}).context = {1, 1, 11};
  packet("an acknowledgement with gaps of one and of many", {"ACK delay 0 1000 998 300-400 1"},
         {ack({{1, 1}, {300, 400}, {998, 998}, {1000, 1000}}, Duration{0})})
      .context = {1, 1, 1001};
  {
    std::vector<PacketRange> heard;
    std::string says = "ACK delay 1073741823";
    for (PacketNumber n = 1; n <= 64; ++n) heard.push_back({1000 * n, 1000 * n + n});
    for (PacketNumber n = 64; n >= 1; --n) says += ' ' + std::to_string(1000 * n) + '-' + std::to_string(1000 * n + n);
    packet("an acknowledgement of 64 ranges and the longest delay", {says}, {ack(heard, std::chrono::hours{1})})
        .context = {1, 1, 65'000};
  }
  packet("a ping", {"PING"}, {ping()});
  packet("padding", {"PADDING", "PING", "PADDING", "PADDING"}, {padding(1), ping(), padding(2)});
  packet("a good-bye", {"VERDICT 2 refused", "ACK delay 5 1-2", "CLOSE"},
         {verdict(2, false), ack({{1, 2}}, Duration{5}), close()})
      .context = {1, 2, 3};
  packet("a packet of everything",
         {"VERDICT 1 delivered", "ACK delay 1000 1-3", "TOMBSTONE 2", "DATA 4 \"d\"", "DATA 5 after 4 \"e\"",
          "UNRELIABLE newest after 5 \"u\"", "PING", "PADDING"},
         {verdict(1, true), ack({{1, 3}}, Duration{1000}), tombstone(2, 0), data(4, "d", 2), data(5, "e", 4, 4),
          unreliable("u", true, 5), ping(), padding(1)})
      .context = {2, 1, 4};
  {
    Vector& wrapped = packet(
        "numbers beyond 32 bits",
        {"DATA 4294967297 after 4294967295 \"a\"", "UNRELIABLE after 4294967290 \"u\"", "VERDICT 8589934593 refused"},
        {data(far + 1, "a", 0, far - 1), unreliable("u", false, far - 6), verdict(2 * far + 1, false)});
    wrapped.packet = far + 5;
    wrapped.newest = far - 3;
    wrapped.context = {far - 2, 2 * far - 1, 1};
  }
  {
    Vector& late = packet("a packet from before the wrap",
                          {"DATA 4294967295 \"a\"", "ACK delay 0 4294967295-4294967297"},
                          {data(far - 1, "a", 0), ack({{far - 1, far + 1}}, Duration{0})});
    late.packet = far - 1;
    late.newest = far + 2;
    late.context = {far + 3, 1, far + 2};
  }
  packet("the same packet number 2^32 later has another checksum", {"PING"}, {ping()}).packet = far + 1;
  list.back().newest = far;

  // To be dropped as malformed.
  greeting("malformed hello: no challenge", "malformed", hello({nonce_a, 0, 0, true, first_hello.limits}));
  greeting("malformed hello: an unknown flag", "malformed",
           raw("1111111111111111" "2222222222222222" "0000000000000000" "02" "00040000" "00100000" "b0040000"
               "00002000" "10270000" "00000001" "00000002"));
  greeting("malformed hello: a window of 0", "malformed",
           hello({nonce_a, 2, 0, true, {0, 4096, 1200, 2u << 20, 25'000, 16u << 20, 32u << 20}}));
  greeting("malformed hello: a message larger than the room for its parts", "malformed",
           hello({nonce_a, 2, 0, true, {1024, 4096, 1200, 2u << 20, 25'000, 16u << 20, 8u << 20}}));
  greeting("malformed hello: one byte too many", "malformed", all({hello(first_hello), raw("00")}));
  greeting("malformed hello: one byte too few", "malformed",
           raw("1111111111111111" "2222222222222222" "0000000000000000" "01" "00040000" "00100000" "b0040000"
               "00002000" "10270000" "00000001" "000000"));
  const auto malformed = [&](const std::string& why, const std::string& hex) {
    packet("malformed: " + why, {"malformed"}, {raw(hex)});
  };
  malformed("no frame", "");
  malformed("an unknown frame", "01 05");
  malformed("no number before one that follows", "80 00");
  malformed("number 0", "81 00000000 00");
  malformed("a payload that ends early", "81 01000000 03 6161");
  malformed("a length that is not canonical", "81 01000000 8100 61");
  malformed("a length beyond 32 bits", "81 01000000 8080808010");
  malformed("a distance of 0", "83 05000000 00 00");
  malformed("a distance to number 0", "83 05000000 05 00");
  malformed("fail without a dependency", "85 05000000 00");
  malformed("newest only and reliable", "91 05000000 00");
  malformed("unreliable with a number", "89 05000000 00");
  malformed("an unreliable tombstone", "a8");
  malformed("a tombstone with a dependency", "a3 05000000 01");
  const std::string x64(128, '7');
  malformed("the only part of a message", "c1 05000000 00 00 01 40" + x64);
  malformed("a part beyond the last", "c1 05000000 02 02 02 8001" + x64);
  malformed("parts of 31 bytes", "c1 05000000 00 00 02 3e" + std::string(2 * 31, '7'));
  malformed("parts that leave nothing for the last", "c1 05000000 00 00 42 8121" + std::string(2 * 65, '7'));
  malformed("a first part that is not the first", "c1 05000000 01 00 02 8001" + x64);
  malformed("a second part as the first", "c1 05000000 00 01 02 8001" + x64);
  malformed("a part whose first has number 0", "c1 05000000 05 01 02 8001" + x64);
  malformed("a second part with a dependency", "c3 05000000 01 01 01 02 8001" + x64);
  malformed("a part that ends early", "c1 05000000 00 00 02 8001" + x64.substr(2));
  malformed("a tombstone whose first part has number 0", "e1 05000000 05");
  malformed("an unreliable one that waits for number 0", "8a 00000000 00");
  malformed("an acknowledgement without a range", "02 01000000 00 00");
  malformed("an acknowledgement of 65 ranges", "02 c8000000 00 41" + std::string(2 * 129, '0'));
  malformed("a verdict that is neither", "03 01000000 02");
  malformed("a good-bye for an unknown reason", "04 01");
  malformed("a sound frame before one that is not", "81 01000000 01 61 04 01");
  return list;
}

std::vector<std::byte> datagram_of(const Vector& vector) {
  bowline_test::Page<4096> page;
  const bool is_hello = vector.packet == 0;
  Header{is_hello ? DatagramKind::hello : DatagramKind::packet, is_hello ? 0 : session_tag(nonce_a, nonce_z),
         Number::truncate(vector.packet)}
      .write(page.writer);
  vector.body(page.writer);
  std::vector<std::byte> bytes{page.written().begin(), page.written().end()};
  if (vector.sealed) {
    bytes.resize(bytes.size() + Crc32cSeal::overhead_bytes);
    Crc32cSeal{}.close(vector.packet, bytes, Header::bytes);
  } else {
    PlainSeal{}.close(vector.packet, bytes, Header::bytes);
  }
  return bytes;
}

/// What the library reads in a datagram, knowing what `vector` says that the receiver knows.
std::string read(const Vector& vector, std::vector<std::byte> bytes) {
  Reader start{bytes};
  const Header header = Header::read(start);
  const bool is_hello = header.kind == DatagramKind::hello;
  EXPECT_EQ(header.tag, is_hello ? 0 : session_tag(nonce_a, nonce_z));
  const PacketNumber number = is_hello ? 0 : Number::unwrap(header.packet_number, vector.newest + 1);
  EXPECT_EQ(number, vector.packet);
  const bool opens = vector.sealed ? Crc32cSeal{}.open(number, bytes, Header::bytes)
                                   : PlainSeal{}.open(number, bytes, Header::bytes);
  if (!opens) return "corrupt";
  const std::size_t trailer = vector.sealed ? Crc32cSeal::overhead_bytes : 0;
  const Bytes body = Bytes{bytes}.subspan(Header::bytes, bytes.size() - Header::bytes - trailer);
  if (is_hello) {
    const auto hello = Hello::read(body);
    return hello ? words_of(*hello) : "malformed";
  }
  FrameReader<> reader{body, vector.context};
  std::vector<std::string> words;
  while (const auto frame = reader.next()) words.push_back(words_of(*frame));
  return reader.malformed() || words.empty() ? "malformed" : join(words);
}

std::string file_contents() {
  std::ostringstream file;
  file << "# Datagrams of version 1, for a second implementation: what the receiver knows, what it is sent, what that\n"
          "# says. Written by tests/wire/golden_test.cpp (BOWLINE_WRITE_GOLDEN=1); read by check_wire.py.\n"
          "# All packets go from incarnation 1111111111111111 to 3333333333333333; nonces, challenges and bytes are\n"
          "# hexadecimal, everything else is decimal. F, L and next as in section 2 of docs/WIRE.md.\n";
  for (const Vector& vector : vectors()) {
    file << "\nname: " << vector.name << "\nseal: " << (vector.sealed ? "crc32c" : "none");
    if (vector.packet != 0) {
      file << "\npacket: " << vector.packet << "\nnewest: " << vector.newest << "\nF: " << vector.context.receive_next
           << "\nL: " << vector.context.send_next << "\nnext: " << vector.context.packet_next;
    }
    file << "\nsays: " << vector.says << "\nbytes: " << to_hex(datagram_of(vector)) << '\n';
  }
  return file.str();
}

TEST(GoldenVectors, the_library_makes_exactly_the_bytes_on_file) {
  const std::string expected = file_contents();
  if (const char* write = std::getenv("BOWLINE_WRITE_GOLDEN"); write != nullptr && std::string_view{write} == "1") {
    std::ofstream{std::string{file_name}, std::ios::binary} << expected;
  }
  std::ifstream file{std::string{file_name}, std::ios::binary};
  ASSERT_TRUE(file) << file_name;
  const std::string actual{std::istreambuf_iterator<char>{file}, {}};
  std::istringstream wanted{expected}, found{actual};
  for (std::string want, have, name; std::getline(wanted, want);) {
    std::getline(found, have);
    if (want.rfind("name: ", 0) == 0) name = want;
    ASSERT_EQ(have, want) << "in " << name;
  }
  EXPECT_EQ(actual, expected);
}

TEST(GoldenVectors, the_library_reads_what_each_of_them_says) {
  for (const Vector& vector : vectors()) EXPECT_EQ(read(vector, datagram_of(vector)), vector.says) << vector.name;
}

TEST(GoldenVectors, every_one_with_a_bit_flipped_is_corrupt) {
  for (const Vector& vector : vectors()) {
    if (!vector.sealed) continue;
    const std::vector<std::byte> bytes = datagram_of(vector);
    for (std::size_t bit = 8 * Header::bytes; bit < 8 * bytes.size(); ++bit) {
      std::vector<std::byte> flipped = bytes;
      flipped[bit / 8] ^= static_cast<std::byte>(1u << (bit % 8));
      ASSERT_EQ(read(vector, flipped), "corrupt") << vector.name << ", bit " << bit;
    }
  }
}

}  // namespace
