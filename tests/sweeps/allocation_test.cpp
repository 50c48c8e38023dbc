// SPDX-License-Identifier: BSL-1.0
// The k-th allocation fails, for every k of every story: nothing is delivered twice, lost, or acknowledged untaken,
// each message ends once, and all ends well when the call that threw is repeated.
#include <gtest/gtest.h>

#include <string>

#include "sweeps/stories/all.hpp"
#include "sweeps/support/tally.hpp"

namespace bowline::test {
namespace {

class AllocationSweep : public testing::TestWithParam<Story> {};

TEST_P(AllocationSweep, a_story_ends_well_whichever_allocation_fails) {
  const Story& story = GetParam();
  Trial undisturbed;
  story.play(undisturbed);
  ASSERT_FALSE(HasFailure());
  const long long allocations = undisturbed.allocations();
  ASSERT_GE(allocations, 4);  // Two ends, at least.
  for (long long k = 0; k < allocations; ++k) {
    SCOPED_TRACE("allocation " + std::to_string(k) + " of " + std::to_string(allocations));
    Trial trial = Trial::failing_allocation(k);
    story.play(trial);
    EXPECT_TRUE(trial.struck());
    if (HasFailure()) return;
  }
  Tally::add("allocation_scripts", 1);
  Tally::add("allocations_failed", allocations);
}

INSTANTIATE_TEST_SUITE_P(Stories, AllocationSweep, testing::ValuesIn(stories::plain().begin(), stories::plain().end()),
                         [](const auto& tested) { return std::string{tested.param.name}; });

}  // namespace
}  // namespace bowline::test
