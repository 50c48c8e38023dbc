// SPDX-License-Identifier: BSL-1.0
// The window, the duplicate filter and truncated numbers: the traces that break each without its rule.
#include <gtest/gtest.h>

#include <array>
#include <cstdint>
#include <set>
#include <string>
#include <vector>

#include "bowline/dedup/no_dedup.hpp"
#include "bowline/dedup/window_dedup.hpp"
#include "bowline/default_extras.hpp"
#include "core/support/pair.hpp"

namespace bowline::test {
namespace {

Options window_of(std::uint32_t window) {
  Options options = prompt();
  options.window = window;
  return options;
}

/// A filter that keeps every promise of the concept, and forgets from above: it knows two numbers from the lowest one
/// not admitted.
class LowestFirstDedup {
 public:
  [[nodiscard]] static constexpr bool covers(std::uint32_t window) noexcept { return window <= 2; }
  Admission admit(SequenceNumber number) {
    const Admission answer = check(number);
    if (answer == Admission::fresh) above_.insert(number);
    while (above_.erase(lowest_) != 0) ++lowest_;
    return answer;
  }
  [[nodiscard]] Admission check(SequenceNumber number) const noexcept {
    if (number < lowest_ || above_.count(number) != 0) return Admission::duplicate;
    return number >= lowest_ + 2 ? Admission::too_old : Admission::fresh;
  }
  void clear() { *this = {}; }

 private:
  SequenceNumber lowest_ = 1;
  std::set<SequenceNumber> above_;
};

static_assert(DuplicateFilter<LowestFirstDedup>);

/// The receiver z in the hands of a sender of the test's own: each arrival is a packet of its own with one segment.
template <class Dedup>
class Receiver {
 public:
  explicit Receiver(std::uint32_t window) : pair_{window_of(window)} { pair_.connect(); }

  /// `number` arrives. Answers whether z acknowledged the packet that brought it.
  bool arrives(SequenceNumber number) {
    const PacketNumber packet = next_++;
    pair_.z.hears(pair_.packet_to_z(packet, [&](Writer& writer) {
      DataFrame frame;
      frame.number = number;
      const std::string body = std::to_string(number);
      frame.payload = bytes_of(body);
      frame.write<WireNumber<>>(writer, 0);
    }));
    return answers_acknowledge(packet);
  }

  /// The sender has given `number` up. Answers whether z gave a verdict.
  bool recalls(SequenceNumber number) {
    pair_.z.hears(pair_.packet_to_z(next_++, [&](Writer& writer) {
      DataFrame frame;
      frame.number = number;
      frame.tombstone = true;
      frame.write<WireNumber<>>(writer, 0);
    }));
    bool answered = false;
    for (const std::string& line : pair_.z.says_lines()) {
      answered |= line.find("verdict " + std::to_string(number) + ' ') != std::string::npos;
    }
    return answered;
  }

  const Lines& delivered() const { return pair_.z.received(); }
  const Stats& stats() const { return pair_.z.stats(); }

 private:
  bool answers_acknowledge(PacketNumber packet) {
    bool acknowledged = false;
    for (const Datagram& datagram : pair_.z.says()) {
      FrameReader<> frames{Bytes{datagram}.subspan(Header::bytes), {}};
      while (const auto frame = frames.next()) {
        if (const auto* ack = std::get_if<AckFrame>(&*frame)) {
          acknowledged |= ack->for_each_range([](PacketRange) {}) && ack->largest() == packet;
        }
      }
    }
    return acknowledged;
  }

