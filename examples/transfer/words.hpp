// SPDX-License-Identifier: BSL-1.0
// Numbers as people read them.
#pragma once

#include <cstdint>
#include <string>

#include "bowline/base/time.hpp"

namespace transfer {

/// "812 B", "1.5 MiB".
[[nodiscard]] std::string bytes_in_words(std::uint64_t bytes);

/// Mean rate: "1.5 MiB/s"; "-" where no time has passed.
[[nodiscard]] std::string rate_in_words(std::uint64_t bytes, bowline::Duration time);

/// "350 us", "12.5 ms", "4.2 s", "3:07 min".
[[nodiscard]] std::string time_in_words(bowline::Duration time);

/// "1 file", "2 files".
[[nodiscard]] std::string count_in_words(std::uint64_t count, const char* thing);

}  // namespace transfer
