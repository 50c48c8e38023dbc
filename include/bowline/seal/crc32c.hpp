// SPDX-License-Identifier: BSL-1.0
// CRC32C in the fastest way that this processor knows.
#pragma once

#include <cstdint>

#include "bowline/base/bytes.hpp"
#include "bowline/seal/crc32c_portable.hpp"
#include "bowline/seal/crc32c_sse42.hpp"
#include "bowline/seal/crc32c_vpclmul.hpp"

namespace bowline::inline v0_1 {

/// The CRC32C (RFC 3720 section 12.1) of what `running` stands for followed by `bytes`; start with 0, so
/// `crc32c(crc32c(0, head), tail)` is that of the whole. The same on every platform.
[[nodiscard]] inline std::uint32_t crc32c(std::uint32_t running, Bytes bytes) noexcept {
#if defined(__x86_64__) && defined(__GNUC__) && !defined(_WIN32)
  if (crc32c_vpclmul_available()) return crc32c_vpclmul(running, bytes);
#endif
#if defined(__x86_64__) && defined(__GNUC__)
  if (crc32c_sse42_available()) return crc32c_sse42(running, bytes);
#endif
  return crc32c_portable(running, bytes);
}

/// The same of the 8 bytes of `word`, little-endian.
[[nodiscard]] inline std::uint32_t crc32c(std::uint32_t running, std::uint64_t word) noexcept {
#if defined(__x86_64__) && defined(__GNUC__)
  if (crc32c_sse42_available()) return crc32c_sse42(running, word);
#endif
  return crc32c_portable(running, word);
}

}  // namespace bowline::inline v0_1
