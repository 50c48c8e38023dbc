// SPDX-License-Identifier: BSL-1.0
// The links of most scenarios.
#pragma once

#include <chrono>

#include "bowline/sim/link_options.hpp"

namespace bowline::test {

inline constexpr sim::LinkOptions clean{.delay = std::chrono::milliseconds{25}};
inline constexpr sim::LinkOptions lossy{.delay = std::chrono::milliseconds{25},
                                        .jitter = std::chrono::milliseconds{10},
                                        .loss = sim::Share::per_million(100'000)};

}  // namespace bowline::test
