// SPDX-License-Identifier: BSL-1.0
// Slabs of memory that are used again, within a limit.
#pragma once

#include <algorithm>
#include <bit>
#include <cstddef>
#include <cstring>
#include <vector>

#include "bowline/base/assert.hpp"
#include "bowline/base/narrow.hpp"

namespace bowline::inline v0_1 {

/// Slabs of bytes in four sizes an octave, so that less than a fifth of one is wasted. What is given back is kept for
/// the next one who takes that size, as long as all slabs together stay within `bytes_max`; beyond that, slabs that
/// nobody uses are freed first. So what is held never depends on which sizes were asked for before. What is in use is
/// the caller's to bound: `take` never fails, and passes the limit when all that is held is in use.
///
/// One may serve many channels (`Options::payload_pool`). It takes no lock, so all of them, whether they are created,
/// used or destroyed, belong to one thread at a time.
///
/// Invariants:
///   1. held_bytes() is the sum of the slabs in use and of those kept.
///   2. held_bytes() passes bytes_max() only while no slab is kept.
class MemoryPool {
 public:
  using SizeClass = std::size_t;

  explicit MemoryPool(std::size_t bytes_max) noexcept : bytes_max_{bytes_max} {}
  MemoryPool(const MemoryPool&) = delete;
  MemoryPool& operator=(const MemoryPool&) = delete;

  /// Asserts that everything has been given back: whoever draws from it is gone.
  ~MemoryPool() {
    BOWLINE_ASSERT(in_use_bytes_ == 0);
    while (free_one()) continue;
  }

  /// Bytes allocated, in use or not.
  [[nodiscard]] std::size_t held_bytes() const noexcept { return held_bytes_; }

  /// Those of them in use.
  [[nodiscard]] std::size_t in_use_bytes() const noexcept { return in_use_bytes_; }

  [[nodiscard]] std::size_t bytes_max() const noexcept { return bytes_max_; }

  /// Whether one more slab of that size in use stays within the limit. What is only kept is not in its way.
  [[nodiscard]] bool has_room(SizeClass size_class) const noexcept {
    return in_use_bytes_ <= bytes_max_ && bytes_of(size_class) <= bytes_max_ - in_use_bytes_;
  }

  /// The smallest size for `bytes`, of which one more than 0 counts as 32.
  [[nodiscard]] static constexpr SizeClass class_of(std::size_t bytes) noexcept {
    if (bytes <= std::size_t{1} << smallest_log2) return 0;
    // The octave, and the quarter of it that the last byte lies in.
    const auto log2 = narrow<std::size_t>(std::bit_width(bytes - 1)) - 1;
    return 4 * (log2 - smallest_log2) + ((bytes - 1) >> (log2 - 2) & 3) + 1;
  }

  [[nodiscard]] static constexpr std::size_t bytes_of(SizeClass size_class) noexcept {
    return (4 + size_class % 4) << (size_class / 4 + smallest_log2 - 2);
  }

  /// A slab of that size, with anything in it. Allocates when none is kept.
  [[nodiscard]] std::byte* take(SizeClass size_class) {
    if (size_class >= kept_.size()) kept_.resize(size_class + 1, nullptr);
    const std::size_t bytes = bytes_of(size_class);
    std::byte* slab = kept_[size_class];
    if (slab != nullptr) {
      unlink(size_class);
    } else {
      while (held_bytes_ + bytes > bytes_max_ && free_one()) continue;
      slab = new std::byte[bytes];
      held_bytes_ += bytes;
    }
    in_use_bytes_ += bytes;
    return slab;
  }

  void give_back(std::byte* slab, SizeClass size_class) noexcept {
    std::memcpy(slab, &kept_[size_class], sizeof kept_[0]);
    kept_[size_class] = slab;
    in_use_bytes_ -= bytes_of(size_class);
    while (held_bytes_ > bytes_max_ && free_one()) continue;
  }

 private:
  static constexpr std::size_t smallest_log2 = 5;

  /// The first bytes of a kept slab name the next one.
  void unlink(SizeClass size_class) noexcept {
    std::byte* const slab = kept_[size_class];
    std::memcpy(&kept_[size_class], slab, sizeof kept_[0]);
  }

  /// Frees one of the largest slabs that nobody uses. False when there is none. O(sizes).
  bool free_one() noexcept {
    for (SizeClass size_class = kept_.size(); size_class-- > 0;) {
      std::byte* const slab = kept_[size_class];
      if (slab == nullptr) continue;
      unlink(size_class);
      held_bytes_ -= bytes_of(size_class);
      delete[] slab;
      return true;
    }
    return false;
  }

  std::size_t bytes_max_;
  std::size_t in_use_bytes_ = 0;
  std::size_t held_bytes_ = 0;
  std::vector<std::byte*> kept_;  // The first slab of each size that nobody uses, up to the largest size seen.
};

}  // namespace bowline::inline v0_1
