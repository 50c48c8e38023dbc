// SPDX-License-Identifier: BSL-1.0
#include "bowline/transport/faulty_transport.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <bit>
#include <chrono>
#include <cstdint>
#include <limits>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "bowline/transport/memory_transport.hpp"

namespace bowline {
namespace {

constexpr std::uint32_t always = 1'000'000;

/// A faulty end and what comes out at the other.
struct FaultyPath {
  explicit FaultyPath(const Faults& faults, std::uint64_t seed = 1, std::size_t queue_max = 12'000)
      : ends{MemoryTransport::pair(queue_max)}, faulty{ends.first, faults, seed} {}

  SendOutcome send(std::string_view datagram) { return faulty.send(bytes_of(datagram)); }
  SendOutcome send(int number) { return send(std::to_string(number)); }
  std::optional<std::string> received() { return received_by(ends.second); }
  template <class Transport>
  static std::optional<std::string> received_by(Transport& end) {
    std::array<std::byte, 1500> buffer{};
    const std::optional<std::size_t> count = end.receive(buffer);
    if (!count) return std::nullopt;
    return std::string{text(Bytes{buffer}.first(*count))};
  }
  std::vector<std::string> all_received() {
    std::vector<std::string> all;
    while (auto datagram = received()) all.push_back(*datagram);
    return all;
  }

  std::pair<MemoryTransport, MemoryTransport> ends;
  FaultyTransport<MemoryTransport> faulty;
};

TEST(FaultyTransport, without_faults_it_changes_nothing) {
  FaultyPath path{{}};
  for (int i = 0; i < 1000; ++i) {
    ASSERT_EQ(path.send(i), SendOutcome::sent);
    ASSERT_EQ(path.received(), std::to_string(i));
    ASSERT_EQ(path.ends.second.send(bytes_of("back")), SendOutcome::sent);
    ASSERT_EQ(FaultyPath::received_by(path.faulty), "back");
  }
  EXPECT_EQ(path.faulty.counts().offered, 1000u);
  EXPECT_EQ(path.faulty.counts().lost + path.faulty.counts().held_back, 0u);
}

TEST(FaultyTransport, what_is_lost_is_answered_as_sent) {
  FaultyPath path{{.loss_ppm = always}};
  EXPECT_EQ(path.send("gone"), SendOutcome::sent);
  EXPECT_EQ(path.received(), std::nullopt);
  EXPECT_EQ(path.faulty.counts().lost, 1u);
}

TEST(FaultyTransport, what_is_refused_says_so_and_is_not_sent) {
  FaultyPath full{{.would_block_ppm = always}};
  EXPECT_EQ(full.send("later"), SendOutcome::would_block);
  EXPECT_EQ(full.received(), std::nullopt);
  EXPECT_EQ(full.faulty.counts().would_block, 1u);
  FaultyPath dropping{{.dropped_ppm = always}};
  EXPECT_EQ(dropping.send("gone"), SendOutcome::dropped);
  EXPECT_EQ(dropping.received(), std::nullopt);
  EXPECT_EQ(dropping.faulty.counts().dropped, 1u);
}

TEST(FaultyTransport, a_duplicate_arrives_twice) {
  FaultyPath path{{.duplicate_ppm = always}};
  EXPECT_EQ(path.send("word"), SendOutcome::sent);
  EXPECT_EQ(path.all_received(), (std::vector<std::string>{"word", "word"}));
  EXPECT_EQ(path.faulty.counts().duplicated, 1u);
}

TEST(FaultyTransport, corruption_flips_one_bit_to_the_maximum_and_keeps_the_length) {
  FaultyPath path{{.corrupt_ppm = always, .flipped_bits_max = 3}};
  const std::string original(50, 'o');
  std::array<int, 9> seen{};
  for (int i = 0; i < 300; ++i) {
    ASSERT_EQ(path.send(original), SendOutcome::sent);
    const auto datagram = path.received();
    ASSERT_TRUE(datagram.has_value());
    ASSERT_EQ(datagram->size(), original.size());
    int flipped = 0;
    for (std::size_t at = 0; at < original.size(); ++at) {
      flipped += std::popcount(static_cast<unsigned char>((*datagram)[at] ^ original[at]));
    }
    ASSERT_GE(flipped, 1);
    ASSERT_LE(flipped, 3);
    ++seen[static_cast<std::size_t>(flipped)];
  }
  for (std::size_t flipped = 1; flipped <= 3; ++flipped)
    EXPECT_GT(seen[flipped], 50);  // 300 / 3 = 100 expected
  EXPECT_EQ(path.faulty.counts().corrupted, 300u);
}

TEST(FaultyTransport, corruption_changes_even_the_shortest_datagram) {
  FaultyPath path{{.corrupt_ppm = always, .flipped_bits_max = 100}};
  for (int i = 0; i < 100; ++i) {
    ASSERT_EQ(path.send("x"), SendOutcome::sent);
    ASSERT_NE(path.received(), "x");
  }
  ASSERT_EQ(path.send(""), SendOutcome::sent);
  EXPECT_EQ(path.received(), "");
  EXPECT_EQ(path.faulty.counts().corrupted, 100u) << "nothing to corrupt in an empty one";
}

TEST(FaultyTransport, truncation_keeps_a_shorter_start) {
  FaultyPath path{{.truncate_ppm = always}};
  const std::string original = "0123456789";
  std::array<int, 10> lengths{};
  for (int i = 0; i < 500; ++i) {
    ASSERT_EQ(path.send(original), SendOutcome::sent);
    const auto datagram = path.received();
    ASSERT_TRUE(datagram.has_value());
    ASSERT_LT(datagram->size(), original.size());
    ASSERT_EQ(*datagram, original.substr(0, datagram->size()));
    ++lengths[datagram->size()];
  }
  for (const int times : lengths) EXPECT_GT(times, 20);  // 500 / 10 = 50 expected
}

TEST(FaultyTransport, a_share_strikes_as_often_as_it_says) {
  FaultyPath path{{.loss_ppm = 100'000}};
  for (int i = 0; i < 10'000; ++i) ASSERT_EQ(path.send(i), SendOutcome::sent);
  EXPECT_GT(path.faulty.counts().lost,
            850u);  // 1,000 expected, standard deviation √(10,000 · 0.1 · 0.9) = 30
  EXPECT_LT(path.faulty.counts().lost, 1150u);
  EXPECT_EQ(path.all_received().size(), 10'000 - path.faulty.counts().lost);
}

TEST(FaultyTransport, the_same_seed_gives_the_same_faults_and_another_seed_others) {
  const auto run = [](std::uint64_t seed) {
    FaultyPath path{{.loss_ppm = 100'000,
                     .duplicate_ppm = 50'000,
                     .reorder_ppm = 100'000,
                     .corrupt_ppm = 50'000,
                     .truncate_ppm = 50'000},
                    seed};
    for (int i = 0; i < 1000; ++i) EXPECT_EQ(path.send(i), SendOutcome::sent);
    return path.all_received();
  };
  EXPECT_EQ(run(7), run(7));
  EXPECT_NE(run(7), run(8));
}

TEST(FaultyTransport, one_share_does_not_move_the_draws_of_another) {
  const auto lost = [](const Faults& faults) {
    FaultyPath path{faults, 7};
    std::vector<int> numbers;
    for (int i = 0; i < 1000; ++i) {
      const std::uint64_t before = path.faulty.counts().lost;
      EXPECT_EQ(path.send(i), SendOutcome::sent);
      if (path.faulty.counts().lost > before) numbers.push_back(i);
    }
    return numbers;
  };
  EXPECT_EQ(
      lost({.loss_ppm = 100'000}),
      lost({.loss_ppm = 100'000, .duplicate_ppm = 300'000, .reorder_ppm = 300'000, .corrupt_ppm = 300'000}));
}

TEST(FaultyTransport, a_reordered_datagram_arrives_once_after_at_most_the_given_number_of_later_ones) {
  FaultyPath path{{.reorder_ppm = 200'000, .reorder_distance_max = 5}};
  constexpr int count = 2000;
  for (int i = 0; i < count; ++i) ASSERT_EQ(path.send(i), SendOutcome::sent);
  path.faulty.flush();
  EXPECT_EQ(path.faulty.held(), 0u);
  const std::vector<std::string> arrived = path.all_received();
  ASSERT_EQ(arrived.size(), static_cast<std::size_t>(count));
  std::vector<int> numbers;
  int newest = -1, late = 0;
  for (const std::string& datagram : arrived) {
    const int number = std::stoi(datagram);
    late += number < newest;
    EXPECT_LE(newest - number, 5) << number << " was overtaken by too many";
    newest = (std::max)(newest, number);
    numbers.push_back(number);
  }
  EXPECT_GT(late, 200);  // 2,000 · 0.2 = 400 held back; some wait beside each other and stay in order
  std::sort(numbers.begin(), numbers.end());
  for (int i = 0; i < count; ++i) ASSERT_EQ(numbers[static_cast<std::size_t>(i)], i);
}

TEST(FaultyTransport, a_later_send_lets_a_held_one_go) {
  FaultyPath path{{.reorder_ppm = always, .reorder_distance_max = 1}};
  EXPECT_EQ(path.send("first"), SendOutcome::sent);
  EXPECT_EQ(path.faulty.held(), 1u);
  EXPECT_EQ(path.received(), std::nullopt);
  path.faulty.faults().reorder_ppm = 0;
  EXPECT_EQ(path.send("second"), SendOutcome::sent);
  EXPECT_EQ(path.all_received(), (std::vector<std::string>{"second", "first"}));
}

TEST(FaultyTransport, receives_that_find_nothing_let_a_held_one_go) {
  for (std::uint64_t seed = 1; seed <= 50; ++seed) {
    FaultyPath path{{.reorder_ppm = always, .reorder_distance_max = 4}, seed};
    ASSERT_EQ(path.send("last"), SendOutcome::sent);
    int receives = 0;
    while (path.faulty.held() > 0 && receives < 100) {
      EXPECT_EQ(FaultyPath::received_by(path.faulty), std::nullopt);
      ++receives;
    }
    EXPECT_GE(receives, 1);
    EXPECT_LE(receives, 4);
    EXPECT_EQ(path.received(), "last");
  }
}

TEST(FaultyTransport, a_duplicate_of_a_held_one_overtakes_it) {
  FaultyPath path{{.duplicate_ppm = always, .reorder_ppm = always}};
  EXPECT_EQ(path.send("word"), SendOutcome::sent);
  EXPECT_EQ(path.received(), "word");
  EXPECT_EQ(path.received(), std::nullopt);
  path.faulty.flush();
  EXPECT_EQ(path.received(), "word");
}

TEST(FaultyTransport, a_blackhole_swallows_both_ways_and_can_be_lifted) {
  FaultyPath path{{.reorder_ppm = always}};
  ASSERT_EQ(path.send("held"), SendOutcome::sent);
  path.faulty.faults() = {.blackhole = true};
  for (int i = 0; i < 8; ++i) EXPECT_EQ(path.send("out"), SendOutcome::sent);
  EXPECT_EQ(path.received(), std::nullopt);
  EXPECT_EQ(path.faulty.held(), 0u);
  EXPECT_EQ(path.faulty.counts().swallowed_out, 9u);  // 8 and the held one

  for (int i = 0; i < 200; ++i) ASSERT_EQ(path.ends.second.send(bytes_of("in")), SendOutcome::sent);
  for (int i = 0; i < 4; ++i) EXPECT_EQ(FaultyPath::received_by(path.faulty), std::nullopt);
  EXPECT_EQ(path.faulty.counts().swallowed_in, 200u);  // at most 64 a call: 64 + 64 + 64 + 8

  path.faulty.faults().blackhole = false;
  EXPECT_EQ(path.send("out"), SendOutcome::sent);
  EXPECT_EQ(path.received(), "out");
  ASSERT_EQ(path.ends.second.send(bytes_of("in")), SendOutcome::sent);
  EXPECT_EQ(FaultyPath::received_by(path.faulty), "in");
}

/// Can all that a transport may, and notes what it was asked.
struct Recorder {
  SendOutcome outcome = SendOutcome::sent;
  std::vector<std::string> sent{};
  std::vector<Duration> waits{};
  int proofs = 0;
  int locks = 0;
  int unlocks = 0;

  SendOutcome send(Bytes datagram) {
    if (outcome == SendOutcome::sent) sent.emplace_back(text(datagram));
    return outcome;
  }
  std::optional<std::size_t> receive(Buffer) { return std::nullopt; }
  void wait(Duration limit, bool) { waits.push_back(limit); }
  void prove_peer() { ++proofs; }
  void lock_peer() { ++locks; }
  void unlock_peer() { ++unlocks; }
  Entropy entropy() { return {.high = 3, .low = 4}; }
  int native_handle() const { return 5; }
};

TEST(FaultyTransport, it_can_what_the_transport_inside_can) {
  using Plain = FaultyTransport<MemoryTransport>;
  static_assert(DatagramTransport<Plain> && !WaitableTransport<Plain>);
  static_assert(!PeerLearningTransport<Plain> && !EntropicTransport<Plain>);
  using Able = FaultyTransport<Recorder>;
  static_assert(WaitableTransport<Able> && PeerLearningTransport<Able> && EntropicTransport<Able>);

  FaultyTransport faulty{Recorder{}};
  faulty.prove_peer();
  faulty.lock_peer();
  faulty.unlock_peer();
  faulty.wait(Duration{1234}, true);
  EXPECT_EQ(faulty.inner().proofs, 1);
  EXPECT_EQ(faulty.inner().locks, 1);
  EXPECT_EQ(faulty.inner().unlocks, 1);
  EXPECT_EQ(faulty.inner().waits, std::vector{Duration{1234}});
  EXPECT_EQ(faulty.entropy().low, 4u);
  EXPECT_EQ(faulty.native_handle(), 5);
}

TEST(FaultyTransport, a_wait_is_short_while_one_is_held) {
  FaultyTransport faulty{Recorder{}, {.reorder_ppm = always}};
  ASSERT_EQ(faulty.send(bytes_of("held")), SendOutcome::sent);
  faulty.wait(std::chrono::seconds{10}, false);
  faulty.wait(Duration{10}, false);
  faulty.flush();
  faulty.wait(std::chrono::seconds{10}, false);
  EXPECT_EQ(faulty.inner().waits,
            (std::vector<Duration>{std::chrono::milliseconds{1}, Duration{10}, std::chrono::seconds{10}}));
}

TEST(FaultyTransport, a_refusal_of_the_transport_inside_is_passed_on_and_no_fault_is_counted) {
  FaultyTransport faulty{Recorder{.outcome = SendOutcome::would_block},
                         {.duplicate_ppm = always, .corrupt_ppm = always}};
  EXPECT_EQ(faulty.send(bytes_of("word")), SendOutcome::would_block);
  faulty.inner().outcome = SendOutcome::dropped;
  EXPECT_EQ(faulty.send(bytes_of("word")), SendOutcome::dropped);
  EXPECT_EQ(faulty.counts().duplicated + faulty.counts().corrupted + faulty.counts().would_block, 0u);
}

TEST(FaultyTransport, a_held_one_outlasts_refusals_and_the_store_stays_bounded) {
  FaultyTransport faulty{Recorder{.outcome = SendOutcome::would_block},
                         {.reorder_ppm = always, .reorder_distance_max = 4}};
  for (int i = 0; i < 100; ++i) static_cast<void>(faulty.send(bytes_of(std::to_string(i))));
  EXPECT_EQ(faulty.held(), 5u);  // the distance and one
  faulty.inner().outcome = SendOutcome::sent;
  faulty.flush();
  EXPECT_EQ(faulty.inner().sent, (std::vector<std::string>{"0", "1", "2", "3", "4"}));
}

TEST(FaultyTransport, settings_out_of_range_are_taken_as_the_nearest_sensible_ones) {
  FaultyPath path{{.reorder_ppm = always,
                   .corrupt_ppm = (std::numeric_limits<std::uint32_t>::max)(),
                   .reorder_distance_max = 0,
                   .flipped_bits_max = 0}};
  EXPECT_EQ(path.send("word"), SendOutcome::sent);
  EXPECT_EQ(path.send("word"), SendOutcome::sent);
  EXPECT_EQ(path.faulty.held(), 1u);
  EXPECT_EQ(path.all_received().size(), 1u);
  EXPECT_EQ(path.faulty.counts().corrupted, 2u);
}

TEST(Faults, are_none_unless_asked_for) {
  EXPECT_EQ(Faults{}.loss_ppm + Faults{}.duplicate_ppm + Faults{}.reorder_ppm + Faults{}.corrupt_ppm, 0u);
  EXPECT_EQ(Faults{}.truncate_ppm + Faults{}.would_block_ppm + Faults{}.dropped_ppm, 0u);
  EXPECT_EQ(Faults{}.reorder_distance_max, 8u);
  EXPECT_EQ(Faults{}.flipped_bits_max, 4u);
  EXPECT_FALSE(Faults{}.blackhole);
}

TEST(FaultyTransport, corruption_reaches_every_bit) {
  FaultyPath path{{.corrupt_ppm = always, .flipped_bits_max = 1}};
  std::uint8_t reached = 0;
  for (int i = 0; i < 200; ++i) {
    path.send(std::string_view{"\0", 1});
    reached |= static_cast<std::uint8_t>(path.received().value()[0]);
  }
  EXPECT_EQ(reached, 0xff);
}

TEST(FaultyTransport, a_held_one_lets_from_one_to_the_given_number_of_later_ones_pass) {
  FaultyPath path{{}};
  std::array<int, 9> times{};
  for (int i = 0; i < 400; ++i) {
    path.faulty.faults().reorder_ppm = always;
    path.send("held");
    path.faulty.faults().reorder_ppm = 0;
    int passed = 0;
    for (bool came = false; !came; ++passed) {
      ASSERT_LT(passed, 8);  // Faults::reorder_distance_max
      path.send("later");
      for (const std::string& datagram : path.all_received()) came |= datagram == "held";
    }
    ++times[static_cast<std::size_t>(passed)];
  }
  EXPECT_EQ(times[0], 0);
  for (std::size_t passed = 1; passed <= 8; ++passed) EXPECT_GE(times[passed], 25) << passed;  // 400 / 8 are 50
}

}  // namespace
}  // namespace bowline
