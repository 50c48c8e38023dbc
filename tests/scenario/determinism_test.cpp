// SPDX-License-Identifier: BSL-1.0
// Same inputs, same bytes out: on every platform, with every compiler, at every optimisation.
#include <gtest/gtest.h>

#include "bowline/sim/presets.hpp"
#include "scenario/support/hour_of_chat.hpp"
#include "scenario/support/seeds.hpp"
#include "scenario/support/traffic.hpp"

namespace bowline::test {
namespace {

using namespace std::chrono_literals;

/// Stands for every byte that two channels sent, and when, with every kind of message over a hostile link.
std::uint64_t trace_of(std::uint64_t seed) {
  Conversation conversation{seed, sim::hostile(), sim::mobile(), with({})};
  exchange(conversation, {.messages = 200}, seed, 300s);
  return conversation.world.trace_hash();
}

TEST(Determinism, a_seed_decides_every_byte_and_its_moment) {
  for_each_seed(5, [](std::uint64_t seed) {
    const std::uint64_t trace = trace_of(seed);
    EXPECT_EQ(trace, trace_of(seed));
    EXPECT_NE(trace, trace_of(seed + 1'000'000));
  });
}

// These literals are what g++ -O0 and clang++ -O2 agree on. They change whenever the protocol sends other bytes or at
// another moment, and then they are to be taken anew; what they may never do is differ between two builds.
TEST(Determinism, every_platform_and_compiler_sends_the_same_bytes) {
  EXPECT_EQ(trace_of(1), 4187963059615654093u);
  EXPECT_EQ(trace_of(2), 6457806669995730071u);
  EXPECT_EQ(chat_for(60s, 3).trace, 14662710952049319872u);
}

}  // namespace
}  // namespace bowline::test
