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
/// hash; there are at least as many chains as slots. O(1) on average, whatever numbers a peer chooses: the hash
/// multiplies by a secret and keeps the high bits, so that two numbers share one of m chains with a probability of at
/// most 2/m (Dietzfelbinger, Hagerup, Katajainen and Penttonen 1997).
///
/// Invariants:
///   1. A slot that was added, and not removed since, is in the chain of its number, and in no other.
class SlotIndex {
 public:
  using Slot = std::uint32_t;
  static constexpr Slot none = 0xffffffffu;

  /// `secret` is a number that the peer cannot foresee; its lowest bit does not count.
  explicit SlotIndex(std::uint64_t secret) noexcept : factor_{secret | 1} {}

  /// Makes room for a slot, so that adding it allocates nothing. If memory runs out, nothing has changed.
  void reserve(Slot slot) {
    if (slot >= links_.size()) grow(slot);
  }

  /// Adds a slot, which is not in the index.
  void add(std::uint64_t number, Slot slot) {
    reserve(slot);
    put(number, slot);
  }

  /// Takes out a slot that was added with this number. O(1) always.
  void remove(std::uint64_t number, Slot slot) noexcept {
    const Link gone = links_[slot];
    BOWLINE_ASSERT(gone.number == number);
    Slot& before = gone.previous == none ? head(number) : links_[gone.previous].next;
    BOWLINE_ASSERT(before == slot);
    before = gone.next;
    if (gone.next != none) links_[gone.next].previous = gone.previous;
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
    Slot previous = none;
  };

  [[nodiscard]] std::size_t place(std::uint64_t number) const noexcept {
    return narrow<std::size_t>(number * factor_ >> (64 - std::countr_zero(heads_.size())));
  }
  [[nodiscard]] Slot& head(std::uint64_t number) noexcept { return heads_[place(number)]; }

  /// Makes a slot, for which there is room, the first of its chain.
  void put(std::uint64_t number, Slot slot) noexcept {
    const Slot next = std::exchange(head(number), slot);
    links_[slot] = {number, next, none};
    if (next != none) links_[next].previous = slot;
  }

  /// Makes room for `slot`, and as many chains as there is room for slots.
  void grow(Slot slot) {
    const std::size_t size = std::bit_ceil(slot < 4 ? std::size_t{4} : std::size_t{slot} + 1);
    std::vector<Link> links(size);
    std::vector<Slot> heads(size, none);
    heads_.swap(heads);
    links_.swap(links);
    for (Slot moved : heads) {
      for (; moved != none; moved = links[moved].next) put(links[moved].number, moved);
    }
  }

  std::uint64_t factor_;     // Odd.
  std::vector<Link> links_;  // One for each slot.
  std::vector<Slot> heads_;  // A power of two.
};

}  // namespace bowline::inline v0_1
