// SPDX-License-Identifier: BSL-1.0
// Links of the kinds that users have. Round numbers in the ranges commonly seen, not measurements of one network.
#pragma once

#include "bowline/sim/link_options.hpp"

namespace bowline::inline v0_1::sim {

/// A home network near its access point: 100 Mbit/s, 4 ms round trip and up to 6 more, hardly any loss.
[[nodiscard]] constexpr LinkOptions good_wifi() noexcept {
  using std::chrono::milliseconds;
  return {.delay = milliseconds{2},
          .jitter = milliseconds{3},
          .keep_order = true,
          .loss = Share::per_million(1'000),
          .rate_bits_per_second = 100'000'000,
          .queue_bytes = 256u << 10,
          .mtu_bytes = 1500};
}

/// A telephone on the move: 10 Mbit/s, 80 ms round trip and up to 60 more, a deep queue, losses in bursts of 10.
[[nodiscard]] constexpr LinkOptions mobile() noexcept {
  using std::chrono::milliseconds;
  return {.delay = milliseconds{40},
          .jitter = milliseconds{30},
          .keep_order = true,
          .loss = Share::per_million(5'000),
          .burst = {.start = Share::per_million(2'000), .end = Share::per_million(100'000)},
          .rate_bits_per_second = 10'000'000,
          .queue_bytes = 512u << 10,
          .mtu_bytes = 1428};
}

/// A geostationary satellite: 600 ms round trip, 20 Mbit/s, 1 % loss, and room for the round trip in the queue.
[[nodiscard]] constexpr LinkOptions satellite() noexcept {
  using std::chrono::milliseconds;
  return {.delay = milliseconds{300},
          .jitter = milliseconds{5},
          .keep_order = true,
          .loss = Share::per_million(10'000),
          .rate_bits_per_second = 20'000'000,
          .queue_bytes = 1536u << 10,
          .mtu_bytes = 1500};
}

/// Everything at once, much worse than networks are: 20 % loss and bursts, reordering, copies, damage.
[[nodiscard]] constexpr LinkOptions hostile() noexcept {
  using std::chrono::milliseconds;
  return {.delay = milliseconds{25},
          .jitter = milliseconds{50},
          .loss = Share::per_million(200'000),
          .burst = {.start = Share::per_million(5'000), .end = Share::per_million(100'000)},
          .duplicate = Share::per_million(100'000),
          .duplicate_delay = milliseconds{100},
          .reorder = Share::per_million(100'000),
          .reorder_delay = milliseconds{200},
          .corrupt = Share::per_million(20'000),
          .corrupt_bits = 3,
          .truncate = Share::per_million(10'000)};
}

static_assert(good_wifi().fault() == nullptr && mobile().fault() == nullptr);
static_assert(satellite().fault() == nullptr && hostile().fault() == nullptr);

}  // namespace bowline::inline v0_1::sim