  Pair<Dedup> pair_;
  PacketNumber next_ = 100;
};

template <class Dedup>
const char* fault(std::uint32_t window) {
  return Connection<Dedup, AdaptiveResend, PlainExtras>::fault(window_of(window), Dedup{});
}

// The rule: FixedQueueDedup<N> needs N >= 2W - 1. The rows of the search: W = 2 needs 3, W = 4 needs 7, W = 5 needs 9.
TEST(WindowTrace, a_queue_shorter_than_two_windows_less_one_is_refused) {
  ASSERT_NE(fault<FixedQueueDedup<2>>(2), nullptr);
  EXPECT_NE(std::string{fault<FixedQueueDedup<2>>(2)}.find("Options::window"), std::string::npos);
  EXPECT_EQ(fault<FixedQueueDedup<3>>(2), nullptr);
  EXPECT_NE(fault<FixedQueueDedup<4>>(3), nullptr);
  EXPECT_EQ(fault<FixedQueueDedup<5>>(3), nullptr);
  EXPECT_NE(fault<FixedQueueDedup<6>>(4), nullptr);
  EXPECT_EQ(fault<FixedQueueDedup<7>>(4), nullptr);
  EXPECT_NE(fault<FixedQueueDedup<8>>(5), nullptr);
  EXPECT_EQ(fault<FixedQueueDedup<9>>(5), nullptr);
}

TEST(TruncationTrace, options_under_which_numbers_on_the_wire_would_be_mistaken_are_refused) {
  using Peer = Connection<NoDedup, AdaptiveResend, DefaultExtras>;
  Options options = window_of(983'040);
  options.packets_tracked = 65'536;
  options.datagram_bytes_max = 65'507;
  EXPECT_EQ(Peer::fault(options, {}), nullptr);  // 983,040 + 65,536 · 32,753 = 2^31
  options.window = 983'041;
  ASSERT_NE(Peer::fault(options, {}), nullptr);
  EXPECT_NE(std::string{Peer::fault(options, {})}.find("Options::packets_tracked"), std::string::npos);
}

TEST(WindowTrace, a_bitmap_of_one_window_is_enough) {
  EXPECT_EQ(fault<WindowDedup<4>>(4), nullptr);
  EXPECT_NE(fault<WindowDedup<3>>(4), nullptr);
}

// What the refusal is for: with W = 4 and N = 4 a number that never arrived is taken for a forgotten one. It is
// refused for ever, and the window with it.
TEST(WindowTrace, a_queue_too_short_would_refuse_what_never_arrived) {
  Receiver<FixedQueueDedup<4>> z{4};
  for (const SequenceNumber number : {4u, 1u, 2u, 5u, 6u}) EXPECT_TRUE(z.arrives(number));
  EXPECT_FALSE(z.arrives(3));
  EXPECT_EQ(z.delivered(), (Lines{"4", "1", "2", "5", "6"}));
}

// The rule: the receive log, not the filter, says what was here. A filter that has forgotten 2 must not keep z from
// acknowledging it again, or the delivered 2 ends as lost at its sender.
TEST(WindowTrace, arrivals_in_the_orders_of_the_search_are_acknowledged_again) {
  const auto scripts = std::vector<std::pair<std::uint32_t, std::vector<SequenceNumber>>>{
      {2, {2, 1, 3, 2}}, {3, {3, 1, 2, 4, 5, 3}}, {4, {4, 1, 2, 5, 6, 3, 4}}};
  for (const auto& [window, arrivals] : scripts) {
    SCOPED_TRACE(window);
    Receiver<FixedQueueDedup<7>> queue{window};
    Receiver<WindowDedup<4>> bitmap{window};
    for (const SequenceNumber number : arrivals) {
      EXPECT_TRUE(queue.arrives(number)) << number;
      EXPECT_TRUE(bitmap.arrives(number)) << number;
    }
    const std::set<SequenceNumber> distinct(arrivals.begin(), arrivals.end());
    EXPECT_EQ(queue.delivered().size(), distinct.size());
    EXPECT_EQ(bitmap.delivered().size(), distinct.size());
  }
}

/// Every order in which a sender of window W can make numbers arrive, with acks that come or do not, `depth` arrivals
/// deep: everything from L - W on is acknowledged, and delivered once.
template <class Dedup>
void search(Receiver<Dedup> z, std::uint32_t window, SequenceNumber lowest, std::set<SequenceNumber> unacked,
            std::set<SequenceNumber> seen, int depth) {
  if (depth == 0 || testing::Test::HasFailure()) return;
  for (SequenceNumber number = lowest; number < lowest + window; ++number) {
    if (lowest != number && unacked.count(number) == 0 && number < lowest) continue;
    Receiver<Dedup> after = z;
    ASSERT_TRUE(after.arrives(number)) << "number " << number << " at lowest " << lowest;
    std::set<SequenceNumber> seen_after = seen;
    seen_after.insert(number);
    ASSERT_EQ(after.delivered().size(), seen_after.size());
    // The ack is lost …
    search(after, window, lowest, unacked, seen_after, depth - 1);
    // … or it arrives, and what it names moves the window.
    std::set<SequenceNumber> unacked_after = unacked;
    unacked_after.insert(number);
    SequenceNumber lowest_after = lowest;
    while (unacked_after.erase(lowest_after) != 0) ++lowest_after;
    if (lowest_after != lowest) search(after, window, lowest_after, unacked_after, seen_after, depth - 1);
  }
}

TEST(WindowTrace, every_order_of_arrival_is_acknowledged_and_delivered_once) {
  search(Receiver<FixedQueueDedup<1>>{1}, 1, 1, {}, {}, 6);
  search(Receiver<FixedQueueDedup<3>>{2}, 2, 1, {}, {}, 6);
  search(Receiver<WindowDedup<2>>{2}, 2, 1, {}, {}, 6);
  search(Receiver<FixedQueueDedup<5>>{3}, 3, 1, {}, {}, 5);
  search(Receiver<WindowDedup<3>>{3}, 3, 1, {}, {}, 5);
}

// The rule: the ring reaches down to F - W. With F - (W - 1) a window of one is deaf to the repetition of what it has.
TEST(WindowTrace, the_oldest_number_that_a_sender_may_repeat_is_acknowledged_again) {
  for (const std::uint32_t window : {1u, 2u, 4u}) {
    Receiver<FixedQueueDedup<7>> z{window};
    for (SequenceNumber number = 1; number <= window; ++number) EXPECT_TRUE(z.arrives(number));
    EXPECT_TRUE(z.arrives(1)) << window;  // F = W + 1, so 1 = F - W.
    EXPECT_EQ(z.stats().duplicates_dropped, 1u);
  }
}

TEST(WindowTrace, numbers_behind_and_beyond_the_ring_are_dropped_unacknowledged) {
  Receiver<FixedQueueDedup<7>> z{4};
  for (SequenceNumber number = 1; number <= 5; ++number) EXPECT_TRUE(z.arrives(number));
  EXPECT_FALSE(z.arrives(1));  // F = 6: the ring is [2, 10).
  EXPECT_EQ(z.stats().dropped_too_old, 1u);
  EXPECT_FALSE(z.arrives(10));
  EXPECT_EQ(z.stats().dropped_out_of_window, 1u);
  EXPECT_FALSE(z.recalls(1));
  EXPECT_FALSE(z.recalls(10));
  EXPECT_TRUE(z.recalls(2));
  EXPECT_TRUE(z.recalls(9));
}

// The rule: a recalled number counts as admitted in the filter, which promises something only while every number below
// the window was.
TEST(WindowTrace, a_filter_learns_of_recalled_numbers) {
  Receiver<LowestFirstDedup> z{2};
  for (SequenceNumber number = 1; number < 20; number += 2) {
    EXPECT_TRUE(z.recalls(number));
    EXPECT_TRUE(z.arrives(number + 1));
    EXPECT_TRUE(z.arrives(number));  // The late copy: refused, and acknowledged so that it is not repeated.
  }
  EXPECT_EQ(z.delivered().size(), 10u);
  EXPECT_EQ(z.stats().refused, 10u);
}

// The rule: what must fit is the peer's filter, so the receive window travels in HELLO. Comparing an end's filter with
// its own window lets a send beyond what z can tell apart.
TEST(WindowTrace, the_smaller_window_of_the_two_ends_binds_the_sender) {
  Pair<FixedQueueDedup<31>> p{window_of(16), window_of(2)};
  p.connect();
  for (int i = 0; i < 10; ++i) p.a.sends("x", {.priority = Priority::high});
  const Datagram said = p.a.says_one();
  EXPECT_EQ(show(said), "data 1 'x', data 2 'x'");
  EXPECT_TRUE(p.settle());
  EXPECT_EQ(p.z.received().size(), 10u);
  EXPECT_EQ(p.z.stats().dropped_out_of_window, 0u);
}

// The rule: new numbers only below L + W, L the lowest that is not settled: one message that never arrives stops the
// window, not the connection, and L moves when its tombstone is answered.
TEST(WindowTrace, a_missing_number_stops_the_window_until_its_verdict) {
  Pair<FixedQueueDedup<7>> p{window_of(4)};
  p.connect();
  const MessageId missing = p.a.sends("1", {.priority = Priority::high});
  p.a.says();
  for (const char* body : {"2", "3", "4", "5", "6"}) p.a.sends(body, {.priority = Priority::high});
  p.exchange();
  EXPECT_EQ(p.z.received(), (Lines{"2", "3", "4"}));
  EXPECT_TRUE(p.a.cancels(missing));
  p.exchange();
  EXPECT_EQ(p.z.received(), (Lines{"2", "3", "4", "5", "6"}));
}

// The search of the literal original: a one-slot queue, send A, send B, A again: B has evicted A. A queue that forgets
// must answer too_old, never fresh.
TEST(OriginalTrace, a_copy_whose_number_the_filter_forgot_is_not_delivered_again) {
  Receiver<FixedQueueDedup<1>> z{2};
  EXPECT_TRUE(z.arrives(1));
  EXPECT_TRUE(z.arrives(2));
  z.arrives(1);
  EXPECT_EQ(z.delivered(), (Lines{"1", "2"}));
}

TEST(OriginalTrace, without_a_filter_a_copy_is_delivered_again) {
  Receiver<NoDedup> z{4};
  EXPECT_TRUE(z.arrives(1));
  EXPECT_TRUE(z.arrives(1));
  EXPECT_EQ(z.delivered(), (Lines{"1", "1"}));
}

// Numbers of 8 bits on the wire: 2^7 >= W + Q * segments a datagram = 8 + 64. Every copy of every packet comes back
// after every later packet, for three wraps.
/// Answers how many of 800 messages were delivered before one was delivered a second time.
template <class Seal>
std::size_t delivered_once() {
  Options options = window_of(8);
  options.packets_tracked = 64;
  Pair<FixedQueueDedup<15>, AdaptiveResend, NarrowExtras<8, Seal>> p{options};
  p.connect();
  std::vector<Datagram> kept;
  for (std::size_t i = 0; i < 800; ++i) {
    p.a.sends(std::to_string(i));
    kept.push_back(p.a.says_one());
    p.z.hears(kept.back());
    p.exchange();
    for (const Datagram& copy : kept) p.z.hears(copy);
    p.exchange();
    if (p.z.received().size() != i + 1) return i;
  }
  return 800;
}

// The rule: the seal covers the whole 64-bit packet number. With one over the bytes alone a copy that was kept for one
// wrap opens as a new packet, and its segment reads as a new number.
TEST(TruncationTrace, a_copy_kept_for_a_wrap_of_the_numbers_does_not_open) {
  EXPECT_EQ(delivered_once<Crc32cSeal>(), 800u);
}
TEST(TruncationTrace, a_seal_that_covers_no_number_lets_a_kept_copy_in) {
  EXPECT_LT(delivered_once<PlainSeal>(), 300u);
}

// The rule: a packet more than Q behind the newest is dropped, for nobody knows whether it was here. Without it a copy
// of an unreliable message, which has no number of its own, is delivered again.
TEST(TruncationTrace, a_copy_from_behind_the_tracked_packets_is_dropped) {
  Options options = prompt();
  options.packets_tracked = 64;
  Pair<> p{options};
  p.connect();
  p.a.sends("once", {.reliable = false});
  const Datagram kept = p.a.says_one();
  p.z.hears(kept);
  EXPECT_EQ(p.z.received().size(), 1u);
  for (int i = 0; i < 200; ++i) {
    p.z.hears(kept);
    EXPECT_EQ(p.z.received().size(), static_cast<std::size_t>(i) + 1);
    // The numbers seen are 1, 2, 3 …: the copy is replayed for 64 packets and too old after that.
    EXPECT_EQ(p.z.stats().dropped_replayed, static_cast<std::uint64_t>(std::min(i + 1, 64)));
    p.a.sends("next");
    p.z.hears(p.a.says());
    p.a.hears(p.z.says());
  }
  EXPECT_EQ(p.z.stats().dropped_too_old, 136u);  // 200 - 64.
}

/// Numbers of 8 bits on the wire, of which 64 packets are tracked.
using Narrow = Pair<FixedQueueDedup<15>, AdaptiveResend, NarrowExtras<8>>;

// The rule: packet numbers never run half a wrap beyond the newest acknowledged, or the peer, to which everything was
// lost, unwraps the next one wrongly.
TEST(TruncationTrace, a_long_outage_does_not_outrun_the_numbers_on_the_wire) {
  Options options = window_of(8);
  options.packets_tracked = 64;
  options.rtt_initial = 1ms;
  Narrow p{options, AdaptiveResend{.resend_count_max = 1'000'000, .timeout_min = 1ms, .timeout_max = 10ms}};
  p.connect();
  const MessageId pending = p.a.sends("pending");
  int lost = 0;
  p.run_until([] { return false; }, 19s, 10ms, [&](bool from_a, const Datagram& datagram) {
    lost += from_a && p.a.show(datagram).find("hello") == std::string::npos ? 1 : 0;
    return false;
  });
  EXPECT_EQ(lost, 127);  // 2^8 / 2 - 1.
  // Nothing more may be said, and so the peer is gone in time.
  EXPECT_TRUE(p.run_until([&] { return p.a->settled(); }, 2s));
  EXPECT_EQ(p.a.told(), (Lines{"disconnected: peer gone", "closed 1"}));
  EXPECT_EQ(p.a->status(pending), MessageStatus::closed);
}

// The rule: whoever only acknowledges asks now and then to be acknowledged, or its own numbers run out.
TEST(TruncationTrace, an_end_that_only_acknowledges_does_not_run_out_of_numbers) {
  Options options = window_of(8);
  options.packets_tracked = 64;
  options.keepalive = 0ms;
  Narrow p{options};
  p.connect();
  for (int i = 0; i < 1000; ++i) {
    const MessageId id = p.a.sends("x");
    p.exchange();
    ASSERT_EQ(p.a->status(id), MessageStatus::acked) << i;
  }
}

// The rule: whoever has run out of numbers can ask no more, and so needs no unanswered probes to find that the peer is
// gone. Without it two ends out of numbers wait for each other's acknowledgement, and neither has a timer.
TEST(TruncationTrace, an_end_that_has_run_out_of_numbers_still_has_a_timer) {
  Options options = window_of(8);
  options.packets_tracked = 64;
  options.keepalive = 0ms;
  Narrow p{options};
  p.connect();
  int acks = 0;
  for (PacketNumber n = p.z->stats().datagrams_sent; n < 200; ++n) {
    p.a.hears(p.packet_to_a(n, [](Writer& writer) { PingFrame::write(writer); }));
    acks += static_cast<int>(p.a.says().size());  // Every one is lost.
  }
  EXPECT_EQ(acks, 127);  // 2^8 / 2 - 1.
  p.a.sends("pending");
  EXPECT_TRUE(p.run_until([&] { return p.a->settled(); }, 25s));
  EXPECT_EQ(p.a.told(), (Lines{"disconnected: peer gone", "closed 1, never sent"}));
}

}  // namespace
}  // namespace bowline::test
