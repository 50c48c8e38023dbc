// SPDX-License-Identifier: BSL-1.0
// The switch of a build that holds many mutants: which of them is on, and which were come by.
#pragma once

#include <type_traits>

namespace bowline_mutants {

inline int chosen = -1;                // None.
inline unsigned char* met = nullptr;  // A byte for each mutant, 1 when its place was reached.

inline bool reached(int mutant) noexcept {
  if (met != nullptr) met[mutant] = 1;
  return chosen == mutant;
}

/// What the compiler evaluates stays as it is.
constexpr bool on(int mutant) noexcept { return std::is_constant_evaluated() ? false : reached(mutant); }

}  // namespace bowline_mutants
