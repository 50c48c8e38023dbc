// SPDX-License-Identifier: BSL-1.0
// One failure of `new` among the steps of one end, which others' steps come between.
#pragma once

#include "sweeps/support/failing_new.hpp"

#if defined(__cpp_exceptions)

namespace bowline::test {

/// Allocation `k` fails, of those that steps under it make together.
class AllocationFault {
 public:
  explicit AllocationFault(long long k) noexcept : left_{k} {}

  /// Runs a step; whether the allocation that fails was in it.
  template <class Step>
  bool strikes(Step&& step) {
    if (struck()) return step(), false;
    fail_allocation(left_);
    try {
      step();
    } catch (const std::bad_alloc&) {
    }
    left_ = allocations_until_failure();
    fail_allocation(-1);
    return struck();
  }

  [[nodiscard]] bool struck() const noexcept { return left_ < 0; }

 private:
  long long left_;
};

}  // namespace bowline::test

#endif
