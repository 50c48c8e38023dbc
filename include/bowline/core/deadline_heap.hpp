// SPDX-License-Identifier: BSL-1.0
// Which message expires next.
#pragma once

#include <algorithm>
#include <cstddef>
#include <vector>

#include "bowline/base/ids.hpp"
#include "bowline/base/memory_bound.hpp"
#include "bowline/base/options.hpp"
#include "bowline/base/time.hpp"

namespace bowline::inline v0_1 {

/// The deadlines of messages, earliest first. A message that ends earlier leaves its entry behind; those are swept
/// out when there are twice as many entries as the last sweep left, so that memory stays within 64 entries or twice
/// the most that were live at once. O(log n), amortised.
class DeadlineHeap {
 public:
  /// The earliest moment at which something may expire; `never` when nothing can.
  [[nodiscard]] TimePoint next() const noexcept { return heap_.empty() ? never : heap_.front().at; }

  /// Takes the memory for one more deadline. `live(id)` tells which messages still are without an outcome.
  template <class Live>
  void make_room(Live&& live) {
    if (heap_.size() >= sweep_at_) {
      std::erase_if(heap_, [&](const Entry& entry) { return !live(entry.id); });
      std::make_heap(heap_.begin(), heap_.end());
      sweep_at_ = (std::max)(smallest_sweep, 2 * heap_.size());
    }
    if (heap_.size() == heap_.capacity()) heap_.reserve((std::max)(std::size_t{4}, 2 * heap_.size()));
  }

  /// Adds a deadline, with `live` as in `make_room`.
  template <class Live>
  void add(TimePoint at, MessageId id, Live&& live) {
    make_room(live);
    heap_.push_back({at, id});
    std::push_heap(heap_.begin(), heap_.end());
  }

  /// Takes the message out whose deadline is the earliest. Only when next() is not `never`.
  MessageId pop() {
    std::pop_heap(heap_.begin(), heap_.end());
    const MessageId id = heap_.back().id;
    heap_.pop_back();
    return id;
  }

  void clear() noexcept { heap_.clear(); }

  /// The most memory it takes.
  [[nodiscard]] static constexpr MemoryBound memory_max(const Options& options) noexcept {
    return MemoryBound::vector((std::max)(std::uint64_t{smallest_sweep}, 2 * std::uint64_t{options.messages_max}),
                               sizeof(Entry));
  }

 private:
  static constexpr std::size_t smallest_sweep = 64;

  struct Entry {
    TimePoint at;
    MessageId id;

    // The standard heap keeps the greatest in front, so the earliest counts as the greatest; equal moments expire
    // in order of `send`.
    friend bool operator<(const Entry& left, const Entry& right) noexcept {
      return left.at != right.at ? left.at > right.at : left.id > right.id;
    }
  };

  std::vector<Entry> heap_;
  std::size_t sweep_at_ = smallest_sweep;
};

}  // namespace bowline::inline v0_1
