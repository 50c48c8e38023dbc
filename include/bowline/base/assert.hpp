// SPDX-License-Identifier: BSL-1.0
// The two ways a mistake of the caller is met: asserted in debug builds, or refused with a sentence.
#pragma once

#include <cassert>
#include <cstdio>
#include <cstdlib>

/// Checks what the caller or bowline itself must keep true. Never used on what the network says.
/// Define it before the first include to send failures elsewhere; it changes no type.
#ifndef BOWLINE_ASSERT
#define BOWLINE_ASSERT(condition) assert(condition)
#endif

namespace bowline::inline v0_1 {

/// Ends the process with a sentence on standard error: a channel built from impossible options has no
/// meaningful way to go on, in debug and release builds alike. Ask `Options::fault()` first to avoid it.
[[noreturn]] inline void refuse(const char* sentence) {
  std::fprintf(stderr, "bowline: %s\n", sentence);
  std::abort();
}

}  // namespace bowline::inline v0_1
