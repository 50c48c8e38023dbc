// SPDX-License-Identifier: BSL-1.0
#include "bowline/sim/share.hpp"

#include <gtest/gtest.h>

namespace bowline::sim {
namespace {

TEST(SimShare, a_fraction_is_rounded_once_to_parts_per_million) {
  static_assert(Share{0.2}.parts_per_million() == 200'000);
  static_assert(Share{0.0000014}.parts_per_million() == 1);
  static_assert(Share{0.0000016}.parts_per_million() == 2);
  static_assert(Share{0.1} == Share::per_million(100'000));
  EXPECT_EQ(Share{0.1}, Share::per_million(100'000));
}

TEST(SimShare, nothing_and_everything_can_be_written_as_whole_numbers) {
  static_assert(Share{}.parts_per_million() == 0);
  static_assert(Share{0}.parts_per_million() == 0);
  static_assert(Share{1}.parts_per_million() == 1'000'000);
}

TEST(SimShare, shares_compare) { static_assert(Share{0.1} < Share{0.2}); }

}  // namespace
}  // namespace bowline::sim
