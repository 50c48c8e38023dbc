// SPDX-License-Identifier: BSL-1.0
// A share of the swarm for every run of the tests, the cases that failed once, and the swarm's own parts.
#include <gtest/gtest.h>

#include <vector>

#include "scenario/support/seeds.hpp"
#include "swarm/result.hpp"
#include "swarm/runner.hpp"
#include "swarm/seed_list.hpp"
#include "swarm/shrinker.hpp"
#include "swarm/wire_reader.hpp"

namespace bowline::test::swarm {
namespace {

TEST(Swarm, a_share_of_its_seeds_keeps_every_law) {
  for_each_seed(200, [](std::uint64_t seed) {
    const std::string finding = run(Case{.seed = seed}).finding;
    EXPECT_TRUE(finding.empty()) << finding << "; again: swarm " << seed;
  });
}

TEST(Swarm, cases_that_failed_once_keep_every_law) {
  for (const std::string& line : SeedList{BOWLINE_SWARM_SEEDS}.lines()) {
    const auto what = case_of(line);
    ASSERT_TRUE(what) << line;
    const std::string finding = run(*what).finding;
    EXPECT_TRUE(finding.empty()) << finding << "; again: swarm " << line;
  }
}

// Nothing filters duplicates here, and the oracle is not told.
TEST(Swarm, finds_a_missing_filter_within_ten_seeds_whichever_is_the_first) {
  constexpr std::uint64_t firsts[] = {1, 11, 21, 31, 1'000, 20'001, 40'001, 100'000, 1'000'000, 2'000'000'000};
  for (const std::uint64_t first : firsts) {
    bool found = false;
    for (std::uint64_t seed = first; seed < first + 10 && !found; ++seed) {
      found = run(Case{.seed = seed, .canary = true}).finding.find("delivered twice") != std::string::npos;
    }
    EXPECT_TRUE(found) << first;
  }
}

TEST(Swarm, a_seed_decides_every_event_and_datagram) {
  for (std::uint64_t seed = 1; seed <= 10; ++seed) EXPECT_EQ(run({.seed = seed}).hash, run({.seed = seed}).hash);
  EXPECT_NE(run({.seed = 1}).hash, run({.seed = 2}).hash);
}

// Without a filter nearly all of 60 seeds fail.
TEST(Runner, goes_on_to_the_last_seed_when_it_is_told_to) {
  Range range{.count = 60, .jobs = 1, .to_the_end = false, .canary = true};
  EXPECT_LT(Runner::run(range).seeds, 60u);
  range.to_the_end = true;
  const Summary summary = Runner::run(range);
  EXPECT_EQ(summary.seeds, 60u);
  EXPECT_GT(summary.failed, Runner::failures_max);
  EXPECT_EQ(summary.failures.size(), Runner::failures_max);
}

TEST(Plan, each_fault_is_off_in_about_half_of_the_seeds) {
  std::size_t seen[fault_count] = {};
  for (std::uint64_t seed = 1; seed <= 1000; ++seed) {
    for (std::size_t i = 0; i < fault_count; ++i) {
      seen[i] += Planner::plan({.seed = seed}).faults.has(static_cast<Fault>(i));
    }
  }
  // Standard deviation of 1,000 draws of a half: 16. Three faults cannot be with one of the three types of channel,
  // which is one of four seeds: 375.
  for (std::size_t i = 0; i < fault_count; ++i) {
    EXPECT_GT(seen[i], 310u) << fault_names[i];
    EXPECT_LT(seen[i], 580u) << fault_names[i];
  }
}

TEST(Plan, options_that_it_draws_have_no_fault) {
  for (std::uint64_t seed = 1; seed <= 2000; ++seed) {
    const Plan plan = Planner::plan({.seed = seed});
    for (const swarm::Setup* setup : {&plan.a, &plan.z}) {
      EXPECT_EQ(setup->options.fault(), nullptr) << seed;
      EXPECT_TRUE(DrawnDedup(setup->dedup, setup->window_size).covers(setup->options.window)) << seed;
    }
  }
}

TEST(Shrinker, leaves_what_the_failure_needs) {
  const Case small = shrunk(Case{.seed = 3}, [](const Case& what) {
    const Plan plan = Planner::plan(what);
    return plan.faults.has(Fault::loss) && what.chaos_percent >= 20;
  });
  EXPECT_EQ(Planner::plan(small).faults.text(), "loss");
  EXPECT_EQ(small.chaos_percent, 25u);  // 100, 50, 25, and 12 no longer fails
}

TEST(CaseText, reads_what_it_wrote) {
  const std::string text = "17 --without loss,rate --messages 5 --chaos 50 --canary";
  EXPECT_EQ(text_of(*case_of(text)), text);
  EXPECT_EQ(text_of(*case_of("4")), "4");
  EXPECT_FALSE(case_of("4 --without nonsense"));
  EXPECT_FALSE(case_of("four"));
}

// The check value that every catalogue of CRCs has for CRC-32C.
TEST(WireReader, computes_the_published_check_value) {
  std::vector<std::byte> digits;
  for (const char digit : std::string{"123456789"}) digits.push_back(static_cast<std::byte>(digit));
  EXPECT_EQ(~crc32c(digits, ~0u), 0xe3069283u);
}

TEST(WireReader, takes_canonical_numbers_only) {
  const auto good = [](std::vector<std::byte> bytes) {
    WireReader reader{bytes};
    static_cast<void>(reader.varint());
    return reader.good();
  };
  EXPECT_TRUE(good({std::byte{0x7f}}));
  EXPECT_TRUE(good({std::byte{0x80}, std::byte{0x01}}));
  EXPECT_FALSE(good({std::byte{0x80}, std::byte{0x00}}));
  EXPECT_FALSE(good({std::byte{0x80}}));
}

}  // namespace
}  // namespace bowline::test::swarm
