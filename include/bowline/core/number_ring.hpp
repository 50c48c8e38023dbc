// SPDX-License-Identifier: BSL-1.0
// A window of consecutive numbers with something kept for each.
#pragma once

#include <cstddef>
#include <cstdint>
#include <type_traits>
#include <utility>
#include <vector>

#include "bowline/base/assert.hpp"
#include "bowline/base/narrow.hpp"

namespace bowline::inline v0_1 {

/// Keeps a `T` for every number in [first(), end()). Numbers join at the end and leave at the front; a number is
/// found by index. Storage doubles when it is full and is reused after that; the caller bounds the window.
/// With numbers that nobody names it is a plain queue. One that was moved from can be assigned and destroyed, no more.
///
/// Invariants:
///   1. end() − first() is at most the storage, whose size is a power of two or zero.
///   2. mask_ is the size of the storage less one.
template <class T>
class NumberRing {
 public:
  explicit NumberRing(std::uint64_t first = 1) noexcept : first_{first}, end_{first} {}

  [[nodiscard]] std::uint64_t first() const noexcept { return first_; }
  [[nodiscard]] std::uint64_t end() const noexcept { return end_; }
  [[nodiscard]] std::size_t size() const noexcept { return narrow<std::size_t>(end_ - first_); }
  [[nodiscard]] bool empty() const noexcept { return first_ == end_; }

  /// Numbers that there is storage for: as long as it is not full, one more allocates nothing.
  [[nodiscard]] std::size_t capacity() const noexcept { return mask_ + 1; }
  [[nodiscard]] bool full() const noexcept { return size() == capacity(); }

  /// Takes storage for `size` numbers together. If memory runs out, nothing has changed.
  void reserve(std::size_t size) {
    while (capacity() < size) grow();
  }

  [[nodiscard]] bool contains(std::uint64_t number) const noexcept { return number >= first_ && number < end_; }

  [[nodiscard]] T& operator[](std::uint64_t number) noexcept {
    BOWLINE_ASSERT(contains(number));
    return slots_[index(number)];
  }
  [[nodiscard]] const T& operator[](std::uint64_t number) const noexcept {
    BOWLINE_ASSERT(contains(number));
    return slots_[index(number)];
  }
  [[nodiscard]] T& front() noexcept { return (*this)[first_]; }
  [[nodiscard]] const T& front() const noexcept { return (*this)[first_]; }

  /// Makes room for one more, so that adding it allocates nothing. If memory runs out, nothing has changed.
  void reserve() {
    if (full()) grow();
  }

  /// Adds `item` under the number end(), and answers it. O(1), amortised.
  T& push_back(T item) {
    if (full()) grow();
    T& slot = slots_[index(end_++)];
    slot = std::move(item);
    return slot;
  }

  /// Adds a default `T` under the number end(), to be filled in where it is: what is put together elsewhere, field by
  /// field, cannot be copied before the last of those stores is done. O(1), amortised.
  T& emplace_back() {
    if (full()) grow();
    return unchecked_emplace_back();
  }

  /// The same where there is room, which it asserts.
  T& unchecked_emplace_back() noexcept {
    BOWLINE_ASSERT(!full());
    T& slot = slots_[index(end_++)];
    if constexpr (std::is_trivially_copyable_v<T>) {
      // A copy of a constant is a few wide stores; to make one on the spot is a string instruction, far slower.
      static constexpr T fresh{};
      slot = fresh;
    } else {
      slot = T{};
    }
    return slot;
  }

  void pop_front() noexcept {
    BOWLINE_ASSERT(!empty());
    ++first_;
  }

  /// Forgets everything and starts again at `first`, keeping the storage.
  void clear(std::uint64_t first = 1) noexcept { first_ = end_ = first; }

  [[nodiscard]] bool invariants_hold() const noexcept {
    return size() <= slots_.size() && (slots_.size() & mask_) == 0 && mask_ + 1 == slots_.size();
  }

 private:
  [[nodiscard]] std::size_t index(std::uint64_t number) const noexcept {
    return narrow<std::size_t>(number) & mask_;
  }

  // Out of line: it is rare, and would keep `push_back` from being inlined.
  [[gnu::noinline]] void grow() {
    std::vector<T> larger(slots_.empty() ? 4 : 2 * slots_.size());
    for (std::uint64_t n = first_; n != end_; ++n) {
      larger[narrow<std::size_t>(n) & (larger.size() - 1)] = std::move(slots_[index(n)]);
    }
    slots_ = std::move(larger);
    mask_ = slots_.size() - 1;
  }

  std::vector<T> slots_;
  // A vector computes its size with a division, since it keeps two pointers. Without storage it wraps.
  std::size_t mask_ = ~std::size_t{0};
  std::uint64_t first_;
  std::uint64_t end_;
};

}  // namespace bowline::inline v0_1
