// SPDX-License-Identifier: BSL-1.0
// CRC32C by tables, on every platform and at compile time.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>

#include "bowline/base/bytes.hpp"
#include "bowline/base/little_endian.hpp"

namespace bowline::inline v0_1 {

/// `crc32c_table[k][b]` is what byte b contributes after k more bytes. Polynomial 0x1edc6f41, bits reflected
/// (RFC 3720 section 12.1). 8 KiB.
inline constexpr std::array<std::array<std::uint32_t, 256>, 8> crc32c_table = [] {
  std::array<std::array<std::uint32_t, 256>, 8> table{};
  for (std::uint32_t byte = 0; byte < 256; ++byte) {
    std::uint32_t remainder = byte;
    for (int bit = 0; bit < 8; ++bit)
      remainder = (remainder >> 1) ^ ((remainder & 1) != 0 ? 0x82f63b78u : 0u);
    table[0][byte] = remainder;
  }
  for (std::size_t k = 1; k < table.size(); ++k) {
    for (std::size_t byte = 0; byte < 256; ++byte) {
      const std::uint32_t before = table[k - 1][byte];
      table[k][byte] = (before >> 8) ^ table[0][before & 0xff];
    }
  }
  return table;
}();

/// The CRC32C of what `running` stands for followed by `bytes`; start with 0. Eight bytes a step (slicing by
/// 8, Kounavis and Berry 2005); the same result on every byte order.
[[nodiscard]] constexpr std::uint32_t crc32c_portable(std::uint32_t running, Bytes bytes) noexcept {
  std::uint32_t crc = ~running;
  std::size_t at = 0;
  const auto byte = [&](std::size_t k) { return std::to_integer<std::uint32_t>(bytes[at + k]); };
  for (; bytes.size() - at >= 8; at += 8) {
    crc ^= byte(0) | byte(1) << 8 | byte(2) << 16 | byte(3) << 24;
    crc = crc32c_table[7][crc & 0xff] ^ crc32c_table[6][crc >> 8 & 0xff] ^ crc32c_table[5][crc >> 16 & 0xff] ^
          crc32c_table[4][crc >> 24] ^ crc32c_table[3][byte(4)] ^ crc32c_table[2][byte(5)] ^
          crc32c_table[1][byte(6)] ^ crc32c_table[0][byte(7)];
  }
  for (; at < bytes.size(); ++at) crc = (crc >> 8) ^ crc32c_table[0][(crc ^ byte(0)) & 0xff];
  return ~crc;
}

/// The same of the 8 bytes of `word`, little-endian.
[[nodiscard]] constexpr std::uint32_t crc32c_portable(std::uint32_t running, std::uint64_t word) noexcept {
  std::array<std::byte, 8> bytes{};
  store_little_endian(bytes.data(), word);
  return crc32c_portable(running, Bytes{bytes});
}

}  // namespace bowline::inline v0_1
