// SPDX-License-Identifier: BSL-1.0
// The k-th allocation fails, for every k.
#include <gtest/gtest.h>

#include <cstddef>
#include <string>
#include <vector>

#include "bowline/core/held_messages.hpp"
#include "bowline/dedup/fixed_queue_dedup.hpp"
#include "bowline/dedup/no_dedup.hpp"
#include "bowline/dedup/window_dedup.hpp"
#include "core/support/sending_half.hpp"
#include "support/failing_new.hpp"

#if defined(__cpp_exceptions)

namespace bowline::test {
namespace {

constexpr long long failures_max = 100;  // Far more than three messages allocate.

TEST(AllocationSweep, a_message_that_found_no_memory_is_not_held_and_can_be_held_again) {
  const std::string payload(300, 'x');
  long long k = 0;
  for (; k < failures_max; ++k) {
    HeldMessages held{8, 4096};
    std::size_t taken = 0;
    bool failed = false;
    for (SequenceNumber number = 2; number <= 4; ++number) {
      HeldMessage message;
      message.number = number;
      message.dependency = 1;
      if (!failed && fails_at(k, [&] { held.hold(message, bytes_of(payload)); })) {
        failed = true;
        ASSERT_EQ(held.size(), taken) << k;
        ASSERT_EQ(held.bytes(true), 300 * taken) << k;
        held.hold(message, bytes_of(payload));
      } else if (failed) {
        held.hold(message, bytes_of(payload));
      }
      ++taken;
    }
    std::vector<SequenceNumber> released;
    held.release_waiting(1, [&](HeldMessage message) {
      released.push_back(message.number);
      held.release(message.payload);
    });
    ASSERT_EQ(released, (std::vector<SequenceNumber>{2, 3, 4})) << k;
    ASSERT_EQ(held.bytes(true), 0u) << k;
    if (!failed) break;
  }
  EXPECT_GE(k, 5);  // Two tables, a slot, its place among the free ones, and the payload.
  EXPECT_LT(k, failures_max);
}

TEST(AllocationSweep, a_resend_that_found_no_memory_is_still_to_be_sent) {
  long long k = 0;
  for (; k < failures_max; ++k) {
    SendingHalf a;
    a.sends("a");
    a.says();
    a.lost(1);
    if (!fails_at(k, [&] { a.says(); })) break;
    ASSERT_EQ(a.says(), "1:a") << k;
  }
  EXPECT_GE(k, 1);  // Its place among those that travel again twice.
  EXPECT_LT(k, failures_max);
}

template <class Filter>
class DedupSweep : public testing::Test {};
using Filters = testing::Types<FixedQueueDedup<64>, WindowDedup<64>, NoDedup>;
TYPED_TEST_SUITE(DedupSweep, Filters);

TYPED_TEST(DedupSweep, clause_6_what_found_no_memory_was_not_admitted) {
  bool failed = true;
  for (long long k = 0; failed && k < failures_max; ++k) {
    TypeParam filter;
    TypeParam never_failed;
    failed = false;
    for (SequenceNumber number = 1; number <= 200; ++number) {
      const auto admit = [&] { ASSERT_EQ(filter.admit(number), Admission::fresh) << k; };
      if (!failed && fails_at(k, admit)) {
        failed = true;
        for (SequenceNumber n = 1; n <= 201; ++n) ASSERT_EQ(filter.check(n), never_failed.check(n)) << n << ' ' << k;
        admit();
      } else if (failed) {
        admit();
      }
      static_cast<void>(never_failed.admit(number));
    }
  }
  EXPECT_FALSE(failed);
}

TEST(AllocationSweep, a_filter_that_cannot_grow_forgets_nothing_and_admits_the_number_later) {
  long long k = 0;
  for (; k < failures_max; ++k) {
    FixedQueueDedup<64> filter;
    bool failed = false;
    for (SequenceNumber number = 1; number <= 127; number += 2) {  // Apart, since a run needs no memory.
      if (failed || !fails_at(k, [&] { static_cast<void>(filter.admit(number)); })) {
        ASSERT_TRUE(!failed || filter.admit(number) == Admission::fresh) << k;
        continue;
      }
      failed = true;
      ASSERT_TRUE(filter.invariants_hold()) << k;
      for (SequenceNumber old = 1; old < number; old += 2) ASSERT_EQ(filter.check(old), Admission::duplicate) << k;
      ASSERT_EQ(filter.admit(number), Admission::fresh) << k;
    }
    if (!failed) break;
  }
  EXPECT_EQ(k, 2);  // It allocates its two tables together, four times: 8, 16, 32 and 64 places.
}

}  // namespace
}  // namespace bowline::test

#endif
