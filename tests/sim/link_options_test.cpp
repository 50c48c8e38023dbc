// SPDX-License-Identifier: BSL-1.0
#include "bowline/sim/link_options.hpp"

#include <gtest/gtest.h>

#include <string_view>

namespace bowline::sim {
namespace {

using namespace std::chrono_literals;

TEST(SimLinkOptions, the_default_is_sound) { static_assert(LinkOptions{}.fault() == nullptr); }

TEST(SimLinkOptions, settings_read_as_they_are_said) {
  constexpr LinkOptions options{.delay = 25ms, .jitter = 10ms, .loss = 0.2, .duplicate = 0.1};
  static_assert(options.fault() == nullptr && options.loss.parts_per_million() == 200'000);
}

TEST(SimLinkOptions, a_fault_names_its_option) {
  const auto names = [](const LinkOptions& options, std::string_view name) {
    const char* fault = options.fault();
    return fault != nullptr && std::string_view{fault}.find(name) != std::string_view::npos;
  };
  EXPECT_TRUE(names({.delay = -1us}, "delay"));
  EXPECT_TRUE(names({.delay = 25h}, "delay"));
  EXPECT_TRUE(names({.jitter = -1us}, "jitter"));
  EXPECT_TRUE(names({.duplicate_delay = -1us}, "duplicate_delay"));
  EXPECT_TRUE(names({.reorder_delay = -1us}, "reorder_delay"));
  EXPECT_TRUE(names({.corrupt_bits = 0}, "corrupt_bits"));
  EXPECT_TRUE(names({.rate_bits_per_second = 1'000'000'000'001}, "rate_bits_per_second"));
  EXPECT_TRUE(names({.queue_bytes = (1u << 30) + 1u}, "queue_bytes"));
  EXPECT_TRUE(names({.mtu_bytes = 28}, "mtu_bytes"));
  EXPECT_TRUE(names({.unread_max = 0}, "unread_max"));
}

}  // namespace
}  // namespace bowline::sim
