// SPDX-License-Identifier: BSL-1.0
// Counts work: functions entered, in a program built with -finstrument-functions, where nothing escapes by inlining.
#pragma once

#include <cinttypes>
#include <cstddef>
#include <cstdint>
#include <cstdio>

#include "bowline/base/stats.hpp"
#include "core/support/datagrams_dropped.hpp"
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

/// What one end earned with datagrams, and spent.
struct WorkLedger {
  std::uint64_t heard_bytes = 0;  ///< Of datagrams that were taken in.
  std::uint64_t spent = 0;
};

/// What taking in one datagram costs: `each`, and `byte` for each of its bytes, `message` for each message that it
/// settles, delivers or drops, and what the end earned before and has not spent: `sent` for each segment or datagram
/// that it sent, which pays for their being acknowledged, lost and found, and `kept` for each byte that it heard, which
/// pays for what is written down later, or dropped when the session ends.
///
/// The dearest byte is a tombstone that says nothing but its kind, while something waits and the queue of the filter
/// grows: it enters 395 functions. With all parts in one chain of a `SlotIndex` a byte enters 860.
class DatagramWork {
 public:
  static constexpr std::uint64_t each = 2'000;
  static constexpr std::uint64_t byte = 500;
  static constexpr std::uint64_t message = 200;
  static constexpr std::uint64_t sent = 100;
  static constexpr std::uint64_t kept = 20;

  /// The work begins.
  DatagramWork(const Stats& stats, WorkLedger& ledger) noexcept
      : settled_{settled(stats)}, dropped_{test::datagrams_dropped(stats)}, ledger_{&ledger}, start_{work_done} {}

  /// The datagram was taken in. What it may have done for its bytes, and what it did.
  void heard(std::size_t bytes) noexcept {
    done_ = work_done - start_;
    bytes_ = bytes;
  }

  /// Its messages were taken, and are counted too.
  void expect_paid(const Stats& stats) const {
    const std::uint64_t paid = each + byte * bytes_ + message * (settled(stats) - settled_);
    const std::uint64_t earned = sent * earnings(stats) + kept * ledger_->heard_bytes - ledger_->spent;
    expect_work(done_, paid + earned);
    ledger_->spent += done_ > paid ? done_ - paid : 0;
    if (test::datagrams_dropped(stats) == dropped_) ledger_->heard_bytes += bytes_;
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

  std::uint64_t settled_;
  std::uint64_t dropped_;
  WorkLedger* ledger_;
  std::uint64_t start_;
  std::uint64_t done_ = 0;
  std::size_t bytes_ = 0;
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
