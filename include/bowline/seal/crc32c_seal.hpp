// SPDX-License-Identifier: BSL-1.0
// The default seal: a checksum against accidents.
#pragma once

#include <cstddef>
#include <cstdint>

#include "bowline/base/assert.hpp"
#include "bowline/base/little_endian.hpp"
#include "bowline/seal/concept.hpp"
#include "bowline/seal/crc32c.hpp"

namespace bowline::inline v0_1 {

/// Ends a datagram with the CRC32C, little-endian, of its 64-bit packet number, as 8 little-endian bytes,
/// followed by everything before the checksum.
///
/// It detects accidents, not attackers: whoever can write to the path can write a matching checksum. Under
/// the right packet number it detects, in a datagram of any length that UDP carries, every change of an odd
/// number of bits, of two bits (hence all of up to three) and every change within 4 bytes in a row. Anything
/// else, another length or another packet number opens with a chance of 2^-32. (The polynomial is x + 1 times
/// a primitive one of degree 31: Castagnoli, Bräuer and Herrmann 1993; RFC 3385 compares it with others.)
class Crc32cSeal {
 public:
  static constexpr std::size_t overhead_bytes = 4;

  void close(PacketNumber number, Buffer datagram, std::size_t header_bytes) noexcept {
    BOWLINE_ASSERT(datagram.size() >= overhead_bytes && datagram.size() - overhead_bytes >= header_bytes);
    static_cast<void>(header_bytes);
    const Buffer covered = datagram.first(datagram.size() - overhead_bytes);
    store_little_endian(covered.data() + covered.size(), checksum(number, covered));
  }

  [[nodiscard]] bool open(PacketNumber number, Buffer datagram, std::size_t header_bytes) noexcept {
    if (datagram.size() < overhead_bytes || datagram.size() - overhead_bytes < header_bytes) return false;
    const Bytes covered = datagram.first(datagram.size() - overhead_bytes);
    return load_little_endian<std::uint32_t>(covered.data() + covered.size()) == checksum(number, covered);
  }

 private:
  static std::uint32_t checksum(PacketNumber number, Bytes covered) noexcept {
    return crc32c(crc32c(0, number), covered);
  }
};

static_assert(DatagramSeal<Crc32cSeal>);

}  // namespace bowline::inline v0_1
