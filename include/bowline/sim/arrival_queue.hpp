// SPDX-License-Identifier: BSL-1.0
// Datagrams on their way: stored in reused buffers, ordered by arrival.
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <vector>

#include "bowline/base/bytes.hpp"
#include "bowline/base/time.hpp"

namespace bowline::inline v0_1::sim {

/// First on the way, then waiting to be read, then gone. Those that arrive together keep the order of `schedule`.
/// `schedule` and `advance` are O(log n) a datagram; nothing allocates once the buffers have grown.
///
/// Invariants: each slot is on the way, unread or free, exactly one of them.
class ArrivalQueue {
 public:
  /// Stores a copy of `datagram` that arrives at `when`.
  void schedule(TimePoint when, Bytes datagram) {
    if (free_.empty()) {
      free_.push_back(static_cast<std::uint32_t>(slots_.size()));
      slots_.emplace_back();
    }
    const std::uint32_t slot = free_.back();
    free_.pop_back();
    slots_[slot].assign(datagram.begin(), datagram.end());
    on_the_way_.push_back({when, scheduled_++, slot});
    std::push_heap(on_the_way_.begin(), on_the_way_.end());
  }

  /// When the next datagram arrives that `advance` has not made readable; `never` if none is on the way.
  [[nodiscard]] TimePoint next_arrival() const noexcept {
    return on_the_way_.empty() ? never : on_the_way_.front().when;
  }

  /// Makes readable what arrives up to `now`, of which those that find `unread_max` unread ones before them are
  /// dropped. Answers how many were.
  std::size_t advance(TimePoint now, std::size_t unread_max) {
    std::size_t dropped = 0;
    while (!on_the_way_.empty() && next_arrival() <= now) {
      std::pop_heap(on_the_way_.begin(), on_the_way_.end());
      const std::uint32_t slot = on_the_way_.back().slot;
      on_the_way_.pop_back();
      const bool room = unread() < unread_max;
      (room ? unread_ : free_).push_back(slot);
      dropped += !room;
    }
    return dropped;
  }

  /// The next readable datagram, in order of arrival; valid until the next `schedule`.
  std::optional<Bytes> take() {
    if (unread() == 0) return std::nullopt;
    const std::uint32_t slot = unread_[taken_++];
    // Taken ones are removed by the half, which costs O(1) each and keeps the list within twice its content.
    if (taken_ * 2 >= unread_.size()) {
      unread_.erase(unread_.begin(), unread_.begin() + static_cast<std::ptrdiff_t>(taken_));
      taken_ = 0;
    }
    free_.push_back(slot);
    return Bytes{slots_[slot]};
  }

  [[nodiscard]] std::size_t on_the_way() const noexcept { return on_the_way_.size(); }
  [[nodiscard]] std::size_t unread() const noexcept { return unread_.size() - taken_; }

  [[nodiscard]] bool invariants_hold() const {
    std::vector<int> uses(slots_.size());
    for (const Flight& flight : on_the_way_) ++uses[flight.slot];
    for (std::size_t i = taken_; i < unread_.size(); ++i) ++uses[unread_[i]];
    for (const std::uint32_t slot : free_) ++uses[slot];
    return std::all_of(uses.begin(), uses.end(), [](int count) { return count == 1; }) &&
           std::is_heap(on_the_way_.begin(), on_the_way_.end());
  }

 private:
  struct Flight {
    TimePoint when;
    std::uint64_t order;
    std::uint32_t slot;

    /// The heap's front is the greatest, so later is less.
    friend bool operator<(const Flight& one, const Flight& other) noexcept {
      return one.when != other.when ? one.when > other.when : one.order > other.order;
    }
  };

  std::vector<std::vector<std::byte>> slots_;
  std::vector<std::uint32_t> free_;
  std::vector<Flight> on_the_way_;
  std::vector<std::uint32_t> unread_;
  std::size_t taken_ = 0;
  std::uint64_t scheduled_ = 0;
};

}  // namespace bowline::inline v0_1::sim
