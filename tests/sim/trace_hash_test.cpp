// SPDX-License-Identifier: BSL-1.0
#include "bowline/sim/trace_hash.hpp"

#include <gtest/gtest.h>

#include <initializer_list>
#include <string_view>

namespace bowline::sim {
namespace {

using namespace std::chrono_literals;

std::uint64_t hash(Duration at, std::initializer_list<std::string_view> datagrams) {
  TraceHash trace;
  for (const std::string_view datagram : datagrams) trace.add(TimePoint{at}, bytes_of(datagram));
  return trace.value();
}

TEST(SimTraceHash, equal_traces_have_equal_hashes) { EXPECT_EQ(hash(1s, {"ab", "c"}), hash(1s, {"ab", "c"})); }

TEST(SimTraceHash, time_bytes_boundaries_and_order_all_count) {
  const std::uint64_t reference = hash(1s, {"ab", "c"});
  EXPECT_NE(reference, hash(2s, {"ab", "c"}));
  EXPECT_NE(reference, hash(1s, {"ab", "d"}));
  EXPECT_NE(reference, hash(1s, {"a", "bc"}));
  EXPECT_NE(reference, hash(1s, {"c", "ab"}));
  EXPECT_NE(hash(1s, {"12345678"}), hash(1s, {"12345679"}));
}

}  // namespace
}  // namespace bowline::sim
