// SPDX-License-Identifier: BSL-1.0
#include "bowline/sim/link.hpp"

#include <gtest/gtest.h>

#include <bit>
#include <string>
#include <vector>

namespace bowline::sim {
namespace {

using namespace std::chrono_literals;

constexpr TimePoint t0{1h};

std::string take_all(Link& link, TimePoint now) {
  std::string taken;
  link.advance(now);
  while (const auto datagram = link.take()) taken += text(*datagram);
  return taken;
}

TEST(SimLink, a_datagram_arrives_after_the_delay_and_not_before) {
  Link link{{.delay = 25ms}, 1};
  link.offer(t0, bytes_of("hello"));
  EXPECT_EQ(link.next_arrival(), t0 + 25ms);
  EXPECT_EQ(take_all(link, t0 + 25ms - 1us), "");
  EXPECT_EQ(take_all(link, t0 + 25ms), "hello");
  EXPECT_EQ(link.next_arrival(), never);
}

TEST(SimLink, links_that_share_a_queue_wait_for_each_other) {
  const LinkOptions options{.rate_bits_per_second = 1'000'000, .queue_bytes = 2'500, .overhead_bytes = 0};
  Link first{options, 1}, second{options, 2};
  second.queue_in(first);
  const std::vector<std::byte> datagram(1250);  // 10 ms
  first.offer(t0, datagram);
  second.offer(t0, datagram);
  EXPECT_EQ(first.next_arrival(), t0 + 10ms);
  EXPECT_EQ(second.next_arrival(), t0 + 20ms);
  EXPECT_EQ(first.queued_bytes(t0 + 5ms), 1875u);  // half of the first has left
  EXPECT_EQ(second.queued_bytes(t0 + 5ms), 1875u);
  second.offer(t0 + 5ms, datagram);
  EXPECT_EQ(second.counters().dropped_queue_full, 1u);
}

TEST(SimLink, jitter_stays_within_its_bound_and_reaches_both_ends_of_it) {
  Link link{{.delay = 10ms, .jitter = 9us}, 1};
  std::vector<int> seen(10);
  for (int i = 0; i < 1000; ++i) {
    link.offer(t0, {});
    const auto extra = (link.next_arrival() - t0 - 10ms).count();
    ASSERT_TRUE(extra >= 0 && extra <= 9);
    ++seen[static_cast<std::size_t>(extra)];
    take_all(link, t0 + 11ms);
  }
  for (const int count : seen) EXPECT_NEAR(count, 100, 40);
}

TEST(SimLink, jitter_reorders_unless_the_order_is_kept) {
  std::string sent, kept, mixed;
  Link fifo{{.jitter = 10ms, .keep_order = true}, 1}, free{{.jitter = 10ms}, 1};
  for (char c = 'a'; c <= 'z'; ++c) {
    sent += c;
    fifo.offer(t0, bytes_of({&c, 1}));
    free.offer(t0, bytes_of({&c, 1}));
  }
  kept = take_all(fifo, t0 + 10ms);
  mixed = take_all(free, t0 + 10ms);
  EXPECT_EQ(kept, sent);
  EXPECT_NE(mixed, sent);
  EXPECT_EQ(mixed.size(), sent.size());
}

TEST(SimLink, a_reordered_datagram_is_overtaken_although_the_order_is_kept) {
  Link link{{.delay = 5ms, .keep_order = true, .reorder = 1, .reorder_delay = 20ms}, 1};
  link.offer(t0, bytes_of("a"));
  link.change(t0, {.delay = 5ms, .keep_order = true});
  link.offer(t0, bytes_of("b"));
  EXPECT_EQ(take_all(link, t0 + 5ms), "b");
  EXPECT_EQ(take_all(link, t0 + 25ms), "a");  // 5 + 20
  EXPECT_EQ(link.counters().reordered, 1u);
}

TEST(SimLink, a_rate_spaces_datagrams_and_overhead_counts) {
  Link link{{.delay = 1ms, .rate_bits_per_second = 1'000'000}, 1};
  const std::string body(97, 'x');  // 97 + 28 = 125 B = 1,000 bit: 1 ms at 1 Mbit/s
  link.offer(t0, bytes_of(body));
  link.offer(t0, bytes_of(body));
  EXPECT_EQ(link.next_arrival(), t0 + 2ms);
  EXPECT_EQ(take_all(link, t0 + 2ms).size(), 97u);
  EXPECT_EQ(link.next_arrival(), t0 + 3ms);
}

TEST(SimLink, a_full_queue_drops_the_newest) {
  Link link{{.rate_bits_per_second = 1'000'000, .queue_bytes = 300, .overhead_bytes = 0}, 1};
  const std::string body(100, 'x');
  for (int i = 0; i < 5; ++i) link.offer(t0, bytes_of(body));  // 3 · 100 fit in 300
  EXPECT_EQ(link.counters().dropped_queue_full, 2u);
  EXPECT_EQ(take_all(link, t0 + 2400us).size(), 300u);  // 300 B · 8 = 2,400 bit: 2.4 ms
}

TEST(SimLink, what_exceeds_the_mtu_vanishes) {
  Link link{{.mtu_bytes = 1500}, 1};
  link.offer(t0, bytes_of(std::string(1472, 'x')));  // + 28 = 1,500
  link.offer(t0, bytes_of(std::string(1473, 'x')));
  EXPECT_EQ(link.counters().dropped_too_large, 1u);
  EXPECT_EQ(take_all(link, t0).size(), 1472u);
}

TEST(SimLink, duplicates_take_their_own_time) {
  Link link{{.delay = 5ms, .duplicate = 1, .duplicate_delay = 7ms}, 1};
  link.offer(t0, bytes_of("a"));
  EXPECT_EQ(take_all(link, t0 + 5ms), "a");
  EXPECT_EQ(link.next_arrival(), t0 + 12ms);  // 5 + 7
  EXPECT_EQ(take_all(link, t0 + 12ms), "a");
  EXPECT_EQ(link.counters().copies, 1u);
}

TEST(SimLink, corruption_flips_exactly_as_many_bits_as_it_says) {
  for (const std::uint32_t bits : {1u, 3u, 16u, 64u}) {
    Link link{{.corrupt = 1, .corrupt_bits = bits}, bits};
    const std::string sent = "12345678";
    for (int round = 0; round < 20; ++round) {
      link.offer(t0, bytes_of(sent));
      const std::string taken = take_all(link, t0);
      ASSERT_EQ(taken.size(), sent.size());
      int flipped = 0;
      for (std::size_t i = 0; i < sent.size(); ++i) {
        flipped += std::popcount(static_cast<unsigned>(static_cast<unsigned char>(sent[i] ^ taken[i])));
      }
      EXPECT_EQ(flipped, static_cast<int>(bits));
    }
    EXPECT_EQ(link.counters().corrupted, 20u);
  }
}

TEST(SimLink, truncation_leaves_a_shorter_beginning) {
  Link link{{.truncate = 1}, 1};
  std::vector<int> lengths(4);
  for (int i = 0; i < 400; ++i) {
    link.offer(t0, bytes_of("abcd"));
    const std::string taken = take_all(link, t0);
    ASSERT_LT(taken.size(), 4u);
    ASSERT_EQ(taken, std::string{"abcd"}.substr(0, taken.size()));
    ++lengths[taken.size()];
  }
  for (const int count : lengths) EXPECT_NEAR(count, 100, 40);
}

TEST(SimLink, a_partition_swallows_what_is_offered_but_not_what_is_on_its_way) {
  Link link{{.delay = 5ms}, 1};
  link.offer(t0, bytes_of("a"));
  link.partition();
  link.offer(t0, bytes_of("b"));
  link.heal();
  link.offer(t0, bytes_of("c"));
  EXPECT_EQ(take_all(link, t0 + 5ms), "ac");
  EXPECT_EQ(link.counters().dropped_partition, 1u);
}

TEST(SimLink, scripted_drops_hit_the_datagrams_they_name) {
  Link link{{}, 1};
  link.drop_nth(2, [](Bytes datagram) { return text(datagram) == "x"; });
  for (const char* datagram : {"a", "x", "b", "x", "x"}) link.offer(t0, bytes_of(datagram));
  EXPECT_EQ(take_all(link, t0), "axbx");
  link.drop_next();
  link.drop_next(2, [](Bytes datagram) { return text(datagram) == "y"; });
  for (const char* datagram : {"a", "y", "b", "y", "y"}) link.offer(t0, bytes_of(datagram));
  EXPECT_EQ(take_all(link, t0), "by");
  EXPECT_EQ(link.counters().dropped_scripted, 4u);
}

TEST(SimLink, a_tap_sees_what_was_offered_even_if_it_is_lost) {
  Link link{{.loss = 1}, 1};
  std::string seen;
  link.tap([&](TimePoint when, Bytes datagram) {
    EXPECT_EQ(when, t0 + 1ms);
    seen += text(datagram);
  });
  link.offer(t0 + 1ms, bytes_of("a"));
  link.offer(t0 + 1ms, bytes_of("b"));
  EXPECT_EQ(seen, "ab");
  EXPECT_EQ(link.counters().dropped_lost, 2u);
}

TEST(SimLink, an_injected_datagram_arrives_whatever_the_link_does_to_others) {
  Link link{{.delay = 1h, .loss = 1, .corrupt = 1}, 1};
  link.partition();
  link.inject(t0 + 3ms, bytes_of("forged"));
  EXPECT_EQ(take_all(link, t0 + 3ms), "forged");
  EXPECT_TRUE(link.invariants_hold());
}

TEST(SimLink, what_nobody_reads_is_dropped_in_the_end) {
  Link link{{.unread_max = 2}, 1};
  for (const char* datagram : {"a", "b", "c"}) link.offer(t0, bytes_of(datagram));
  EXPECT_EQ(take_all(link, t0), "ab");
  EXPECT_EQ(link.counters().dropped_unread, 1u);
}

TEST(SimLink, a_change_of_one_setting_leaves_the_luck_of_others_alone) {
  Link plain{{.loss = 0.5}, 7}, more{{.jitter = 5us, .loss = 0.5, .duplicate = 0.5, .corrupt = 0.5}, 7};
  for (int i = 0; i < 200; ++i) {
    plain.offer(t0, bytes_of("x"));
    more.offer(t0, bytes_of("x"));
    ASSERT_EQ(plain.counters().dropped_lost, more.counters().dropped_lost) << i;
  }
}

TEST(SimLink, nothing_appears_or_vanishes_uncounted) {
  Link link{{.delay = 5ms,
             .jitter = 20ms,
             .loss = 0.1,
             .burst = {.start = 0.02},
             .duplicate = 0.2,
             .reorder = 0.1,
             .corrupt = 0.1,
             .truncate = 0.1,
             .rate_bits_per_second = 2'000'000,
             .queue_bytes = 4000,
             .mtu_bytes = 1000,
             .unread_max = 8},
            7};
  link.drop_nth(100);
  Random random{1};
  TimePoint now = t0;
  const std::string body(1000, 'x');
  for (int i = 0; i < 5000; ++i) {
    if (i == 2000) link.partition();
    if (i == 2100) link.heal();
    link.offer(now, bytes_of(body).first(random.index(1000)));
    if (i % 50 == 0) link.inject(now, bytes_of("forged"));
    now += Duration{static_cast<std::int64_t>(random.below(3000))};
    link.advance(now);
    if (random.chance(800'000)) (void)link.take();
    ASSERT_TRUE(link.invariants_hold()) << i;
  }
  const LinkCounters& counters = link.counters();
  EXPECT_EQ(counters.offered, 5000u);
  EXPECT_EQ(counters.injected, 100u);
  for (const std::uint64_t reason :
       {counters.copies, counters.delivered, counters.dropped_scripted, counters.dropped_partition,
        counters.dropped_too_large, counters.dropped_queue_full, counters.dropped_lost, counters.dropped_unread,
        counters.corrupted, counters.truncated, counters.reordered}) {
    EXPECT_GT(reason, 0u);
  }
  EXPECT_EQ(counters.dropped_partition, 100u);
}

TEST(SimLinkDeathTest, options_with_a_fault_are_refused_with_a_sentence) {
  EXPECT_DEATH((Link{{.delay = -1us}, 1}), "bowline: sim::LinkOptions::delay must be 0 to 24 h");
  Link link{{}, 1};
  EXPECT_DEATH(link.change(t0, {.delay = -1us}), "bowline: sim::LinkOptions::delay must be 0 to 24 h");
}

}  // namespace
}  // namespace bowline::sim
