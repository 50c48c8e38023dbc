// SPDX-License-Identifier: BSL-1.0
// The lines at the end that both roles share.
#pragma once

#include "channel.hpp"
#include "console.hpp"

namespace transfer {

/// What of the files, in how long: "3 of 3 files, 12.0 MiB in 4.2 s: 2.9 MiB/s".
struct Tally {
  std::size_t files_whole = 0;
  std::size_t files = 0;
  std::uint64_t bytes = 0;
  TimePoint started{};
};

/// Says what became of the files, and what the channel and the spoiled link counted.
void summarize(Console& console, const char* verb, const Tally& tally, Channel& channel, TimePoint now);

}  // namespace transfer
