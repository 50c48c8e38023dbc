// SPDX-License-Identifier: BSL-1.0
// CRC32C by the instruction of x86-64 processors with SSE 4.2. Included by crc32c.hpp where that can be asked
// for.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <cstring>

#include "bowline/base/bytes.hpp"
#include "bowline/seal/crc32c_portable.hpp"

#if defined(__x86_64__) && defined(__GNUC__)

namespace bowline::inline v0_1 {

/// Moves a remainder past `Count` bytes of zero, one look-up for each of its bytes. 4 KiB.
template <std::size_t Count>
inline constexpr std::array<std::array<std::uint32_t, 256>, 4> crc32c_skip = [] {
  std::array<std::array<std::uint32_t, 256>, 4> table{};
  for (std::size_t k = 0; k < table.size(); ++k) {
    for (std::size_t byte = 1; byte < 256; ++byte) {
      // The move is linear: a byte's image is the sum of those of its bits.
      const std::size_t rest = byte & (byte - 1);
      if (rest != 0) {
        table[k][byte] = table[k][rest] ^ table[k][byte ^ rest];
        continue;
      }
      std::uint32_t moved = static_cast<std::uint32_t>(byte) << (8 * k);
      for (std::size_t i = 0; i < Count; ++i) moved = (moved >> 8) ^ crc32c_table[0][moved & 0xff];
      table[k][byte] = moved;
    }
  }
  return table;
}();

/// Whether this processor can run `crc32c_sse42`. Asked once.
[[nodiscard]] inline bool crc32c_sse42_available() noexcept {
  static const bool available = __builtin_cpu_supports("sse4.2") != 0;
  return available;
}

/// One step of 8 bytes, unaligned.
[[nodiscard]] __attribute__((target("sse4.2"))) inline std::uint64_t crc32c_sse42_step(
    std::uint64_t crc, const std::byte* from) noexcept {
  std::uint64_t word = 0;
  std::memcpy(&word, from, sizeof word);
  return __builtin_ia32_crc32di(crc, word);
}

/// Takes blocks of three streams of `Count` bytes from the front of `bytes` while there are any. The
/// instruction answers after three cycles but starts every cycle, so three independent streams keep it busy;
/// afterwards the remainder of each is moved past the streams behind it.
template <std::size_t Count>
__attribute__((target("sse4.2"))) inline std::uint64_t crc32c_sse42_streams(std::uint64_t crc,
                                                                            Bytes& bytes) noexcept {
  static_assert(Count % 8 == 0);
  constexpr const auto& skip = crc32c_skip<Count>;
  for (; bytes.size() >= 3 * Count; bytes = bytes.subspan(3 * Count)) {
    const std::byte* const from = bytes.data();
    std::uint64_t second = 0;
    std::uint64_t third = 0;
    for (std::size_t at = 0; at < Count; at += 8) {
      crc = crc32c_sse42_step(crc, from + at);
      second = crc32c_sse42_step(second, from + Count + at);
      third = crc32c_sse42_step(third, from + 2 * Count + at);
    }
    crc = second ^ skip[0][crc & 0xff] ^ skip[1][crc >> 8 & 0xff] ^ skip[2][crc >> 16 & 0xff] ^
          skip[3][crc >> 24];
    crc = third ^ skip[0][crc & 0xff] ^ skip[1][crc >> 8 & 0xff] ^ skip[2][crc >> 16 & 0xff] ^
          skip[3][crc >> 24];
  }
  return crc;
}

/// The same as `crc32c_portable`. Only where `crc32c_sse42_available()`.
[[nodiscard]] __attribute__((target("sse4.2"))) inline std::uint32_t crc32c_sse42(std::uint32_t running,
                                                                                  Bytes bytes) noexcept {
  std::uint64_t crc = ~running;
  crc = crc32c_sse42_streams<384>(crc, bytes);  // One block of a full datagram of 1,200 bytes.
  crc = crc32c_sse42_streams<64>(crc, bytes);
  for (; bytes.size() >= 8; bytes = bytes.subspan(8)) crc = crc32c_sse42_step(crc, bytes.data());
  auto rest = static_cast<std::uint32_t>(crc);
  for (const std::byte byte : bytes) rest = __builtin_ia32_crc32qi(rest, static_cast<unsigned char>(byte));
  return ~rest;
}

}  // namespace bowline::inline v0_1

#endif
