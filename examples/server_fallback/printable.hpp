// SPDX-License-Identifier: BSL-1.0
// Numbers and foreign words on their way to a terminal.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace server_fallback {

/// For "%llu", which is not the format of a 64-bit number everywhere.
[[nodiscard]] inline unsigned long long as_printed(std::uint64_t number) { return number; }

/// Without control characters, which could rewrite a terminal.
[[nodiscard]] inline std::string printable(std::string_view text) {
  std::string result{text};
  for (char& character : result) {
    if (static_cast<unsigned char>(character) < 0x20 || character == 0x7f) character = '?';
  }
  return result;
}

}  // namespace server_fallback
