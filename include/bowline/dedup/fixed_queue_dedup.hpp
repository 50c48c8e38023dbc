// SPDX-License-Identifier: BSL-1.0
// The default filter: a fixed-size queue of the numbers that arrived last.
#pragma once

#include <algorithm>
#include <bit>
#include <cstddef>
#include <cstdint>
#include <utility>
#include <vector>

#include "bowline/base/memory_bound.hpp"
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
/// Numbers with the same low bits form a chain from the newest to the oldest, and the index leads to its start. Nothing
/// is taken out of a chain: it ends where a link leads to a number of another one, or to one that came later.
///
/// The newest ones, as far as each is one more than the one before, make a run, of which only the ends are kept. It is
/// written out when another number comes, each of its numbers once.
///
/// Costs 24 bytes a number that was written out, allocated by doubling, nothing before that and nothing after `N`;
/// `clear` keeps it. A call is O(1), amortised, for numbers from a window, which share their low bits with no other;
/// were they chosen with care, a look-up would walk up to the whole queue.
///
/// Invariants:
///   - The last run_ numbers of the queue are the highest one and those before it, in order.
///   - Every other one is in the chain of its low bits, and every other place holds 0.
///   - No number at or below the floor is admitted again, and none above the highest was.
template <std::size_t N = 8192>
class FixedQueueDedup {
  static_assert(N >= 1 && N <= (std::size_t{1} << 30), "bowline: FixedQueueDedup<N> needs N from 1 to 2^30");

 public:
  [[nodiscard]] static constexpr bool covers(std::uint32_t window) noexcept {
    return std::uint64_t{N} + 1 >= 2 * std::uint64_t{window};
  }

  // Inlined whatever a compiler's budget says, like the next one: every message passes here.
  [[gnu::always_inline]] Admission admit(SequenceNumber number) {
    if (number <= highest_ || number - highest_ != 1) return admit_apart(number);
    if (run_ == N) {
      floor_ = number - N;
    } else {
      extend_run();
    }
    highest_ = number;
    return Admission::fresh;
  }

  [[gnu::always_inline, nodiscard]] Admission check(SequenceNumber number) const noexcept {
    // Most numbers are the highest yet, and cost no look-up.
    if (number > highest_) return Admission::fresh;
    if (highest_ - number < run_ || holds(number)) return Admission::duplicate;
    return number <= floor_ ? Admission::too_old : Admission::fresh;
  }

  /// Forgets everything, the floor too.
  void clear() noexcept {
    std::fill(places_.begin(), places_.end(), Place{});
    std::fill(newest_.begin(), newest_.end(), Position{0});
    next_ = size_ = run_ = 0;
    floor_ = highest_ = 0;
  }

  /// Takes O(N).
  [[nodiscard]] bool invariants_hold() const {
    const auto empty = std::count_if(places_.begin(), places_.end(), [](const Place& at) { return at.number == 0; });
    return size_ <= N && run_ <= size_ && static_cast<std::size_t>(empty) + placed() == places_.size() &&
           floor_ <= highest_ && run_ <= highest_ - floor_ &&
           std::all_of(places_.begin(), places_.end(), [this](const Place& place) {
             return place.number == 0 || (place.number <= highest_ - run_ && holds(place.number));
           });
  }

  /// The most places that a look-up walks past. Takes O(N) walks; for tests.
  [[nodiscard]] std::size_t longest_walk() const noexcept {
    std::size_t longest = 0;
    for (const Place& place : places_) {
      std::size_t walk = 0;
      static_cast<void>(find_in_chain(place.number, [&](const Place&) { return ++walk, false; }));
      longest = (std::max)(longest, walk);
    }
    return longest;
  }

  /// The most memory it takes.
  template <class Options>
  [[nodiscard]] static constexpr MemoryBound memory_max(const Options&) noexcept {
    return MemoryBound::ring((std::max)(std::bit_ceil(N), std::size_t{4}), sizeof(Place) + 2 * sizeof(Position));
  }

 private:
  // 32-bit positions index a vector without a cast that is needed on one platform and useless on another.
  using Position = std::uint32_t;

  struct Place {
    SequenceNumber number = 0;  // 0: none.
    Position older = 0;         // Where the number with the same low bits that came before is, or was.
  };

