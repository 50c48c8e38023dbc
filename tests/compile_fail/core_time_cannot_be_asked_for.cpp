// SPDX-License-Identifier: BSL-1.0
// The core is told the time; its time points have a clock that cannot be asked.
// EXPECT(GNU): 'now' is not a member of
// EXPECT(Clang): no member named 'now'
#include "bowline/base/time.hpp"

#ifdef CORRECTED
bowline::TimePoint moment(bowline::TimePoint now) { return now; }
#else
bowline::TimePoint moment() { return bowline::TimePoint::clock::now(); }
#endif
