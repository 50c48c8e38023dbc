// SPDX-License-Identifier: BSL-1.0
// CRC32C by the instructions of x86-64 processors with VPCLMULQDQ, which multiplies two pairs of halves at once.
// Included by crc32c.hpp where that can be asked for.
#pragma once

#include <cstddef>
#include <cstdint>
#include <cstring>

#include "bowline/base/bytes.hpp"
#include "bowline/seal/crc32c_sse42.hpp"

// Not on Windows, where GCC does not align what 32 bytes need on the stack (GCC bug 54412).
#if defined(__x86_64__) && defined(__GNUC__) && !defined(_WIN32)

namespace bowline::inline v0_1 {

/// 32 bytes of a message: two times `Crc32cLanes`, the first of which is the further from its end.
using Crc32cWideLanes = long long __attribute__((vector_size(32)));

/// Whether this processor can run `crc32c_vpclmul`. Asked once.
[[nodiscard]] inline bool crc32c_vpclmul_available() noexcept {
  static const bool available = crc32c_sse42_available() && __builtin_cpu_supports("avx2") != 0 &&
                                __builtin_cpu_supports("vpclmulqdq") != 0;
  return available;
}

/// Adds the 32 bytes at `from` to `lanes`.
__attribute__((target("avx2,pclmul,vpclmulqdq"))) inline void crc32c_add_wide(Crc32cWideLanes& lanes,
                                                                             const std::byte* from) noexcept {
  Crc32cWideLanes added{};
  std::memcpy(&added, from, sizeof added);
  lanes ^= added;
}

/// By what `crc32c_move_wide` moves lanes past so many 8-byte words.
[[nodiscard]] __attribute__((target("avx2"))) consteval Crc32cWideLanes crc32c_past_wide(std::size_t words) noexcept {
  return Crc32cWideLanes{crc32c_power(words + 1), crc32c_power(words), crc32c_power(words + 1), crc32c_power(words)};
}

/// Moves `lanes` past what `past` was made for.
__attribute__((target("avx2,pclmul,vpclmulqdq"))) inline void crc32c_move_wide(Crc32cWideLanes& lanes,
                                                                              const Crc32cWideLanes& past) noexcept {
#if defined(__clang__)
  lanes = __builtin_ia32_pclmulqdq256(lanes, past, 0x00) ^ __builtin_ia32_pclmulqdq256(lanes, past, 0x11);
#else
  lanes = __builtin_ia32_vpclmulqdq_v4di(lanes, past, 0x00) ^ __builtin_ia32_vpclmulqdq_v4di(lanes, past, 0x11);
#endif
}

/// Takes all but the last 0 to 15 bytes, of 128 or more, as `crc32c_fold_all` does: four times two lanes at once.
[[nodiscard]] __attribute__((target("sse4.2,avx2,pclmul,vpclmulqdq"))) inline std::uint64_t crc32c_fold_all_wide(
    std::uint32_t crc, Bytes& bytes) noexcept {
  constexpr Crc32cWideLanes past_128 = crc32c_past_wide(16), past_64 = crc32c_past_wide(8),
                            past_32 = crc32c_past_wide(4);
  Crc32cWideLanes a{static_cast<long long>(crc), 0, 0, 0}, b{}, c{}, d{};
  crc32c_add_wide(a, bytes.data());
  crc32c_add_wide(b, bytes.data() + 32);
  crc32c_add_wide(c, bytes.data() + 64);
  crc32c_add_wide(d, bytes.data() + 96);
  for (bytes = bytes.subspan(128); bytes.size() >= 128; bytes = bytes.subspan(128)) {
    crc32c_move_wide(a, past_128), crc32c_add_wide(a, bytes.data());
    crc32c_move_wide(b, past_128), crc32c_add_wide(b, bytes.data() + 32);
    crc32c_move_wide(c, past_128), crc32c_add_wide(c, bytes.data() + 64);
    crc32c_move_wide(d, past_128), crc32c_add_wide(d, bytes.data() + 96);
  }
  crc32c_move_wide(a, past_64), c ^= a;
  crc32c_move_wide(b, past_64), d ^= b;
  for (; bytes.size() >= 64; bytes = bytes.subspan(64)) {
    crc32c_move_wide(c, past_64), crc32c_add_wide(c, bytes.data());
    crc32c_move_wide(d, past_64), crc32c_add_wide(d, bytes.data() + 32);
  }
  crc32c_move_wide(c, past_32), d ^= c;
  if (bytes.size() >= 32) {
    crc32c_move_wide(d, past_32), crc32c_add_wide(d, bytes.data());
    bytes = bytes.subspan(32);
  }
  constexpr Crc32cLanes past_16 = crc32c_past(2);
  Crc32cLanes last = crc32c_fold(Crc32cLanes{d[0], d[1]}, past_16, Crc32cLanes{d[2], d[3]});
  if (bytes.size() >= 16) {
    last = crc32c_fold(last, past_16, crc32c_lanes(bytes.data()));
    bytes = bytes.subspan(16);
  }
  const std::uint64_t half = __builtin_ia32_crc32di(0, static_cast<std::uint64_t>(last[0]));
  return __builtin_ia32_crc32di(half, static_cast<std::uint64_t>(last[1]));
}

/// The same as `crc32c_portable`. Only where `crc32c_vpclmul_available()`.
[[nodiscard]] __attribute__((target("sse4.2,avx2,pclmul,vpclmulqdq"))) inline std::uint32_t crc32c_vpclmul(
    std::uint32_t running, Bytes bytes) noexcept {
  // For less it takes no fewer cycles than half as wide.
  if (bytes.size() >= 256) running = ~static_cast<std::uint32_t>(crc32c_fold_all_wide(~running, bytes));
  return crc32c_sse42(running, bytes);
}

}  // namespace bowline::inline v0_1

#endif
