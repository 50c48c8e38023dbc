// SPDX-License-Identifier: BSL-1.0
// What the network may say: every datagram truncated and flipped, and everything that a peer must not say behind the
// seal. Each is dropped or voided, counted once, and without effect: a world that heard it goes on like one that did
// not.
#include <gtest/gtest.h>

#include <cstddef>
#include <cstdint>
#include <functional>
#include <string>
#include <utility>
#include <vector>

#include "bowline/base/random.hpp"
#include "core/support/busy.hpp"
#include "core/support/datagrams_dropped.hpp"
#include "core/support/pair.hpp"

namespace bowline::test {
namespace {

using Sealed = Pair<FixedQueueDedup<>, AdaptiveResend, DefaultExtras>;
using Plain = Pair<>;
using Write = std::function<void(Writer&)>;

/// Every reason for which something heard has no effect.
std::uint64_t refusals(const Stats& stats) {
  return datagrams_dropped(stats) + stats.acks_void + stats.verdicts_void;
}

/// Everything both ends say and are told from here on, while they go on with their work.
template <class P>
std::pair<std::vector<Datagram>, Lines> aftermath(P p) {
  std::vector<Datagram> said;
  Lines told;
  const auto deadline = [&](const TimePoint at) { told.push_back(std::to_string(at.time_since_epoch().count())); };
  deadline(p.a.deadline());
  deadline(p.z.deadline());
  p.a.sends("next of a", {.report_ack = true});
  p.z.sends("next of z", {.report_ack = true});
  p.run_until([] { return false; }, 1s, 10ms,
              [&](bool, const Datagram& datagram) { return said.push_back(datagram), true; });
  for (auto* side : {&p.a, &p.z}) {
    for (std::string& line : side->told()) told.push_back(std::move(line));
  }
  return {said, told};
}

void data(Writer& writer, SequenceNumber number, SequenceNumber dependency = 0, bool fail = false,
          SequenceNumber previous = 0) {
  DataFrame frame;
  frame.number = number;
  frame.dependency = dependency;
  frame.fail_with_dependency = fail;
  frame.payload = bytes_of("body");
  frame.write<WireNumber<>>(writer, previous);
}

void tombstone(Writer& writer, SequenceNumber number) {
  DataFrame frame;
  frame.number = number;
  frame.tombstone = true;
  frame.write<WireNumber<>>(writer, 0);
}

/// An ACK of `largest` with the given encoded ranges: how many more the first has, then gap and length of each.
void ack(Writer& writer, std::uint32_t largest, std::uint32_t ranges, const std::vector<std::uint32_t>& encoded) {
  writer.u8(static_cast<std::uint8_t>(FrameKind::ack));
  writer.u32(largest);
  writer.varint(0);
  writer.varint(ranges);
  for (const std::uint32_t number : encoded) writer.varint(number);
}

/// Good packets to z, one for each kind of frame and one with all of them.
const std::vector<std::pair<const char*, Write>> golden = {
    {"data", [](Writer& w) { data(w, 4); }},
    {"data that follows", [](Writer& w) { data(w, 4), data(w, 5, 0, false, 4); }},
    {"data that waits", [](Writer& w) { data(w, 4, 2); }},
    {"data that fails", [](Writer& w) { data(w, 4, 2, true); }},
    {"unreliable", [](Writer& w) { w.u8(0x88), w.varint(4), w.bytes(bytes_of("body")); }},
    {"newest", [](Writer& w) { w.u8(0x98), w.varint(4), w.bytes(bytes_of("body")); }},
    {"tombstone", [](Writer& w) { tombstone(w, 3); }},
    {"ack", [](Writer& w) { ack(w, 3, 2, {0, 0, 0}); }},
    {"verdict", [](Writer& w) { VerdictFrame{1, true}.write<WireNumber<>>(w); }},
    {"ping", [](Writer& w) { PingFrame::write(w); }},
    {"close", [](Writer& w) { CloseFrame::write(w); }},
    {"padding", [](Writer& w) { w.u8(0); }},
    {"all", [](Writer& w) {
       ack(w, 3, 1, {0});
       VerdictFrame{1, true}.write<WireNumber<>>(w);
       tombstone(w, 2);
       data(w, 4);
       PingFrame::write(w);
       w.u8(0);
     }}};

/// The golden packets as z would hear them next, and a HELLO.
std::vector<std::pair<std::string, Datagram>> golden_for(Sealed& p) {
  std::vector<std::pair<std::string, Datagram>> datagrams;
  for (const auto& [name, write] : golden) datagrams.emplace_back(name, p.packet_to_z(20, write));
  datagrams.emplace_back("hello", make_hello<Crc32cSeal>({p.a->nonce(), 77, 0, true, p.a->limits()}));
  return datagrams;
}

/// `bad` is refused by z under exactly one counter, and nothing else comes of it.
template <class P>
void expect_dropped(const P& p, const Datagram& bad, const std::pair<std::vector<Datagram>, Lines>& expected) {
  P attacked = p;
  const std::uint64_t before = refusals(attacked.z.stats());
  attacked.z.hears(bad);
  EXPECT_EQ(refusals(attacked.z.stats()), before + 1);
  EXPECT_EQ(attacked.z.told(), Lines{});
  EXPECT_TRUE(aftermath(std::move(attacked)) == expected);
}

// Catches a golden packet that is not one: what follows would then prove nothing.
TEST(GoldenInput, each_golden_datagram_is_taken_as_it_stands) {
  Sealed p = busy<Sealed>();
  for (const auto& [name, datagram] : golden_for(p)) {
    SCOPED_TRACE(name);
    Sealed copy = p;
    copy.z.hears(datagram);
    EXPECT_EQ(refusals(copy.z.stats()), refusals(p.z.stats()));
  }
}

TEST(BadInput, every_datagram_truncated_at_every_length_is_dropped_without_effect) {
  Sealed p = busy<Sealed>();
  const auto expected = aftermath(p);
  for (const auto& [name, datagram] : golden_for(p)) {
    for (std::size_t length = 0; length < datagram.size(); ++length) {
      SCOPED_TRACE(name + " of " + std::to_string(length));
      expect_dropped(p, Datagram(datagram.begin(), datagram.begin() + static_cast<std::ptrdiff_t>(length)), expected);
      if (HasFailure()) return;
    }
  }
}

TEST(BadInput, every_datagram_with_any_bit_flipped_is_dropped_without_effect) {
  Sealed p = busy<Sealed>();
  const auto expected = aftermath(p);
  for (const auto& [name, datagram] : golden_for(p)) {
    for (std::size_t bit = 0; bit < 8 * datagram.size(); ++bit) {
      SCOPED_TRACE(name + " with bit " + std::to_string(bit));
      Datagram flipped = datagram;
      flipped[bit / 8] ^= std::byte{1} << (bit % 8);
      expect_dropped(p, flipped, expected);
      if (HasFailure()) return;
    }
  }
}

TEST(BadInput, every_datagram_with_something_appended_is_dropped_without_effect) {
  Sealed p = busy<Sealed>();
  const auto expected = aftermath(p);
  for (const auto& [name, datagram] : golden_for(p)) {
    for (const std::size_t more : {1u, 4u, 65'000u}) {
      SCOPED_TRACE(name + " and " + std::to_string(more));
      Datagram longer = datagram;
      longer.resize(longer.size() + more);
      expect_dropped(p, longer, expected);
      if (HasFailure()) return;
    }
  }
}

TEST(BadInput, every_first_byte_but_two_is_dropped_without_effect) {
  Plain p = busy<Plain>();
  const auto expected = aftermath(p);
  for (unsigned first = 0; first < 256; ++first) {
    if (first == 4 || first == 5) continue;
    Datagram datagram = p.packet_to_z(20, [](Writer& w) { PingFrame::write(w); });
    datagram[0] = std::byte{static_cast<std::uint8_t>(first)};
    expect_dropped(p, datagram, expected);
    EXPECT_EQ(p.z.stats().dropped_malformed, 0u);
  }
}

/// A packet with frames that a peer must not send: dropped whole, under `counter`.
struct Nonsense {
  const char* name;
  std::uint64_t Stats::*counter;
  Write write;
};

// W = 4,096; z has seen 1 and 3, so F = 2 and the ring is [1, 4098), numbers below 1 being none.
const std::vector<Nonsense> nonsense = {
    {"no frame", &Stats::dropped_malformed, [](Writer&) {}},
    {"fragment, which is not in use", &Stats::dropped_malformed, [](Writer& w) { w.u8(0xc1), w.u32(4), w.varint(0); }},
    {"newest_only of a reliable one", &Stats::dropped_malformed, [](Writer& w) { w.u8(0x91), w.u32(4), w.varint(0); }},
    {"fails without dependency", &Stats::dropped_malformed, [](Writer& w) { w.u8(0x85), w.u32(4), w.varint(0); }},
    {"unreliable with a number", &Stats::dropped_malformed, [](Writer& w) { w.u8(0x89), w.u32(4), w.varint(0); }},
    {"unreliable tombstone", &Stats::dropped_malformed, [](Writer& w) { w.u8(0xa8); }},
    {"tombstone that waits", &Stats::dropped_malformed, [](Writer& w) { w.u8(0xa3), w.u32(4), w.varint(1); }},
    {"no number and none before", &Stats::dropped_malformed, [](Writer& w) { w.u8(0x80), w.varint(0); }},
    {"number 0", &Stats::dropped_malformed, [](Writer& w) { w.u8(0x81), w.u32(0), w.varint(0); }},
    {"number cut off", &Stats::dropped_malformed, [](Writer& w) { w.u8(0x81), w.u8(4), w.u8(0); }},
    {"no length", &Stats::dropped_malformed, [](Writer& w) { w.u8(0x81), w.u32(4); }},
    {"length beyond the end", &Stats::dropped_malformed, [](Writer& w) { w.u8(0x81), w.u32(4), w.varint(1); }},
    {"length of 2^32 - 1", &Stats::dropped_malformed,
     [](Writer& w) { w.u8(0x81), w.u32(4), w.varint(0xffffffffu), w.u8(0); }},
    {"length not canonical", &Stats::dropped_malformed, [](Writer& w) { w.u8(0x81), w.u32(4), w.u8(0x80), w.u8(0); }},
    {"length of five bytes too many", &Stats::dropped_malformed,
     [](Writer& w) {
       w.u8(0x81), w.u32(4);
       for (const unsigned byte : {0x80u, 0x80u, 0x80u, 0x80u, 0x10u}) w.u8(static_cast<std::uint8_t>(byte));
     }},
    {"waits for itself", &Stats::dropped_malformed, [](Writer& w) { w.u8(0x83), w.u32(4), w.varint(0), w.varint(0); }},
    {"waits for 0", &Stats::dropped_malformed, [](Writer& w) { w.u8(0x83), w.u32(4), w.varint(4), w.varint(0); }},
    {"waits for less than 0", &Stats::dropped_malformed,
     [](Writer& w) { w.u8(0x83), w.u32(4), w.varint(0xffffffffu), w.varint(0); }},
    {"waits for more than a window ago", &Stats::dropped_out_of_window,
     [](Writer& w) { w.u8(0x83), w.u32(4097), w.varint(4096), w.varint(0); }},
    {"unreliable, waits for 0", &Stats::dropped_malformed, [](Writer& w) { w.u8(0x8a), w.u32(0), w.varint(0); }},
    {"unreliable, waits for the far future", &Stats::dropped_out_of_window,
     [](Writer& w) { w.u8(0x8a), w.u32(4098), w.varint(0); }},
    {"number beyond the window", &Stats::dropped_out_of_window, [](Writer& w) { data(w, 4098); }},
    {"number half a wrap away", &Stats::dropped_out_of_window, [](Writer& w) { data(w, 0x7fffffffu); }},
    {"the next number, beyond the window", &Stats::dropped_out_of_window,
     [](Writer& w) { data(w, 4097), data(w, 4098, 0, false, 4097); }},
    {"tombstone beyond the window", &Stats::dropped_out_of_window, [](Writer& w) { tombstone(w, 4098); }},
    {"tombstone 0", &Stats::dropped_malformed, [](Writer& w) { tombstone(w, 0); }},
    {"verdict neither way", &Stats::dropped_malformed, [](Writer& w) { w.u8(3), w.u32(1), w.u8(2); }},
    {"verdict cut off", &Stats::dropped_malformed, [](Writer& w) { w.u8(3), w.u32(1); }},
    {"close for no known reason", &Stats::dropped_malformed, [](Writer& w) { w.u8(4), w.u8(1); }},
    {"close cut off", &Stats::dropped_malformed, [](Writer& w) { w.u8(4); }},
    {"ack of no range", &Stats::dropped_malformed, [](Writer& w) { ack(w, 3, 0, {}); }},
    {"ack of 65 ranges", &Stats::dropped_malformed,
     [](Writer& w) { ack(w, 3, 65, std::vector<std::uint32_t>(129, 0)); }},
    {"ack of 2^32 - 1 ranges", &Stats::dropped_malformed, [](Writer& w) { ack(w, 3, 0xffffffffu, {0, 0, 0}); }},
    {"ack with a range missing", &Stats::dropped_malformed, [](Writer& w) { ack(w, 3, 2, {0, 0}); }},
    {"ack cut off", &Stats::dropped_malformed, [](Writer& w) { w.u8(2), w.u32(3); }},
    {"ack with a delay not canonical", &Stats::dropped_malformed,
     [](Writer& w) { w.u8(2), w.u32(3), w.u8(0x80), w.u8(0), w.varint(1), w.varint(0); }},
};

// Behind the seal, where only a broken or hostile peer can reach.
TEST(BadInput, nonsense_behind_the_seal_drops_the_packet_without_effect) {
  Plain p = busy<Plain>();
  const auto expected = aftermath(p);
  for (const Nonsense& bad : nonsense) {
    for (const int place : {0, 1, 2}) {
      SCOPED_TRACE(std::string{bad.name} + ", " + std::to_string(place));
      const Datagram datagram = p.packet_to_z(20, [&](Writer& writer) {
        // Alone, and before and after frames that would have had an effect.
        if (place == 1 && bad.write != nullptr) data(writer, 5), ack(writer, 3, 1, {0});
        bad.write(writer);
        if (place == 2) data(writer, 5);
      });
      if (place != 0 && std::string{bad.name} == "no frame") continue;
      // Frames without a length of their own take the bytes of what follows for theirs.
      if (place == 2 && (std::string{bad.name}.find("cut off") != std::string::npos ||
                         std::string{bad.name} == "no length" || std::string{bad.name} == "length beyond the end")) {
        continue;
      }
      // After a numbered frame the next number is known.
      if (place == 1 && std::string{bad.name} == "no number and none before") continue;
      expect_dropped(p, datagram, expected);
      Plain attacked = p;
      attacked.z.hears(datagram);
      EXPECT_EQ(attacked.z.stats().*bad.counter, p.z.stats().*bad.counter + 1);
      if (HasFailure()) return;
    }
  }
}

TEST(BadInput, every_unknown_frame_drops_the_packet_without_effect) {
  Plain p = busy<Plain>();
  const auto expected = aftermath(p);
  for (std::uint8_t kind = 5; kind < 128; ++kind) {
    SCOPED_TRACE(int{kind});
    expect_dropped(p, p.packet_to_z(20, [&](Writer& w) { w.u8(kind), w.u32(0), w.u32(0); }), expected);
  }
}

TEST(BadInput, packet_number_zero_is_malformed) {
  Plain p = busy<Plain>();
  const auto expected = aftermath(p);
  expect_dropped(p, p.packet_to_z(0, [](Writer& w) { PingFrame::write(w); }), expected);
  p.z.hears(p.packet_to_z(0, [](Writer& w) { PingFrame::write(w); }));
  EXPECT_EQ(p.z.stats().dropped_malformed, 1u);
}

TEST(BadInput, more_to_hold_than_was_announced_is_dropped_without_effect) {
  Options small = prompt();
  small.held_bytes_max = 7;  // "leaf" is held: 3 are left.
  Plain p = busy<Plain>(small);
  const auto expected = aftermath(p);
  expect_dropped(p, p.packet_to_z(20, [](Writer& w) { data(w, 4, 2); }), expected);
  Plain attacked = p;
  attacked.z.hears(p.packet_to_z(20, [](Writer& w) { data(w, 4, 2); }));
  EXPECT_EQ(attacked.z.stats().dropped_over_budget, 1u);
}

/// A frame that z takes for void: the packet that brings it counts, as one of padding would.
struct Void {
  const char* name;
  std::uint64_t Stats::*counter;
  Write write;
};

// z has sent packets 1 to 5 or so, none of which the test needs to know exactly: 1,000 was not sent.
const std::vector<Void> voids = {
    {"ack of what was never sent", &Stats::acks_void, [](Writer& w) { ack(w, 1000, 1, {0}); }},
    {"ack of packet 0", &Stats::acks_void, [](Writer& w) { ack(w, 0, 1, {0}); }},
    {"ack half a wrap ahead", &Stats::acks_void, [](Writer& w) { ack(w, 0x7fffffffu, 1, {0}); }},
    {"ack of 2^32 packets", &Stats::acks_void, [](Writer& w) { ack(w, 3, 1, {0xffffffffu}); }},
    {"ack down to 0", &Stats::acks_void, [](Writer& w) { ack(w, 3, 1, {3}); }},
    {"ack whose gap leads below 1", &Stats::acks_void, [](Writer& w) { ack(w, 3, 2, {0, 1, 0}); }},
    {"ack whose gap is 2^32 - 1", &Stats::acks_void, [](Writer& w) { ack(w, 3, 2, {0, 0xffffffffu, 0}); }},
    {"ack whose second range leads below 1", &Stats::acks_void, [](Writer& w) { ack(w, 3, 2, {0, 0, 1}); }},
    {"ack that goes on after 1", &Stats::acks_void, [](Writer& w) { ack(w, 3, 2, {2, 0, 0}); }},
    {"verdict nobody asked for", &Stats::verdicts_void,
     [](Writer& w) { VerdictFrame{2, true}.write<WireNumber<>>(w); }},
    {"verdict on what was never sent", &Stats::verdicts_void,
     [](Writer& w) { VerdictFrame{500, true}.write<WireNumber<>>(w); }},
    {"verdict on 0", &Stats::verdicts_void, [](Writer& w) { VerdictFrame{0, true}.write<WireNumber<>>(w); }},
};

TEST(BadInput, void_frames_are_counted_and_have_no_effect) {
  Plain p = busy<Plain>();
  Plain padded = p;
  padded.z.hears(p.packet_to_z(20, [](Writer& w) { w.u8(0); }));
  const auto expected = aftermath(padded);
  for (const Void& bad : voids) {
    SCOPED_TRACE(bad.name);
    Plain attacked = p;
    attacked.z.hears(p.packet_to_z(20, bad.write));
    EXPECT_EQ(attacked.z.stats().*bad.counter, p.z.stats().*bad.counter + 1);
    EXPECT_EQ(refusals(attacked.z.stats()), refusals(p.z.stats()) + 1);
    EXPECT_EQ(attacked.z.told(), Lines{});
    EXPECT_TRUE(aftermath(attacked) == expected);
  }
}

// RFC 9000 section 21.4: numbers are left out so that a peer that acknowledges what it did not see gives itself away.
TEST(BadInput, an_ack_of_a_number_left_out_on_purpose_is_void) {
  Plain p;
  p.connect();
  std::uint32_t skipped = 0;
  for (std::uint32_t number = 1; skipped == 0 && number < 600; ++number) {
    p.a.sends("x");
    const Datagram said = p.a.says_one();
    if (packet_number(said) != number) skipped = number;
    p.z.hears(said);
    p.a.hears(p.z.says());
  }
  ASSERT_NE(skipped, 0u);
  const MessageId pending = p.a.sends("pending");
  const std::uint32_t newest = packet_number(p.a.says_one());
  p.a.hears(p.packet_to_a(5000, [&](Writer& w) { ack(w, newest, 1, {newest - skipped}); }));
  EXPECT_EQ(p.a.stats().acks_void, 1u);
  EXPECT_EQ(p.a->status(pending), MessageStatus::in_flight);
  p.a.hears(p.packet_to_a(5001, [&](Writer& w) { ack(w, skipped, 1, {0}); }));
  EXPECT_EQ(p.a.stats().acks_void, 2u);
  EXPECT_EQ(p.a->status(pending), MessageStatus::in_flight);
  // Two ranges with just that number between them.
  p.a.hears(p.packet_to_a(5002, [&](Writer& w) { ack(w, newest, 2, {newest - skipped - 1, 0, 0}); }));
  EXPECT_EQ(p.a.stats().acks_void, 2u);
  EXPECT_EQ(p.a->status(pending), MessageStatus::acked);
}

TEST(BadInput, an_ack_of_sixty_four_ranges_is_taken) {
  Plain p;
  p.connect();
  std::uint32_t newest = 0;
  for (int i = 0; i < 128; ++i) {
    p.a.sends("x");
    newest = packet_number(p.a.says_one());
  }
  std::vector<std::uint32_t> encoded(127, 0);  // Every second packet: 1 + 63 · 2 numbers.
  p.a.hears(p.packet_to_a(20, [&](Writer& w) { ack(w, newest, 64, encoded); }));
  EXPECT_EQ(p.a.stats().acks_void, 0u);
  EXPECT_EQ(p.a.stats().messages_acked, 64u);
}

TEST(BadInput, hellos_that_disagree_with_themselves_are_malformed) {
  Plain p = busy<Plain>();
  const auto expected = aftermath(p);
  const Datagram good = make_hello({77, 7, 0, true, p.a->limits()});
  const auto with = [&](std::size_t at, unsigned value) {
    Datagram bad = good;
    bad[at] = std::byte{static_cast<std::uint8_t>(value)};
    return bad;
  };
  expect_dropped(p, with(1, 1), expected);                        // A tag.
  expect_dropped(p, with(9, 1), expected);                        // A packet number.
  expect_dropped(p, with(Header::bytes + 24, 2), expected);       // Wants neither yes nor no.
  expect_dropped(p, with(Header::bytes + 8, 0), expected);        // A challenge of 0.
  expect_dropped(p, with(Header::bytes + 28, 0xff), expected);    // A window of more than 2^24.
  Datagram longer = good;
  longer.push_back(std::byte{0});
  expect_dropped(p, longer, expected);
}

/// A filter and a congestion control that count how often they are asked.
struct CountingDedup : FixedQueueDedup<> {
  static inline std::uint64_t calls = 0;
  Admission admit(SequenceNumber number) { return ++calls, FixedQueueDedup<>::admit(number); }
  [[nodiscard]] Admission check(SequenceNumber number) const { return ++calls, FixedQueueDedup<>::check(number); }
};

// A datagram of 1,200 bytes asks the filter no more than once a byte, whatever it claims.
TEST(BadInput, a_datagram_costs_no_more_than_its_bytes) {
  Pair<CountingDedup> p;
  p.connect();
  const Datagram crowd = p.packet_to_z(20, [](Writer& w) {
    SequenceNumber number = 1;
    data(w, number);
    while (w.room() > 0 && w.used() < 1198) {
      DataFrame next;
      next.number = ++number;
      next.write<WireNumber<>>(w, number - 1);
    }
  });
  CountingDedup::calls = 0;
  p.z.hears(crowd);
  EXPECT_LE(CountingDedup::calls, crowd.size());
  EXPECT_EQ(p.z.received().size(), 589u);  // One of 10 bytes after a header of 13, then (1,198 - 23) / 2 rounded up.
  EXPECT_EQ(p.z.says().size(), 1u);
}

// An ack frame of 9 bytes may name hundreds of packets, again and again, while packet 1 is missing.
TEST(BadInput, repeated_acks_of_a_long_run_acknowledge_it_once) {
  Plain p;
  p.connect();
  std::uint32_t newest = 0;
  std::uint32_t left_out = 0;
  for (int i = 0; i < 500; ++i) {
    p.a.sends("x", {.priority = Priority::high});
    const std::uint32_t number = packet_number(p.a.says_one());
    if (number != newest + 1) left_out = newest + 1;
    newest = number;
  }
  // All from the last number that was left out on, if one was.
  const std::uint32_t run = newest - (left_out != 0 ? left_out : 1);
  const auto flood = [&](Writer& w) {
    while (w.used() < 1190) ack(w, newest, 1, {run - 1});
  };
  for (PacketNumber packet = 20; packet < 220; ++packet) p.a.hears(p.packet_to_a(packet, flood));
  EXPECT_EQ(p.a.stats().acks_void + p.a.stats().dropped_malformed, 0u);
  EXPECT_EQ(p.a.stats().messages_acked, run);
}

// Everything that one flipped bit can make of a good packet when no seal protects it: no assertion, no invariant
// broken, no answer of more than a datagram or two.
TEST(BadInput, any_flipped_bit_behind_the_seal_breaks_no_invariant) {
  Plain p = busy<Plain>();
  for (const auto& [name, write] : golden) {
    const Datagram good = p.packet_to_z(20, write);
    for (std::size_t bit = 8 * Header::bytes; bit < 8 * good.size(); ++bit) {
      SCOPED_TRACE(std::string{name} + " with bit " + std::to_string(bit));
      Plain attacked = p;
      Datagram flipped = good;
      flipped[bit / 8] ^= std::byte{1} << (bit % 8);
      attacked.z.hears(flipped);
      EXPECT_LE(attacked.z.says().size(), 3u);
      static_cast<void>(aftermath(std::move(attacked)));
      if (HasFailure()) return;
    }
  }
}

TEST(BadInput, random_frames_behind_the_seal_break_no_invariant) {
  Random random{1};
  for (int world = 0; world < 40; ++world) {
    Plain p = busy<Plain>();
    PacketNumber packet = 20;
    for (int i = 0; i < 300; ++i) {
      const Datagram datagram = p.packet_to_z(packet++, [&](Writer& w) {
        for (std::uint64_t frames = 1 + random.below(6); frames != 0; --frames) {
          const auto number = static_cast<std::uint32_t>(random.below(random.below(2) == 0 ? 12 : 1100));
          switch (random.below(8)) {
            case 0: tombstone(w, 1 + number); break;
            case 1: data(w, 1 + number, random.below(1 + number), random.below(2) == 0); break;
            case 2: ack(w, number, 1, {static_cast<std::uint32_t>(random.below(4))}); break;
            case 3: VerdictFrame{number, random.below(2) == 0}.write<WireNumber<>>(w); break;
            case 4: w.u8(0x8a), w.u32(1 + number), w.varint(0); break;
            case 5: w.u8(0x9e), w.u32(1 + number), w.varint(0); break;
            case 6: PingFrame::write(w); break;
            default: data(w, 1 + random.below(12)); break;
          }
        }
      });
      p.z.hears(datagram);
      if (random.below(4) == 0) p.z.says();
      if (random.below(16) == 0) p.pass(100ms);
    }
    if (HasFailure()) FAIL() << "world " << world;
  }
}

}  // namespace
}  // namespace bowline::test
