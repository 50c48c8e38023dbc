// SPDX-License-Identifier: BSL-1.0
// A moment of the channel's clock cannot be compared with one of another clock by mistake.
// EXPECT(GNU): no match for 'operator<'
// EXPECT(Clang): invalid operands to binary expression
#include <chrono>

#include "bowline/base/time.hpp"

bool due(bowline::TimePoint deadline, bowline::TimePoint now) {
#ifdef CORRECTED
  return deadline < now;
#else
  (void)now;
  return deadline < std::chrono::steady_clock::now();
#endif
}
