// SPDX-License-Identifier: BSL-1.0
#include "bowline/sim/presets.hpp"

#include <gtest/gtest.h>

namespace bowline::sim {
namespace {

using namespace std::chrono_literals;

TEST(SimPresets, each_can_carry_a_default_datagram) {
  for (const auto preset : {good_wifi, mobile, satellite, hostile}) {
    const LinkOptions options = preset();
    EXPECT_EQ(options.fault(), nullptr);
    EXPECT_GE(options.mtu_bytes, 1200 + options.overhead_bytes);
  }
}

TEST(SimPresets, the_satellites_queue_holds_what_is_under_way_in_a_round_trip) {
  static_assert(satellite().queue_bytes >= 20'000'000 / 8 * 6 / 10);  // 0.6 s at 20 Mbit/s: 1.5 MB
}

}  // namespace
}  // namespace bowline::sim