  /// How many numbers were written out.
  [[nodiscard]] std::uint32_t placed() const noexcept { return size_ - run_; }

  /// The start of the chain of `number`. Twice as many chains as places keep a window's numbers apart.
  [[nodiscard]] Position chain_of(SequenceNumber number) const noexcept {
    return static_cast<Position>(number) & (2 * mask_ + 1);
  }

  /// How many numbers came after the one at `position`.
  [[nodiscard]] Position age(Position position) const noexcept { return (next_ - 1 - position) & mask_; }

  /// Whether `wanted(const Place&)` along the chain of `number`.
  template <class Wanted>
  [[nodiscard]] bool find_in_chain(SequenceNumber number, Wanted&& wanted) const noexcept {
    Position position = newest_[chain_of(number)];
    for (;;) {
      const Place& place = places_[position];
      if (wanted(place)) return true;
      // A link may lead to what took an older number's place: into another chain, or forward in time.
      if (chain_of(place.number) != chain_of(number) || age(place.older) <= age(position)) return false;
      position = place.older;
    }
  }

  /// Whether the number was written out and is still there. Out of line: it is rare.
  [[gnu::noinline, nodiscard]] bool holds(SequenceNumber number) const noexcept {
    if (number == 0 || placed() == 0) return false;
    return find_in_chain(number, [&](const Place& place) { return place.number == number; });
  }

  /// Makes the run one longer, of which not all places are taken yet.
  [[gnu::noinline]] void extend_run() noexcept {
    size_ == N ? evict_place() : void(++size_);
    ++run_;
  }

  /// One that does not extend the run.
  [[gnu::noinline]] Admission admit_apart(SequenceNumber number) {
    const Admission answer = check(number);
    if (answer != Admission::fresh) return answer;
    const std::size_t wanted = (std::min)(std::size_t{size_} + 1, N);
    if (places_.size() < wanted) grow(wanted);
    if (size_ == N) evict();
    for (; run_ != 0; --run_) append(highest_ - run_ + 1);
    append(number);
    ++size_;
    highest_ = (std::max)(highest_, number);
    return Admission::fresh;
  }

  void append(SequenceNumber number) noexcept {
    Position& newest = newest_[chain_of(number)];
    places_[next_] = {number, newest};
    newest = next_;
    next_ = (next_ + 1) & mask_;
  }

  /// Forgets the oldest number.
  void evict() noexcept {
    if (placed() != 0) {
      evict_place();
    } else {
      floor_ = highest_ - run_-- + 1;
    }
    --size_;
  }

  /// Forgets the oldest one that was written out, whose place in the queue another one takes.
  void evict_place() noexcept {
    Place& oldest = places_[(next_ - placed()) & mask_];
    floor_ = (std::max)(floor_, oldest.number);
    oldest.number = 0;
  }

  [[gnu::noinline]] void grow(std::size_t numbers) {
    // Both are there before either is put in place: if memory runs out, nothing has changed.
    std::vector<Place> larger((std::max)(std::bit_ceil(numbers), (std::min)(std::bit_ceil(N), std::size_t{8})));
    newest_.reserve(2 * larger.size());
    const std::vector<Place> smaller(std::exchange(places_, std::move(larger)));
    mask_ = static_cast<Position>(places_.size()) - 1;
    newest_.assign(2 * places_.size(), Position{0});
    const Position oldest = std::exchange(next_, Position{0}) - placed();
    for (Position i = 0; i < placed(); ++i) append(smaller[(oldest + i) & (smaller.size() - 1)].number);
  }

  std::vector<Place> places_;     // In order of arrival up to `next_`, and round; the size is a power of two.
  std::vector<Position> newest_;  // For each chain where it starts, or anything.
  Position mask_ = 0;             // The number of places less one: a vector computes its size.
  Position next_ = 0;
  std::uint32_t size_ = 0;        // Of the whole queue, the run included.
  std::uint32_t run_ = 0;
  SequenceNumber floor_ = 0;
  SequenceNumber highest_ = 0;
};

static_assert(DuplicateFilter<FixedQueueDedup<>>);

}  // namespace bowline::inline v0_1
