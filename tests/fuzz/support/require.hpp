// SPDX-License-Identifier: BSL-1.0
// How a fuzz target says that a law is broken.
#pragma once

#include <cstdio>
#include <cstdlib>

namespace bowline::fuzz {

/// Ends the process with `law` if it does not hold; the fuzzer then keeps the input.
inline void require(bool holds, const char* law) {
  if (holds) return;
  std::fprintf(stderr, "broken: %s\n", law);
  std::abort();
}

}  // namespace bowline::fuzz
