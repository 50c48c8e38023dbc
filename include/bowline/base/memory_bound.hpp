// SPDX-License-Identifier: BSL-1.0
// The most memory that something may ever take: docs/MEMORY.md.
#pragma once

#include <algorithm>
#include <bit>
#include <cstddef>
#include <cstdint>

namespace bowline::inline v0_1 {

/// Bytes from the heap. One table grows at a time, so that what tables take while they move does not add up.
struct MemoryBound {
  std::uint64_t held = 0;     ///< Kept at once.
  std::uint64_t growing = 0;  ///< And the smaller place of a table that moves to a larger one.

  [[nodiscard]] constexpr std::uint64_t bytes() const noexcept { return held + growing; }

  friend constexpr MemoryBound operator+(const MemoryBound& left, const MemoryBound& right) noexcept {
    return {left.held + right.held, (std::max)(left.growing, right.growing)};
  }

  /// What is taken once and never grows.
  [[nodiscard]] static constexpr MemoryBound fixed(std::uint64_t bytes) noexcept { return {bytes, 0}; }

  /// A table of a power of two of `entries` that doubles: no fewer than four places.
  [[nodiscard]] static constexpr MemoryBound ring(std::uint64_t entries, std::size_t entry_bytes) noexcept {
    const std::uint64_t places = std::bit_ceil((std::max)(entries, std::uint64_t{4}));
    return {places * entry_bytes, places / 2 * entry_bytes};
  }

  /// A vector that entries are added to: it at most doubles when it is full.
  [[nodiscard]] static constexpr MemoryBound vector(std::uint64_t entries, std::size_t entry_bytes) noexcept {
    return {2 * entries * entry_bytes, entries * entry_bytes};
  }
};

/// What a policy takes: what its `static constexpr MemoryBound memory_max(const Options&)` says; nothing without one.
template <class Policy, class Options>
[[nodiscard]] constexpr MemoryBound memory_max_of(const Options& options) noexcept {
  if constexpr (requires { Policy::memory_max(options); }) return Policy::memory_max(options);
  return {};
}

}  // namespace bowline::inline v0_1
