// SPDX-License-Identifier: BSL-1.0
// CRC32C by the instructions of x86-64 processors with SSE 4.2 and PCLMULQDQ. Included by crc32c.hpp where that can be
// asked for.
#pragma once

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <cstring>

#include "bowline/base/bytes.hpp"

#if defined(__x86_64__) && defined(__GNUC__)

namespace bowline::inline v0_1 {

/// The most 8-byte words that one of three streams takes at once: three times 512 bytes hold any datagram that passes
/// an Ethernet.
inline constexpr std::size_t crc32c_stream_words_max = 64;

/// `crc32c_shift[n]` moves a remainder past n words when it is multiplied by it: x^(64 n - 33) modulo the polynomial,
/// reflected. The product of two reflected values is one bit short, and the step that reduces it multiplies by x^32.
/// 516 bytes.
inline constexpr std::array<std::uint32_t, 2 * crc32c_stream_words_max + 1> crc32c_shift = [] {
  std::array<std::uint32_t, 2 * crc32c_stream_words_max + 1> table{};
  std::uint32_t power = 1;  // x^31
  for (std::size_t words = 1; words < table.size(); ++words) {
    table[words] = power;
    for (int bit = 0; bit < 64; ++bit) power = (power >> 1) ^ ((power & 1) != 0 ? 0x82f63b78u : 0u);
  }
  return table;
}();

/// Whether this processor can run `crc32c_sse42`. Asked once.
[[nodiscard]] inline bool crc32c_sse42_available() noexcept {
  static const bool available = __builtin_cpu_supports("sse4.2") != 0 && __builtin_cpu_supports("pclmul") != 0;
  return available;
}

/// The next 8 bytes, unaligned.
[[nodiscard]] inline std::uint64_t crc32c_word(const std::byte* from) noexcept {
  std::uint64_t word = 0;
  std::memcpy(&word, from, sizeof word);
  return word;
}

/// The product of two polynomials.
[[nodiscard]] __attribute__((target("sse4.2,pclmul"))) inline std::uint64_t crc32c_product(
    std::uint64_t one, std::uint32_t other) noexcept {
  using Pair = long long __attribute__((vector_size(16)));
  const Pair left{static_cast<long long>(one), 0};
  const Pair right{static_cast<long long>(other), 0};
  return static_cast<std::uint64_t>(__builtin_ia32_pclmulqdq128(left, right, 0)[0]);
}

/// Takes three streams of `words` words each from the front of `bytes`. The instruction answers after three cycles but
/// starts every cycle, so three independent streams keep it busy; the first two are then moved past what lies behind
/// them, by one multiplication each, and go into the last step of the third (Gopal et al., Fast CRC Computation for
/// iSCSI Polynomial Using CRC32 Instruction, Intel 2011).
[[nodiscard]] __attribute__((target("sse4.2,pclmul"))) inline std::uint64_t crc32c_three_streams(
    std::uint64_t crc, Bytes& bytes, std::size_t words) noexcept {
  const std::byte* const from = bytes.data();
  const std::size_t stream_bytes = 8 * words;
  std::uint64_t second = 0;
  std::uint64_t third = 0;
  for (std::size_t at = 0; at < stream_bytes - 8; at += 8) {
    crc = __builtin_ia32_crc32di(crc, crc32c_word(from + at));
    second = __builtin_ia32_crc32di(second, crc32c_word(from + stream_bytes + at));
    third = __builtin_ia32_crc32di(third, crc32c_word(from + 2 * stream_bytes + at));
  }
  crc = __builtin_ia32_crc32di(crc, crc32c_word(from + stream_bytes - 8));
  second = __builtin_ia32_crc32di(second, crc32c_word(from + 2 * stream_bytes - 8));
  const std::uint64_t moved =
      crc32c_product(crc, crc32c_shift[2 * words]) ^ crc32c_product(second, crc32c_shift[words]);
  bytes = bytes.subspan(3 * stream_bytes);
  return __builtin_ia32_crc32di(third, crc32c_word(from + 3 * stream_bytes - 8) ^ moved);
}

/// The same as `crc32c_portable`. Only where `crc32c_sse42_available()`.
[[nodiscard]] __attribute__((target("sse4.2,pclmul"))) inline std::uint32_t crc32c_sse42(std::uint32_t running,
                                                                                         Bytes bytes) noexcept {
  // Below this the multiplications cost more than three streams save.
  constexpr std::size_t worthwhile = 3 * 8 * 3;
  std::uint64_t crc = ~running;
  while (bytes.size() >= worthwhile) {
    crc = crc32c_three_streams(crc, bytes, (std::min)(bytes.size() / 24, crc32c_stream_words_max));
  }
  for (; bytes.size() >= 8; bytes = bytes.subspan(8)) crc = __builtin_ia32_crc32di(crc, crc32c_word(bytes.data()));
  auto rest = static_cast<std::uint32_t>(crc);
  if (bytes.size() >= 4) {
    std::uint32_t half = 0;
    std::memcpy(&half, bytes.data(), sizeof half);
    rest = __builtin_ia32_crc32si(rest, half);
    bytes = bytes.subspan(4);
  }
  for (const std::byte byte : bytes) rest = __builtin_ia32_crc32qi(rest, static_cast<unsigned char>(byte));
  return ~rest;
}

}  // namespace bowline::inline v0_1

#endif
