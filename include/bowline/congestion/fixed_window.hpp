// SPDX-License-Identifier: BSL-1.0
// The simplest congestion control: a constant.
#pragma once

#include <algorithm>
#include <cstddef>

#include "bowline/base/options.hpp"
#include "bowline/congestion/concept.hpp"

namespace bowline::inline v0_1 {

/// Lets the same number of bytes be on the way whatever becomes of them, and as fast as they come. Right where the
/// path is known; it does not slow down for others.
class FixedWindow {
 public:
  /// 128 KiB fill 20 Mbit/s at a round trip of 50 ms (125,000 bytes). A window below two datagrams is raised to them:
  /// of `datagram_bytes`, and later as long as the feedback says.
  constexpr FixedWindow() noexcept : FixedWindow{std::size_t{128} << 10} {}
  constexpr explicit FixedWindow(std::size_t bytes,
                                 std::size_t datagram_bytes = Options::datagram_bytes_base) noexcept
      : window_bytes_{(std::max)(bytes, 2 * datagram_bytes)} {}

  constexpr void on_feedback(const CongestionFeedback& feedback) noexcept {
    window_bytes_ = (std::max)(window_bytes_, 2 * feedback.datagram_bytes);
  }
  [[nodiscard]] constexpr std::size_t window_bytes() const noexcept { return window_bytes_; }
  [[nodiscard]] constexpr Pacing pacing() const noexcept { return {}; }

 private:
  std::size_t window_bytes_;
};

static_assert(CongestionControl<FixedWindow>);

}  // namespace bowline::inline v0_1
