// SPDX-License-Identifier: BSL-1.0
// Counts work: functions entered, in a program built with -finstrument-functions, where nothing escapes by inlining.
#pragma once

#include <cinttypes>
#include <cstddef>
#include <cstdint>
#include <cstdio>

#include "bowline/base/stats.hpp"
#include "fuzz/support/require.hpp"

namespace bowline::fuzz {

/// Functions entered so far; 0 in a program that does not count.
inline std::uint64_t work_done = 0;

/// Tells, whenever it was more than before, how much of what it may do an input made the end do.
inline void expect_work(std::uint64_t done, std::uint64_t allowed) {
  static std::uint64_t most_percent = 0;
  if (const std::uint64_t percent = done * 100 / allowed; percent > most_percent) {
    most_percent = percent;
    std::fprintf(stderr, "work: %" PRIu64 " %%\n", percent);
  }
  require(done <= allowed, "work grows with the bytes only");
}

/// What taking in one datagram costs: `each`, and `byte` for each of its bytes, `message` for each message that it
/// settles, delivers or drops, and what the end earned with what it sent: `sent` for each segment or datagram, which
/// pays for its being acknowledged, lost and found, and is spent once; `session` for each bind, which pays for its end,
/// when each place of a window is visited where something waited: ten functions for each of 2,048 places.
///
/// Tombstones of a byte each cost most while something waits: a thousand of them enter 350 functions each. With all
/// parts in one chain of a `SlotIndex` it is 860.
class DatagramWork {
 public:
  static constexpr std::uint64_t each = 2'000;
  static constexpr std::uint64_t byte = 420;
  static constexpr std::uint64_t message = 200;
  static constexpr std::uint64_t sent = 100;
  static constexpr std::uint64_t session = 100'000;

  /// The work begins. `spent` is what was earned and is gone.
  DatagramWork(const Stats& stats, std::uint64_t& spent) noexcept
      : start_{work_done}, settled_{settled(stats)}, spent_{&spent} {}

  /// The datagram was taken in. What it may have done for its bytes, and what it did.
  void heard(std::size_t bytes) noexcept {
    done_ = work_done - start_;
    allowed_ = each + byte * bytes;
  }

  /// Its messages were taken, and are counted too.
  void expect_paid(const Stats& stats) const {
    const std::uint64_t paid = allowed_ + message * (settled(stats) - settled_);
    const std::uint64_t owed = done_ > paid ? done_ - paid : 0;
    const std::uint64_t earned = sent * earnings(stats) + session * stats.binds - *spent_;
    expect_work(done_, paid + earned);
    *spent_ += owed;
  }

 private:
  [[nodiscard]] static std::uint64_t settled(const Stats& stats) noexcept {
    return stats.messages_acked + stats.messages_unconfirmed + stats.unreliable_expired + stats.messages_delivered +
           stats.duplicates_dropped + stats.late_dropped + stats.refused + stats.held_dropped;
  }
  [[nodiscard]] static std::uint64_t earnings(const Stats& stats) noexcept {
    return stats.datagrams_sent + stats.segments_sent + stats.segments_resent + stats.segments_repeated +
           stats.tombstones_sent;
  }

  std::uint64_t start_;
  std::uint64_t settled_;
  std::uint64_t* spent_;
  std::uint64_t done_ = 0;
  std::uint64_t allowed_ = 0;
};

}  // namespace bowline::fuzz

extern "C" {
// Called by the compiler's own hand, whose names these are.
[[gnu::no_instrument_function]] inline void count_function(void*, void*) noexcept { ++bowline::fuzz::work_done; }
[[gnu::used, gnu::no_instrument_function]] inline void __cyg_profile_func_enter(void* f, void* at) noexcept {
  count_function(f, at);
}
[[gnu::used, gnu::no_instrument_function]] inline void __cyg_profile_func_exit(void*, void*) noexcept {}
}
