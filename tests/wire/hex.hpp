// SPDX-License-Identifier: BSL-1.0
// Bytes as people write them, and a writer with a buffer of its own.
#pragma once

#include <array>
#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include "bowline/base/bytes.hpp"
#include "bowline/wire/writer.hpp"

namespace bowline_test {

/// The bytes of hexadecimal digits; everything else is passed over.
inline std::vector<std::byte> from_hex(std::string_view digits) {
  std::vector<std::byte> bytes;
  unsigned value = 0;
  bool half = false;
  for (const char c : digits) {
    unsigned digit = 0;
    if (c >= '0' && c <= '9') {
      digit = static_cast<unsigned>(c - '0');
    } else if (c >= 'a' && c <= 'f') {
      digit = static_cast<unsigned>(c - 'a') + 10;
    } else {
      continue;
    }
    value = value * 16 + digit;
    if (half) bytes.push_back(static_cast<std::byte>(value));
    if (half) value = 0;
    half = !half;
  }
  return bytes;
}

/// Two digits a byte, nothing between.
inline std::string to_hex(bowline::Bytes bytes) {
  std::string digits;
  for (const std::byte byte : bytes) {
    digits += "0123456789abcdef"[std::to_integer<unsigned>(byte) >> 4];
    digits += "0123456789abcdef"[std::to_integer<unsigned>(byte) & 15];
  }
  return digits;
}

/// A writer over `Size` bytes.
template <std::size_t Size = 2048>
class Page {
 public:
  Page() : writer{buffer_} {}
  Page(const Page&) = delete;
  Page& operator=(const Page&) = delete;

  [[nodiscard]] bowline::Bytes written() const { return bowline::Bytes{buffer_}.first(writer.used()); }
  [[nodiscard]] std::string hex() const { return to_hex(written()); }

 private:
  std::array<std::byte, Size> buffer_{};

 public:
  bowline::Writer writer;
};

}  // namespace bowline_test
