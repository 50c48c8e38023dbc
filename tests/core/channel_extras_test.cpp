// SPDX-License-Identifier: BSL-1.0
#include "bowline/core/channel_extras.hpp"

#include <gtest/gtest.h>

#include "bowline/default_extras.hpp"
#include "bowline/seal/plain_seal.hpp"

namespace bowline {
namespace {

struct Unsealed : DefaultExtras {
  PlainSeal seal;
};

struct Narrow : DefaultExtras {
  static constexpr unsigned wire_number_bits = 8;
};

struct Empty {};

struct SealIsNoSeal : DefaultExtras {
  int seal = 0;
};

TEST(ChannelExtras, a_derived_struct_replaces_one_rule_and_keeps_the_other) {
  static_assert(ChannelExtras<Unsealed>);
  static_assert(std::is_same_v<decltype(Unsealed::seal), PlainSeal>);
  static_assert(std::is_same_v<decltype(Unsealed::congestion), BottleneckControl>);
  EXPECT_EQ(decltype(Unsealed::seal)::overhead_bytes, 0u);
}

TEST(ChannelExtras, what_lacks_a_rule_is_none) {
  static_assert(!ChannelExtras<Empty>);
  static_assert(!ChannelExtras<SealIsNoSeal>);
  SUCCEED();
}

TEST(ChannelExtras, thirty_two_bits_of_a_number_travel_unless_extras_say_otherwise) {
  EXPECT_EQ(wire_number_bits<DefaultExtras>(), 32u);
  EXPECT_EQ(wire_number_bits<Unsealed>(), 32u);
  EXPECT_EQ(wire_number_bits<Narrow>(), 8u);
}

}  // namespace
}  // namespace bowline
