// SPDX-License-Identifier: BSL-1.0
// Which places of a table belong to a number.
#pragma once

#include <algorithm>
#include <bit>
#include <cstddef>
#include <cstdint>
#include <utility>
#include <vector>

#include "bowline/base/assert.hpp"
#include "bowline/base/memory_bound.hpp"
#include "bowline/base/narrow.hpp"

namespace bowline::inline v0_1 {

/// Finds the slots of a table by a number, which several of them may share. Chains of slots whose numbers have the same
/// low bits; there are at least as many chains as slots. O(1) for numbers from a window that is not much longer than
/// the table, as sequence numbers are. Chosen with care, slots of n numbers in a row make chains of √n. Only who lets
/// as many numbers pass for each as there are chains makes a look-up walk up to the whole table.
///
/// Invariants:
///   1. A slot that was added, and not removed since, is in the chain of its number, and in no other.
class SlotIndex {
 public:
  using Slot = std::uint32_t;
  static constexpr Slot none = 0xffffffffu;

  /// Makes room for a slot, so that adding it allocates nothing. If memory runs out, nothing has changed.
  void reserve(Slot slot) {
    if (slot >= links_.size()) grow(slot);
  }

  /// Adds a slot, which is not in the index.
  void add(std::uint64_t number, Slot slot) {
    reserve(slot);
    links_[slot] = {number, std::exchange(head(number), slot)};
  }

  /// Takes out a slot that was added with this number.
  void remove(std::uint64_t number, Slot slot) noexcept {
    Slot* place = &head(number);
    while (*place != slot) {
      BOWLINE_ASSERT(*place != none);
      place = &links_[*place].next;
    }
    *place = links_[slot].next;
  }

  /// A slot with this number, or none.
  [[nodiscard]] Slot find(std::uint64_t number) const noexcept {
    if (heads_.empty()) return none;
    Slot slot = heads_[place(number)];
    while (slot != none && links_[slot].number != number) slot = links_[slot].next;
    return slot;
  }

  /// The most slots that a look-up walks past, its own included. For tests.
  [[nodiscard]] std::size_t longest_walk() const noexcept {
    std::size_t longest = 0;
    for (Slot slot : heads_) {
      std::size_t walk = 0;
      for (; slot != none; slot = links_[slot].next) ++walk;
      longest = (std::max)(longest, walk);
    }
    return longest;
  }

  /// The most memory that it takes for a table of `slots`.
  [[nodiscard]] static constexpr MemoryBound memory_max(std::uint64_t slots) noexcept {
    return MemoryBound::ring(slots, sizeof(Link) + sizeof(Slot));
  }

 private:
  struct Link {
    std::uint64_t number = 0;
    Slot next = none;
  };

  [[nodiscard]] std::size_t place(std::uint64_t number) const noexcept {
    return narrow<std::size_t>(number & (heads_.size() - 1));
  }
  [[nodiscard]] Slot& head(std::uint64_t number) noexcept { return heads_[place(number)]; }

  /// Makes room for `slot`, and as many chains as there is room for slots.
  void grow(Slot slot) {
    const std::size_t size = std::bit_ceil(slot < 4 ? std::size_t{4} : std::size_t{slot} + 1);
    std::vector<Link> links(size);
    std::vector<Slot> heads(size, none);
    heads_.swap(heads);
    links_.swap(links);
    for (Slot first : heads) {
      for (Slot moved = first; moved != none; moved = links[moved].next) {
        links_[moved] = {links[moved].number, std::exchange(head(links[moved].number), moved)};
      }
    }
  }

  std::vector<Link> links_;  // One for each slot.
  std::vector<Slot> heads_;  // A power of two.
};

}  // namespace bowline::inline v0_1
