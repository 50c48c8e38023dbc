// SPDX-License-Identifier: BSL-1.0
// How long a frame may be.
#pragma once

#include <cstddef>

namespace bowline::inline v0_1 {

/// Bytes of frames that fit a datagram. A path may take less tomorrow than now, and a frame that has to be sent again
/// must fit then too.
struct FrameRoom {
  std::size_t now;
  std::size_t always;  ///< On every path; at most `now`.

  /// The same for every path there will ever be.
  constexpr FrameRoom(std::size_t bytes) noexcept : now{bytes}, always{bytes} {}
  constexpr FrameRoom(std::size_t bytes_now, std::size_t bytes_always) noexcept
      : now{bytes_now}, always{bytes_always} {}

  /// The longest frame that fits always, of which several of the same length fill a datagram of today: as many as need
  /// not be shorter than three quarters of the longest, or the sequence window would hold too little. Two thirds of
  /// a larger datagram are filled then at least.
  [[nodiscard]] constexpr std::size_t shared() const noexcept {
    const std::size_t frames = (now + always - 1) / always;
    return now / frames * 4 >= always * 3 ? now / frames : always;
  }
};

static_assert(FrameRoom{1183}.shared() == 1183 && FrameRoom(1455, 1183).shared() == 1183);

}  // namespace bowline::inline v0_1
