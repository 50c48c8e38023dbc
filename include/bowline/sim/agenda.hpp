// SPDX-License-Identifier: BSL-1.0
// What a test has planned for later.
#pragma once

#include <algorithm>
#include <cstdint>
#include <functional>
#include <utility>
#include <vector>

#include "bowline/base/assert.hpp"
#include "bowline/base/time.hpp"

namespace bowline::inline v0_1::sim {

/// Actions by time; those of one moment run in the order in which they were planned.
class Agenda {
 public:
  /// Runs `action` once `when` is reached, and again after each `interval` unless it is zero.
  void plan(TimePoint when, Duration interval, std::function<void()> action) {
    BOWLINE_ASSERT(interval >= Duration::zero());
    entries_.push_back({when, planned_++, interval, std::move(action)});
    std::push_heap(entries_.begin(), entries_.end());
  }

  /// When the next action is due; `never` if there is none.
  [[nodiscard]] TimePoint next() const noexcept { return entries_.empty() ? never : entries_.front().when; }

  /// Runs the next action if it is due. An action may plan others.
  bool run_one(TimePoint now) {
    if (entries_.empty() || next() > now) return false;
    std::pop_heap(entries_.begin(), entries_.end());
    Entry entry = std::move(entries_.back());
    entries_.pop_back();
    entry.action();
    if (entry.interval > Duration::zero()) {
      plan(later(entry.when, entry.interval), entry.interval, std::move(entry.action));
    }
    return true;
  }

 private:
  struct Entry {
    TimePoint when;
    std::uint64_t order;
    Duration interval;
    std::function<void()> action;

    /// The heap's front is the greatest, so later is less.
    friend bool operator<(const Entry& one, const Entry& other) noexcept {
      return one.when != other.when ? one.when > other.when : one.order > other.order;
    }
  };

  std::vector<Entry> entries_;
  std::uint64_t planned_ = 0;
};

}  // namespace bowline::inline v0_1::sim
