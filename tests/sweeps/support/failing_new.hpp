// SPDX-License-Identifier: BSL-1.0
// The program's `new`, replaced by one that can be told to fail.
#pragma once

#if defined(__cpp_exceptions)

#include <cstddef>
#include <new>

namespace bowline::test {

/// Allocation `k` from now throws std::bad_alloc, and only that one. Negative: none does.
void fail_allocation(long long k) noexcept;

/// How many allocations are still to come before the one that throws. Negative: it has thrown, or none is to.
[[nodiscard]] long long allocations_until_failure() noexcept;

/// Bytes asked for so far, given back or not.
[[nodiscard]] std::size_t bytes_allocated() noexcept;

/// Runs `step` while allocation `k` from now fails; whether it did.
template <class Step>
bool fails_at(long long k, Step&& step) {
  bool failed = false;
  fail_allocation(k);
  try {
    step();
  } catch (const std::bad_alloc&) {
    failed = true;
  }
  fail_allocation(-1);
  return failed;
}

}  // namespace bowline::test

#endif
