// SPDX-License-Identifier: BSL-1.0
// One run of a story, in which one thing goes wrong at most.
#pragma once

#include <cstdint>
#include <limits>
#include <utility>

#include "sweeps/support/failing_new.hpp"

namespace bowline::test {

/// What a transport answers in place of what it was asked for, once.
enum class CallFault : std::uint8_t {
  none,
  send_blocked,            ///< `would_block`, not taken.
  send_dropped,            ///< `dropped`.
  send_lost,               ///< `sent`, and gone.
  receive_failed,          ///< Nothing, though a datagram waits.
  receive_lost,            ///< What came is gone, and the next one is answered, if there is one.
  receive_cut,             ///< Half of what came.
  receive_empty,           ///< What came, without a byte.
  flush_blocked,           ///< `would_block`, all is kept.
  flush_blocked_halfway,   ///< Half of the batch left, the rest is kept.
  flush_dropped_halfway,   ///< One in the middle of the batch is gone.
  flush_dropped,           ///< All of it is.
  no_batch_room,           ///< The batch must leave first, it says.
};

/// Counts what the library allocates and asks of transports at both ends, and says where the fault happens.
///
/// Memory that the network and the test take is not the library's: `pay` says who allocates.
class Trial {
 public:
  static constexpr long long never = std::numeric_limits<long long>::max();

  /// Nothing goes wrong.
  Trial() = default;

  /// Allocation `k` fails, from 0.
  [[nodiscard]] static Trial failing_allocation(long long k) {
    Trial trial;
    trial.allocation_at_ = trial.allocations_left_ = k;
    return trial;
  }

  /// Call `k` of those that `fault` can befall, from 0.
  [[nodiscard]] static Trial failing_call(CallFault fault, long long k) {
    Trial trial;
    trial.fault_ = fault;
    trial.call_at_ = k;
    return trial;
  }

  /// Runs `step`, which is the library's, so that its allocations count.
  template <class Step>
  decltype(auto) in_library(Step&& step) {
    const Account account{*this, true};
    return std::forward<Step>(step)();
  }

  /// The same for what the library calls and is not its own.
  template <class Step>
  decltype(auto) outside(Step&& step) {
    const Account account{*this, false};
    return std::forward<Step>(step)();
  }

  /// A call that `fault` could befall: whether it does.
  [[nodiscard]] bool strikes(CallFault fault) noexcept {
    if (fault != fault_) return false;
    return calls_++ == call_at_;
  }

  /// What the fault befell so far, or would have.
  [[nodiscard]] long long allocations() const noexcept { return allocation_at_ - allocations_left_; }
  [[nodiscard]] long long calls() const noexcept { return calls_; }

  /// The fault has happened.
  [[nodiscard]] bool struck() const noexcept { return allocations_left_ < 0 || calls_ > call_at_; }

 private:
  /// Whose memory is taken while it lives.
  class Account {
   public:
    Account(Trial& trial, bool library) noexcept : trial_{trial}, was_library_{trial.library_} { turn(library); }
    Account(const Account&) = delete;
    Account& operator=(const Account&) = delete;
    ~Account() { turn(was_library_); }

   private:
    void turn(bool library) noexcept {
      if (trial_.library_) trial_.allocations_left_ = allocations_until_failure();
      trial_.library_ = library;
      fail_allocation(library ? trial_.allocations_left_ : -1);
    }

    Trial& trial_;
    bool was_library_;
  };

  long long allocation_at_ = never;
  long long allocations_left_ = never;
  CallFault fault_ = CallFault::none;
  long long call_at_ = never;
  long long calls_ = 0;
  bool library_ = false;
};

}  // namespace bowline::test
