// SPDX-License-Identifier: BSL-1.0
// The k-th call of a transport fails, in each way that a transport may fail, for every k of every story: it ends as if
// a datagram had been lost on the way.
#include <gtest/gtest.h>

#include <array>
#include <span>
#include <string>

#include "sweeps/stories/all.hpp"
#include "sweeps/support/tally.hpp"

namespace bowline::test {
namespace {

struct Way {
  const char* name;
  CallFault fault;
};

constexpr std::array ways_of_each_transport{
    Way{"send_blocked", CallFault::send_blocked},     Way{"send_dropped", CallFault::send_dropped},
    Way{"send_lost", CallFault::send_lost},           Way{"receive_failed", CallFault::receive_failed},
    Way{"receive_lost", CallFault::receive_lost},     Way{"receive_cut", CallFault::receive_cut},
    Way{"receive_empty", CallFault::receive_empty},
};

constexpr std::array ways_of_batches{
    Way{"flush_blocked", CallFault::flush_blocked},
    Way{"flush_blocked_halfway", CallFault::flush_blocked_halfway},
    Way{"flush_dropped", CallFault::flush_dropped},
    Way{"flush_dropped_halfway", CallFault::flush_dropped_halfway},
    Way{"no_batch_room", CallFault::no_batch_room},
    Way{"receive_failed", CallFault::receive_failed},
    Way{"receive_lost", CallFault::receive_lost},
    Way{"receive_cut", CallFault::receive_cut},
    Way{"receive_empty", CallFault::receive_empty},
};

void sweep(const Story& story, std::span<const Way> ways) {
  for (const Way& way : ways) {
    Trial undisturbed = Trial::failing_call(way.fault, Trial::never);
    story.play(undisturbed);
    ASSERT_FALSE(testing::Test::HasFailure());
    const long long calls = undisturbed.calls();
    ASSERT_GE(calls, 3) << way.name;  // HELLOs, at least.
    for (long long k = 0; k < calls; ++k) {
      SCOPED_TRACE(std::string{way.name} + ", call " + std::to_string(k) + " of " + std::to_string(calls));
      Trial trial = Trial::failing_call(way.fault, k);
      story.play(trial);
      EXPECT_TRUE(trial.struck());
      if (testing::Test::HasFailure()) return;
    }
    Tally::add("call_scripts", 1);
    Tally::add("calls_failed", calls);
  }
}

std::string name_of(const testing::TestParamInfo<Story>& tested) { return std::string{tested.param.name}; }

class CallSweep : public testing::TestWithParam<Story> {};
TEST_P(CallSweep, a_story_ends_well_whichever_call_fails) { sweep(GetParam(), ways_of_each_transport); }
INSTANTIATE_TEST_SUITE_P(Stories, CallSweep, testing::ValuesIn(stories::plain().begin(), stories::plain().end()),
                         name_of);

class BatchSweep : public testing::TestWithParam<Story> {};
TEST_P(BatchSweep, a_story_ends_well_whichever_call_fails) { sweep(GetParam(), ways_of_batches); }
INSTANTIATE_TEST_SUITE_P(Stories, BatchSweep,
                         testing::ValuesIn(stories::batching().begin(), stories::batching().end()), name_of);

}  // namespace
}  // namespace bowline::test
