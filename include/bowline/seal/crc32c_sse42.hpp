// SPDX-License-Identifier: BSL-1.0
// CRC32C by the instructions of x86-64 processors with SSE 4.2 and PCLMULQDQ. Included by crc32c.hpp where that can be
// asked for.
#pragma once

#include <cstddef>
#include <cstdint>
#include <cstring>

#include "bowline/base/bytes.hpp"

#if defined(__x86_64__) && defined(__GNUC__)

namespace bowline::inline v0_1 {

/// 16 bytes of a message in two halves, the first of which is the further from its end.
using Crc32cLanes = long long __attribute__((vector_size(16)));

/// What moves 8 bytes past n 8-byte words: x^(64 n - 33) modulo the polynomial, reflected. A product of two reflected
/// values is one bit short, and these stand in the lower 32 bits of 64.
[[nodiscard]] consteval long long crc32c_power(std::size_t words) noexcept {
  std::uint32_t remainder = 1;  // x^31
  for (std::size_t bit = 0; bit < 64 * (words - 1); ++bit) {
    remainder = (remainder >> 1) ^ ((remainder & 1) != 0 ? 0x82f63b78u : 0u);
  }
  return remainder;
}

/// What the halves are multiplied by to move them past n 8-byte words: the first half moves past one more.
[[nodiscard]] consteval Crc32cLanes crc32c_past(std::size_t words) noexcept {
  return Crc32cLanes{crc32c_power(words + 1), crc32c_power(words)};
}

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

/// The next 16 bytes, unaligned.
[[nodiscard]] inline Crc32cLanes crc32c_lanes(const std::byte* from) noexcept {
  Crc32cLanes lanes{};
  std::memcpy(&lanes, from, sizeof lanes);
  return lanes;
}

/// `lanes` moved `past` what lies between them and `next`, and added to that.
[[nodiscard]] __attribute__((target("sse4.2,pclmul"))) inline Crc32cLanes crc32c_fold(Crc32cLanes lanes,
                                                                                      Crc32cLanes past,
                                                                                      Crc32cLanes next) noexcept {
  return __builtin_ia32_pclmulqdq128(lanes, past, 0x00) ^ __builtin_ia32_pclmulqdq128(lanes, past, 0x11) ^ next;
}

/// Takes all but the last 0 to 15 bytes, of 64 or more. Four lanes are folded at once, since a multiplication takes
/// several cycles and one or two can start in each; what is left of them goes through the instruction for CRC32C
/// (Gopal et al., Fast CRC Computation for Generic Polynomials Using PCLMULQDQ Instruction, Intel 2009).
[[nodiscard]] __attribute__((target("sse4.2,pclmul"))) inline std::uint64_t crc32c_fold_all(std::uint32_t crc,
                                                                                            Bytes& bytes) noexcept {
  constexpr Crc32cLanes past_16 = crc32c_past(2), past_32 = crc32c_past(4), past_64 = crc32c_past(8);
  const auto lanes = [&bytes](std::size_t at) { return crc32c_lanes(bytes.data() + at); };
  Crc32cLanes a = lanes(0) ^ Crc32cLanes{static_cast<long long>(crc), 0};
  Crc32cLanes b = lanes(16), c = lanes(32), d = lanes(48);
  for (bytes = bytes.subspan(64); bytes.size() >= 64; bytes = bytes.subspan(64)) {
    a = crc32c_fold(a, past_64, lanes(0));
    b = crc32c_fold(b, past_64, lanes(16));
    c = crc32c_fold(c, past_64, lanes(32));
    d = crc32c_fold(d, past_64, lanes(48));
  }
  c = crc32c_fold(a, past_32, c);
  d = crc32c_fold(b, past_32, d);
  for (; bytes.size() >= 32; bytes = bytes.subspan(32)) {
    c = crc32c_fold(c, past_32, lanes(0));
    d = crc32c_fold(d, past_32, lanes(16));
  }
  d = crc32c_fold(c, past_16, d);
  if (bytes.size() >= 16) {
    d = crc32c_fold(d, past_16, lanes(0));
    bytes = bytes.subspan(16);
  }
  const std::uint64_t half = __builtin_ia32_crc32di(0, static_cast<std::uint64_t>(d[0]));
  return __builtin_ia32_crc32di(half, static_cast<std::uint64_t>(d[1]));
}

/// The same as `crc32c_portable` of the 8 bytes of `word`, little-endian. Only where `crc32c_sse42_available()`.
[[nodiscard]] __attribute__((target("sse4.2"))) inline std::uint32_t crc32c_sse42(std::uint32_t running,
                                                                                  std::uint64_t word) noexcept {
  return ~static_cast<std::uint32_t>(__builtin_ia32_crc32di(~running, word));
}

/// The same as `crc32c_portable`. Only where `crc32c_sse42_available()`.
[[nodiscard]] __attribute__((target("sse4.2,pclmul"))) inline std::uint32_t crc32c_sse42(std::uint32_t running,
                                                                                         Bytes bytes) noexcept {
  std::uint64_t crc = ~running;
  if (bytes.size() >= 64) crc = crc32c_fold_all(~running, bytes);
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
