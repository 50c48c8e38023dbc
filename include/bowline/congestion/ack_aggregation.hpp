// SPDX-License-Identifier: BSL-1.0
// How many bytes acknowledgements bring at once beyond the rate of the path.
#pragma once

#include <algorithm>
#include <cstdint>

#include "bowline/base/time.hpp"
#include "bowline/congestion/max_filter.hpp"

namespace bowline::inline v0_1 {

/// Ends that poll, radios and offloads let acknowledgements come in lumps; the window has to cover the silence between
/// them (draft-ietf-ccwg-bbr, "extra_acked").
class AckAggregation {
 public:
  [[nodiscard]] constexpr std::uint64_t extra_bytes() const noexcept { return extra_.best(); }

  /// `acked_bytes` came while the path delivers `rate` bytes a second.
  constexpr void take(TimePoint now, std::uint64_t acked_bytes, std::uint64_t rate) noexcept {
    const auto since = static_cast<std::uint64_t>((now - since_).count());
    std::uint64_t expected = since < longest_us ? rate * since / 1'000'000 : acked_;
    if (acked_ <= expected) {
      // The path has caught up: count from here.
      since_ = now;
      acked_ = expected = 0;
    }
    acked_ += acked_bytes;
    extra_.take((std::min)(acked_ - expected, rate / 10));
  }

  constexpr void advance() noexcept { extra_.advance(); }

 private:
  static constexpr std::uint64_t longest_us = 1'000'000;

  MaxFilter extra_;
  TimePoint since_{};
  std::uint64_t acked_ = 0;
};

}  // namespace bowline::inline v0_1
