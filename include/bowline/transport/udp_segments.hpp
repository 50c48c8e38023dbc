// SPDX-License-Identifier: BSL-1.0
// Takes apart what one receive brought.
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <span>

#include "bowline/base/assert.hpp"
#include "bowline/base/bytes.hpp"

namespace bowline::inline v0_1 {

/// Datagrams in a buffer at equal distances, handed out one by one. Views the buffer.
class UdpSegments {
 public:
  UdpSegments() = default;

  /// Datagrams that the kernel has joined (UDP_GRO): each of `segment_bytes`, at least 1, but the last, which may be
  /// shorter.
  UdpSegments(Buffer joined, std::size_t segment_bytes) noexcept : rest_{joined}, distance_{segment_bytes} {
    BOWLINE_ASSERT(segment_bytes > 0);
  }

  /// Datagrams that begin `distance` bytes apart in `slots`, one for each of `lengths`; 0 stands for none. Views
  /// `lengths` too.
  UdpSegments(Buffer slots, std::size_t distance, std::span<const std::uint16_t> lengths) noexcept
      : rest_{slots.first(distance * lengths.size())}, distance_{distance}, lengths_{lengths} {}

  [[nodiscard]] bool empty() const noexcept { return rest_.empty(); }

  /// The next one; without a byte where a slot has none.
  [[nodiscard]] Buffer next() noexcept {
    BOWLINE_ASSERT(!empty());
    Buffer segment = rest_.first((std::min)(distance_, rest_.size()));
    rest_ = rest_.subspan(segment.size());
    if (!lengths_.empty()) {
      segment = segment.first(lengths_.front());
      lengths_ = lengths_.subspan(1);
    }
    return segment;
  }

 private:
  Buffer rest_;
  std::size_t distance_ = 0;
  std::span<const std::uint16_t> lengths_;
};

}  // namespace bowline::inline v0_1
