// SPDX-License-Identifier: BSL-1.0
#include "bowline/core/packet_log.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <map>
#include <set>
#include <utility>
#include <vector>

#include "bowline/base/random.hpp"

namespace {

using bowline::Duration;
using bowline::PacketContent;
using bowline::PacketLog;
using bowline::PacketLogLimits;
using bowline::PacketNumber;
using bowline::SentPacket;
using bowline::TimePoint;

using Told = std::vector<std::pair<PacketNumber, bool>>;

void send(PacketLog& log, std::uint64_t count, std::size_t bytes = 100) {
  for (std::uint64_t i = 0; i < count; ++i) log.commit(TimePoint{Duration{static_cast<std::int64_t>(i)}}, bytes, true);
}

Told acknowledge(PacketLog& log, PacketNumber first, PacketNumber last) {
  Told told;
  log.acknowledge({first, last}, [&](PacketNumber number, bool was_lost) { told.emplace_back(number, was_lost); });
  return told;
}

std::vector<std::pair<bowline::SequenceNumber, bool>> contents(const PacketLog& log, PacketNumber number) {
  std::vector<std::pair<bowline::SequenceNumber, bool>> all;
  log.for_each_content(number, [&](PacketContent content) { all.emplace_back(content.number, content.tombstone); });
  return all;
}

TEST(PacketLog, numbers_count_from_1) {
  PacketLog log;
  EXPECT_EQ(log.next(), 1u);
  EXPECT_EQ(log.oldest_outstanding(), 1u);
  log.commit(TimePoint{Duration{5}}, 1200, true);
  EXPECT_EQ(log.next(), 2u);
  EXPECT_EQ(log[1].sent_at, TimePoint{Duration{5}});
  EXPECT_EQ(log[1].bytes, 1200u);
  EXPECT_EQ(log.in_flight_bytes(), 1200u);
  EXPECT_EQ(log.outstanding(), 1u);
}

TEST(PacketLog, each_packet_remembers_what_it_carried) {
  PacketLog log;
  log.add_content({7, false});
  log.add_content({8, true});
  log.commit({}, 50, true);
  log.commit({}, 50, true);
  log.skip();
  log.add_content({(std::uint64_t{1} << 63) - 1, false});
  log.commit({}, 50, true);
  EXPECT_EQ(contents(log, 1), (std::vector<std::pair<bowline::SequenceNumber, bool>>{{7, false}, {8, true}}));
  EXPECT_TRUE(contents(log, 2).empty());
  EXPECT_TRUE(contents(log, 3).empty());
  EXPECT_EQ(contents(log, 4).front().first, (std::uint64_t{1} << 63) - 1);
}

TEST(PacketLog, contents_with_consecutive_numbers_are_told_one_by_one) {
  using Contents = std::vector<std::pair<bowline::SequenceNumber, bool>>;
  PacketLog log;
  for (const bowline::SequenceNumber n : {3u, 4u, 5u, 9u, 10u, 10u, 11u}) log.add_content({n, false});
  log.add_content({12, true});
  log.commit({}, 50, true);
  log.add_content({13, true});  // Goes on where the last packet ended, and is none of it.
  log.commit({}, 50, true);
  EXPECT_EQ(contents(log, 1), (Contents{{3, false}, {4, false}, {5, false}, {9, false}, {10, false}, {10, false},
                                        {11, false}, {12, true}}));
  EXPECT_EQ(contents(log, 2), (Contents{{13, true}}));
}

TEST(PacketLog, what_asks_for_no_acknowledgement_is_never_in_flight_nor_told) {
  PacketLog log;
  log.commit({}, 40, false);
  EXPECT_EQ(log.in_flight_bytes(), 0u);
  EXPECT_EQ(log.oldest_outstanding(), 2u);
  EXPECT_TRUE(log.may_be_acked({1, 1}));
  EXPECT_TRUE(acknowledge(log, 1, 1).empty());
}

TEST(PacketLog, each_packet_is_acknowledged_once) {
  PacketLog log;
  send(log, 5);
  EXPECT_EQ(acknowledge(log, 2, 3), (Told{{2, false}, {3, false}}));
  EXPECT_EQ(acknowledge(log, 1, 4), (Told{{1, false}, {4, false}}));
  EXPECT_TRUE(acknowledge(log, 1, 4).empty());
  EXPECT_EQ(log.oldest_outstanding(), 5u);
  EXPECT_EQ(log.in_flight_bytes(), 100u);
  EXPECT_EQ(log.outstanding(), 1u);
}

TEST(PacketLog, a_lost_packet_leaves_flight_once_and_can_still_be_acknowledged) {
  PacketLog log;
  send(log, 3);
  log.declare_lost(1);
  EXPECT_EQ(log.in_flight_bytes(), 200u);
  EXPECT_EQ(log.oldest_outstanding(), 2u);
  EXPECT_EQ(acknowledge(log, 1, 1), (Told{{1, true}}));
  EXPECT_EQ(log.in_flight_bytes(), 200u);
  EXPECT_TRUE(acknowledge(log, 1, 1).empty());
}

TEST(PacketLog, a_probe_of_the_paths_size_is_acknowledged_but_never_in_flight) {
  PacketLog log;
  send(log, 1);
  log.commit_probe(TimePoint{}, 1472, {});
  EXPECT_EQ(log.in_flight_bytes(), 100u);
  EXPECT_EQ(log.outstanding(), 1u);
  log.declare_lost(1);
  EXPECT_EQ(log.oldest_outstanding(), 3u);
  log.prune({2, 1000});
  EXPECT_TRUE(log.contains(2)) << "it may still arrive";
  EXPECT_EQ(acknowledge(log, 2, 2), (Told{{2, false}}));
  EXPECT_TRUE(log[2].probe);
}

TEST(PacketLog, what_was_never_sent_may_not_be_acknowledged) {
  PacketLog log;
  EXPECT_FALSE(log.may_be_acked({1, 1}));
  send(log, 3);
  EXPECT_TRUE(log.may_be_acked({1, 3}));
  EXPECT_FALSE(log.may_be_acked({3, 4}));
  EXPECT_FALSE(log.may_be_acked({4, 4}));
}

TEST(PacketLog, a_number_left_out_may_not_be_acknowledged_even_after_it_left_the_log) {
  PacketLog log;
  send(log, 2);
  log.skip();  // 3
  send(log, 2);
  EXPECT_TRUE(log.may_be_acked({1, 2}));
  EXPECT_TRUE(log.may_be_acked({4, 5}));
  EXPECT_FALSE(log.may_be_acked({3, 3}));
  EXPECT_FALSE(log.may_be_acked({1, 5}));
  EXPECT_FALSE(log.may_be_acked({2, 3}));
  EXPECT_FALSE(log.may_be_acked({3, 4}));
  acknowledge(log, 1, 2);
  acknowledge(log, 4, 5);
  log.prune({64, 1000});
  EXPECT_FALSE(log.contains(3));
  EXPECT_FALSE(log.may_be_acked({3, 3}));
}

TEST(PacketLog, the_last_16_numbers_left_out_are_remembered) {
  PacketLog log;
  for (int i = 0; i < 17; ++i) {
    log.skip();      // 1, 3, 5 … 33
    send(log, 1);    // 2, 4, 6 … 34
  }
  EXPECT_TRUE(log.may_be_acked({1, 1})) << "the seventeenth back";
  for (PacketNumber n = 3; n <= 33; n += 2) EXPECT_FALSE(log.may_be_acked({n, n})) << n;
}

TEST(PacketLog, a_range_beyond_both_ends_of_the_log_is_clipped_to_it) {
  PacketLog log;
  send(log, 10);
  acknowledge(log, 1, 5);
  log.prune({64, 1000});
  EXPECT_EQ(log.oldest(), 6u);
  EXPECT_EQ(acknowledge(log, 1, ~std::uint64_t{0}).size(), 5u);
  EXPECT_TRUE(acknowledge(log, 1, 3).empty());
}

TEST(PacketLog, pruning_forgets_the_acknowledged_and_stops_at_the_first_that_is_awaited) {
  PacketLog log;
  for (PacketNumber n = 1; n <= 6; ++n) {
    log.add_content({n, false});
    log.commit({}, 10, n != 2);
  }
  acknowledge(log, 1, 1);
  acknowledge(log, 4, 4);
  log.prune({64, 1000});
  EXPECT_EQ(log.oldest(), 3u) << "1 is acknowledged, 2 asked for nothing, 3 is outstanding";
  for (PacketNumber n = 3; n <= 6; ++n) EXPECT_EQ(contents(log, n).front().first, n);
  acknowledge(log, 3, 6);
  log.prune({64, 1000});
  EXPECT_EQ(log.oldest(), 7u);
  EXPECT_EQ(log.oldest_outstanding(), 7u);
}

TEST(PacketLog, a_lost_packet_is_kept_while_the_peer_still_tells_it_apart) {
  PacketLog log;
  send(log, 64);
  for (PacketNumber n = 1; n <= 64; ++n) log.declare_lost(n);
  log.prune({64, 1000});
  EXPECT_EQ(log.oldest(), 1u);
  send(log, 1);
  log.prune({64, 1000});
  EXPECT_EQ(log.oldest(), 2u);
  EXPECT_TRUE(log.may_be_acked({1, 1})) << "what left the log counts as sent";
  EXPECT_TRUE(acknowledge(log, 1, 1).empty());
}

TEST(PacketLog, is_crowded_when_twice_the_packets_told_apart_leave_behind_one_that_nobody_acknowledges) {
  const bowline::PacketLogLimits limits{64, 1000};
  PacketLog log;
  send(log, 1);
  for (int i = 0; i < 125; ++i) log.commit({}, 30, false);
  EXPECT_EQ(log.size(), 126u);  // 2 · 64 − 2
  EXPECT_FALSE(log.crowded(limits));
  log.commit({}, 30, false);
  EXPECT_TRUE(log.crowded(limits));
  log.declare_lost(1);
  EXPECT_FALSE(log.crowded(limits));
  log.prune(limits);
  EXPECT_EQ(log.size(), 0u);
}

TEST(PacketLog, is_crowded_by_contents_apart_and_keeps_fewer_lost_packets_then) {
  const bowline::PacketLogLimits limits{64, 10};
  PacketLog log;
  const auto send_four_apart = [&] {
    for (const bowline::SequenceNumber n : {1u, 3u, 5u, 7u}) log.add_content({n, false});
    log.commit({}, 100, true);
  };
  send_four_apart(), send_four_apart();
  log.declare_lost(1);
  log.prune(limits);
  EXPECT_EQ(log.runs(), 8u);
  send_four_apart();
  log.prune(limits);
  EXPECT_EQ(log.oldest(), 2u) << "the lost one is forgotten";
  EXPECT_FALSE(log.crowded(limits));
  send_four_apart();
  EXPECT_TRUE(log.crowded(limits)) << "12 in outstanding packets";
  log.declare_lost(2);
  log.prune(limits);
  EXPECT_EQ(log.runs(), 8u);
}

TEST(PacketLog, pruning_keeps_what_the_packet_under_way_carries) {
  PacketLog log;
  send(log, 1);
  log.add_content({77, true});
  acknowledge(log, 1, 1);
  log.prune({64, 1000});
  log.commit({}, 10, true);
  EXPECT_EQ(contents(log, 2).size(), 1u);
  EXPECT_EQ(contents(log, 2).front().first, 77u);
}

TEST(PacketLog, numbers_acknowledged_again_and_again_are_told_once) {
  PacketLog log;
  send(log, 1001);
  std::size_t told = 0;
  for (PacketNumber last = 2; last <= 1001; ++last) told += acknowledge(log, 2, last).size();
  EXPECT_EQ(told, 1000u);
  EXPECT_EQ(log.outstanding(), 1u);
  EXPECT_EQ(acknowledge(log, 1, 1001), (Told{{1, false}}));
}

TEST(PacketLog, agrees_with_a_map) {
  struct Known {
    SentPacket::State state;
    std::size_t bytes;
    std::vector<std::pair<bowline::SequenceNumber, bool>> carried;
  };
  for (std::uint64_t seed = 1; seed <= 20; ++seed) {
    bowline::Random random{seed};
    PacketLog log;
    std::map<PacketNumber, Known> model;
    std::vector<PacketNumber> skipped;
    using State = SentPacket::State;
    for (int i = 0; i < 2000; ++i) {
      const auto choice = random.below(20);
      if (choice < 10) {
        Known known{random.below(5) == 0 ? State::untracked : State::outstanding, 20 + random.index(1000), {}};
        for (std::uint64_t n = random.below(4); n > 0; --n) {
          known.carried.emplace_back(random.next() >> 1, random.below(2) == 0);
          log.add_content({known.carried.back().first, known.carried.back().second});
        }
        model[log.next()] = known;
        log.commit({}, known.bytes, known.state == State::outstanding);
      } else if (choice == 10) {
        skipped.push_back(log.next());
        model[log.next()] = {State::skipped, 0, {}};
        log.skip();
      } else if (choice < 14) {
        std::vector<PacketNumber> outstanding;
        for (const auto& [number, known] : model) {
          if (known.state == State::outstanding) outstanding.push_back(number);
        }
        if (outstanding.empty()) continue;
        const PacketNumber number = outstanding[random.index(outstanding.size())];
        model[number].state = State::lost;
        log.declare_lost(number);
      } else if (choice < 19) {
        const PacketNumber first = 1 + random.below(log.next());
        const PacketNumber last = first + random.below(40);
        const bool among_last_16 = std::any_of(
            skipped.size() > 16 ? skipped.end() - 16 : skipped.begin(), skipped.end(),
            [&](PacketNumber n) { return n >= first && n <= last; });
        ASSERT_EQ(log.may_be_acked({first, last}), last < log.next() && !among_last_16);
        Told expected;
        for (auto at = model.lower_bound(first); at != model.end() && at->first <= last; ++at) {
          Known& known = at->second;
          if (known.state != State::outstanding && known.state != State::lost) continue;
          expected.emplace_back(at->first, known.state == State::lost);
          known.state = State::acked;
        }
        ASSERT_EQ(acknowledge(log, first, last), expected);
      } else {
        log.prune({64, 1000});
        while (!model.empty()) {
          const State state = model.begin()->second.state;
          if (state == State::outstanding || (state == State::lost && model.size() <= 64)) break;
          model.erase(model.begin());
        }
      }
      std::size_t bytes = 0, outstanding = 0;
      PacketNumber oldest = log.next();
      for (const auto& [number, known] : model) {
        if (known.state != State::outstanding) continue;
        if (outstanding == 0) oldest = number;
        bytes += known.bytes;
        ++outstanding;
      }
      ASSERT_EQ(log.in_flight_bytes(), bytes);
      ASSERT_EQ(log.outstanding(), outstanding);
      ASSERT_EQ(log.oldest_outstanding(), oldest);
      ASSERT_EQ(log.oldest(), model.empty() ? log.next() : model.begin()->first);
      if (model.empty()) continue;
      const PacketNumber any = log.oldest() + random.below(log.next() - log.oldest());
      ASSERT_EQ(log[any].state, model[any].state);
      ASSERT_EQ(contents(log, any), model[any].carried);
    }
  }
}

TEST(PacketLogLimits, of_which_nothing_is_said_keep_nothing) {
  EXPECT_EQ(PacketLogLimits{}.packets_tracked, 0u);
  EXPECT_EQ(PacketLogLimits{}.runs_max, 0u);
}

}  // namespace
