// SPDX-License-Identifier: BSL-1.0
// The default filter: a fixed-size queue of the numbers that arrived last.
#pragma once

#include <algorithm>
#include <bit>
#include <cstddef>
#include <cstdint>
#include <vector>

#include "bowline/dedup/concept.hpp"

namespace bowline::inline v0_1 {

/// Remembers the last `N` admitted numbers in the order in which they arrived. The highest one that was ever
/// evicted is a floor: a number at or below it that is not in the queue answers too_old, since nobody knows
/// any more. So does 0, which is no sequence number.
///
/// Why `covers(w)` asks for N ≥ 2w − 1: while e is one of the last w numbers up to the highest, whatever was
/// admitted after e lies within w − 1 of it on either side (lower ones filled gaps, higher ones are new).
/// That makes 2w − 2 numbers at most, so a queue of 2w − 1 still holds e. One less forgets a delivered number
/// that the sender may still repeat; it would never be acknowledged again.
///
/// Costs 24 bytes a number, allocated by doubling as numbers come, nothing before the first and nothing after
/// `N`; `clear` keeps it. A call is O(1), amortised, for numbers from a window; were they chosen with care, a
/// look-up would walk up to the whole queue.
///
/// Invariants:
///   - The index holds exactly the numbers of the queue and is at most half full.
///   - No number at or below the floor is admitted again.
template <std::size_t N = 2048>
class FixedQueueDedup {
  static_assert(N >= 1 && N <= (std::size_t{1} << 30), "bowline: FixedQueueDedup<N> needs N from 1 to 2^30");

 public:
  [[nodiscard]] static constexpr bool covers(std::uint32_t window) noexcept {
    return std::uint64_t{N} + 1 >= 2 * std::uint64_t{window};
  }

  Admission admit(SequenceNumber number) {
    const Admission answer = check(number);
    if (answer != Admission::fresh) return answer;
    if (queue_.size() < N) {
      queue_.push_back(number);
      if (2 * queue_.size() > index_.size()) {
        rebuild_index();
      } else {
        insert(number);
      }
    } else {
      const SequenceNumber evicted = queue_[oldest_];
      erase(evicted);
      floor_ = (std::max)(floor_, evicted);
      queue_[oldest_] = number;
      oldest_ = oldest_ + 1 == N ? 0 : oldest_ + 1;
      insert(number);
    }
    return Admission::fresh;
  }

  [[nodiscard]] Admission check(SequenceNumber number) const noexcept {
    if (!queue_.empty() && index_[slot_of(number)] == number && number != 0) return Admission::duplicate;
    return number <= floor_ ? Admission::too_old : Admission::fresh;
  }

  /// Forgets everything, the floor too.
  void clear() noexcept {
    queue_.clear();
    std::fill(index_.begin(), index_.end(), SequenceNumber{0});
    oldest_ = 0;
    floor_ = 0;
  }

  /// Takes O(N).
  [[nodiscard]] bool invariants_hold() const {
    const auto empty = static_cast<std::size_t>(std::count(index_.begin(), index_.end(), SequenceNumber{0}));
    return queue_.size() <= N && oldest_ < (queue_.size() < N ? 1 : N) &&
           index_.size() - empty == queue_.size() && 2 * queue_.size() <= index_.size() &&
           std::all_of(queue_.begin(), queue_.end(), [this](SequenceNumber number) {
             return number != 0 && index_[slot_of(number)] == number;
           });
  }

  /// The most full slots of the index in a row: what a call may have to walk. Takes O(N); for tests.
  [[nodiscard]] std::size_t longest_run() const noexcept {
    std::size_t longest = 0;
    std::size_t run = 0;
    for (const SequenceNumber number : index_) {
      run = number == 0 ? 0 : run + 1;
      longest = (std::max)(longest, run);
    }
    return longest;
  }

 private:
  // 32-bit positions index a vector without a cast that is needed on one platform and useless on another.
  using Slot = std::uint32_t;

  [[nodiscard]] Slot next(Slot slot) const noexcept { return (slot + 1) & mask(); }
  [[nodiscard]] Slot mask() const noexcept { return static_cast<Slot>(index_.size()) - 1; }

  // The golden ratio spreads neighbours evenly (Knuth, The Art of Computer Programming 6.4). Side by side, a
  // window of them would be one run of full slots, which `erase` would have to walk to its end.
  [[nodiscard]] Slot home(SequenceNumber number) const noexcept {
    return static_cast<Slot>((number * 0x9e3779b97f4a7c15u) >> 32) >> home_shift_;
  }

  /// Where `number` is, or the empty slot where it would go. The index is never full, so there is one.
  [[nodiscard]] Slot slot_of(SequenceNumber number) const noexcept {
    Slot slot = home(number);
    while (index_[slot] != 0 && index_[slot] != number) slot = next(slot);
    return slot;
  }

  void insert(SequenceNumber number) noexcept { index_[slot_of(number)] = number; }

  void erase(SequenceNumber number) noexcept {
    Slot hole = slot_of(number);
    for (Slot slot = next(hole); index_[slot] != 0; slot = next(slot)) {
      // A number may move back into the hole unless that lies before its home.
      if (((slot - home(index_[slot])) & mask()) < ((slot - hole) & mask())) continue;
      index_[hole] = index_[slot];
      hole = slot;
    }
    index_[hole] = 0;
  }

  void rebuild_index() {
    index_.assign((std::max)(std::size_t{16}, 2 * std::bit_ceil(queue_.size())), SequenceNumber{0});
    home_shift_ = static_cast<Slot>(32 - std::countr_zero(index_.size()));
    for (const SequenceNumber number : queue_) insert(number);
  }

  std::vector<SequenceNumber> queue_;  // In order of arrival from `oldest_` on, and round.
  std::vector<SequenceNumber> index_;  // Linear probing; 0 is empty; the size is a power of two.
  Slot home_shift_ = 0;                // 32 less the bits of a slot.
  std::size_t oldest_ = 0;
  SequenceNumber floor_ = 0;
};

static_assert(DuplicateFilter<FixedQueueDedup<>>);

}  // namespace bowline::inline v0_1
