// SPDX-License-Identifier: BSL-1.0
// A line of a given rate behind a queue of a given size.
#pragma once

#include <algorithm>
#include <cstdint>
#include <optional>

#include "bowline/base/time.hpp"

namespace bowline::inline v0_1::sim {

/// How long each datagram waits for the line and is on it, without rounding errors that add up.
///
/// Invariants: `backlog_` is the bits not yet sent at `as_of_`, times 1,000,000; a rate in bits a second takes
/// exactly that number from it in each microsecond.
class Bottleneck {
 public:
  /// A rate of 0 is a line without limit. `queue_bytes` bounds what waits, the datagram being sent included.
  constexpr Bottleneck(std::uint64_t bits_per_second, std::uint64_t queue_bytes) noexcept
      : bits_per_second_{bits_per_second}, queue_bytes_{queue_bytes} {}

  /// The time from `now` until the last bit has left, rounded up; none when the queue has no room (tail drop).
  /// An idle line takes any datagram. `now` must not go back.
  constexpr std::optional<Duration> admit(TimePoint now, std::uint64_t bytes) noexcept {
    if (bits_per_second_ == 0) return Duration::zero();
    drain(now);
    const std::uint64_t after = backlog_ + bytes * micro_bits_per_byte;
    if (backlog_ != 0 && after > queue_bytes_ * micro_bits_per_byte) return std::nullopt;
    backlog_ = after;
    return time_for(backlog_);
  }

  /// Another rate and queue from `now` on. What was admitted leaves when it was told to.
  constexpr void change(TimePoint now, std::uint64_t bits_per_second, std::uint64_t queue_bytes) noexcept {
    drain(now);
    bits_per_second_ = bits_per_second;
    queue_bytes_ = queue_bytes;
  }

  /// Bytes not yet sent at `now`, a partly sent one counted whole.
  [[nodiscard]] constexpr std::uint64_t backlog_bytes(TimePoint now) noexcept {
    drain(now);
    return (backlog_ + micro_bits_per_byte - 1) / micro_bits_per_byte;
  }

 private:
  static constexpr std::uint64_t micro_bits_per_byte = 8'000'000;

  [[nodiscard]] constexpr Duration time_for(std::uint64_t micro_bits) const noexcept {
    return Duration{static_cast<std::int64_t>((micro_bits + bits_per_second_ - 1) / bits_per_second_)};
  }

  constexpr void drain(TimePoint now) noexcept {
    if (bits_per_second_ == 0 || now - as_of_ >= time_for(backlog_)) {
      backlog_ = 0;
    } else {
      backlog_ -= static_cast<std::uint64_t>((now - as_of_).count()) * bits_per_second_;
    }
    as_of_ = now;
  }

  std::uint64_t bits_per_second_;
  std::uint64_t queue_bytes_;
  std::uint64_t backlog_ = 0;
  TimePoint as_of_{};
};

}  // namespace bowline::inline v0_1::sim
