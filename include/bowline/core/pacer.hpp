// SPDX-License-Identifier: BSL-1.0
// Spreads datagrams over time: RFC 9002 section 7.7.
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>

#include "bowline/base/time.hpp"
#include "bowline/congestion/concept.hpp"

namespace bowline::inline v0_1 {

/// A bucket that fills at the rate of the congestion control and holds one burst. When it is empty it holds datagrams
/// back until a whole burst is in it, so that one wake-up sends a batch. A caller that comes late after that finds what
/// it was late for, so a coarse timer costs no throughput. No division while datagrams leave.
///
/// Invariants: credit_ is at most what one burst and `late_max` are worth, and short of one datagram at the least.
class Pacer {
 public:
  /// The longest that a late caller is compensated for: two frames at 60 Hz.
  static constexpr Duration late_max = std::chrono::milliseconds{33};

  /// Whether a datagram of `bytes` may leave now. If not, it is held back until `release_at()`.
  [[nodiscard]] bool allows(TimePoint now, std::size_t bytes, const Pacing& pacing) noexcept {
    if (pacing.bytes_per_second == 0) return credit_ = 0, release(), true;
    const std::int64_t burst = worth((std::max)(pacing.burst_bytes, bytes));
    fill(now, burst, pacing.bytes_per_second);
    if (credit_ >= (holding() ? burst : worth(bytes))) return release(), true;
    const auto rate = static_cast<std::int64_t>(pacing.bytes_per_second);
    release_at_ = now + Duration{(burst - credit_ + rate - 1) / rate};
    return false;
  }

  /// A datagram left, allowed or not. It never costs those after it more than its own time.
  void on_sent(std::size_t bytes) noexcept { credit_ = (std::max)(credit_, std::int64_t{0}) - worth(bytes); }

  /// Nothing waits to leave.
  void release() noexcept { release_at_ = never; }

  /// When held back datagrams may leave; `never` if there are none.
  [[nodiscard]] TimePoint release_at() const noexcept { return release_at_; }

 private:
  // Credit is in millionths of a byte: a rate in bytes a second adds exactly its number each microsecond.
  static constexpr std::int64_t per_byte = 1'000'000;

  [[nodiscard]] static constexpr std::int64_t worth(std::size_t bytes) noexcept {
    return static_cast<std::int64_t>(bytes) * per_byte;
  }

  [[nodiscard]] bool holding() const noexcept { return release_at_ != never; }

  void fill(TimePoint now, std::int64_t burst, std::uint64_t bytes_per_second) noexcept {
    if (now == filled_at_) return;
    const auto rate = static_cast<std::int64_t>(bytes_per_second);
    // The microsecond by which the release was rounded up counts as late, or the rate would fall short by it.
    const Duration late = holding() ? std::clamp(now - release_at_ + Duration{1}, Duration{0}, late_max) : Duration{0};
    const Duration passed = (std::min)(now - filled_at_, Duration{std::chrono::seconds{1}});
    credit_ = (std::min)(credit_ + rate * passed.count(), burst + rate * late.count());
    filled_at_ = now;
  }

  std::int64_t credit_ = 0;
  TimePoint filled_at_{};
  TimePoint release_at_ = never;
};

}  // namespace bowline::inline v0_1
