// SPDX-License-Identifier: BSL-1.0
// A number that stands for everything that was sent and when, to compare two runs by.
#pragma once

#include <cstddef>
#include <cstdint>

#include "bowline/base/bytes.hpp"
#include "bowline/base/time.hpp"

namespace bowline::inline v0_1::sim {

/// Equal for equal traces, on every platform; different for different ones but by a freak of chance. Not for
/// adversaries. O(bytes).
class TraceHash {
 public:
  constexpr void add(std::uint64_t word) noexcept {
    value_ = (value_ ^ word) * 0x9e3779b97f4a7c15u;
    value_ ^= value_ >> 29;
  }

  constexpr void add(TimePoint when, Bytes datagram) noexcept {
    add(static_cast<std::uint64_t>(when.time_since_epoch().count()));
    add(datagram.size());
    std::uint64_t word = 0;
    for (std::size_t i = 0; i < datagram.size(); ++i) {
      word = (word << 8) | std::to_integer<std::uint64_t>(datagram[i]);
      if (i % 8 == 7) add(word);
    }
    if (datagram.size() % 8 != 0) add(word);
  }

  [[nodiscard]] constexpr std::uint64_t value() const noexcept { return value_; }

 private:
  std::uint64_t value_ = 0;
};

}  // namespace bowline::inline v0_1::sim
