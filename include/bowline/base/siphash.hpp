// SPDX-License-Identifier: BSL-1.0
// SipHash-2-4, which makes the session tag and turns entropy into nonces.
#pragma once

#include <bit>
#include <cstddef>
#include <cstdint>

#include "bowline/base/bytes.hpp"

namespace bowline::inline v0_1 {

/// SipHash-2-4 of `data` under a 128-bit key (Aumasson and Bernstein 2012), the same on every byte order.
[[nodiscard]] inline std::uint64_t siphash24(std::uint64_t key0, std::uint64_t key1, Bytes data) noexcept {
  std::uint64_t v0 = key0 ^ 0x736f6d6570736575u, v1 = key1 ^ 0x646f72616e646f6du;
  std::uint64_t v2 = key0 ^ 0x6c7967656e657261u, v3 = key1 ^ 0x7465646279746573u;
  const auto round = [&] {
    v0 += v1, v1 = std::rotl(v1, 13) ^ v0, v0 = std::rotl(v0, 32);
    v2 += v3, v3 = std::rotl(v3, 16) ^ v2;
    v0 += v3, v3 = std::rotl(v3, 21) ^ v0;
    v2 += v1, v1 = std::rotl(v1, 17) ^ v2, v2 = std::rotl(v2, 32);
  };
  const auto absorb = [&](std::uint64_t word) {
    v3 ^= word;
    round(), round();
    v0 ^= word;
  };
  const auto word_at = [&](std::size_t at, std::size_t count) {
    std::uint64_t word = 0;
    for (std::size_t i = 0; i < count; ++i) word |= std::to_integer<std::uint64_t>(data[at + i]) << (8 * i);
    return word;
  };
  const std::size_t whole = data.size() & ~std::size_t{7};
  for (std::size_t at = 0; at < whole; at += 8) absorb(word_at(at, 8));
  absorb(word_at(whole, data.size() & 7) | (std::uint64_t{data.size()} << 56));
  v2 ^= 0xff;
  round(), round(), round(), round();
  return v0 ^ v1 ^ v2 ^ v3;
}

}  // namespace bowline::inline v0_1
