// SPDX-License-Identifier: BSL-1.0
// Counts work: functions entered, in a program built with -finstrument-functions, where nothing escapes by inlining.
#pragma once

#include <cstdint>

namespace bowline::fuzz {

/// Functions entered so far; 0 in a program that does not count.
inline std::uint64_t work_done = 0;

}  // namespace bowline::fuzz

extern "C" {
// Called by the compiler's own hand, whose names these are.
[[gnu::no_instrument_function]] inline void count_function(void*, void*) noexcept { ++bowline::fuzz::work_done; }
[[gnu::used, gnu::no_instrument_function]] inline void __cyg_profile_func_enter(void* f, void* at) noexcept {
  count_function(f, at);
}
[[gnu::used, gnu::no_instrument_function]] inline void __cyg_profile_func_exit(void*, void*) noexcept {}
}
