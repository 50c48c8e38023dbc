// SPDX-License-Identifier: BSL-1.0
// The encodings of docs/WIRE.md, sections 1 and 3, written a second time.
#pragma once

#include <array>
#include <cstdint>

#include "bowline/base/bytes.hpp"

namespace bowline::test::swarm {

/// Takes a datagram apart from its front. What is not there reads as 0 and is no longer good.
class WireReader {
 public:
  explicit WireReader(Bytes bytes) : bytes_{bytes} {}

  [[nodiscard]] std::uint8_t u8() { return static_cast<std::uint8_t>(little_endian(1)); }
  [[nodiscard]] std::uint32_t u32() { return static_cast<std::uint32_t>(little_endian(4)); }
  [[nodiscard]] std::uint64_t u64() { return little_endian(8); }

  [[nodiscard]] std::uint32_t varint() {
    std::uint64_t value = 0;
    for (unsigned i = 0; i < 5; ++i) {
      const std::uint8_t byte = u8();
      value |= std::uint64_t{byte & 0x7fu} << (7 * i);
      if ((byte & 0x80) != 0) continue;
      good_ = good_ && (i == 0 || byte != 0) && value >> 32 == 0;
      return static_cast<std::uint32_t>(value);
    }
    good_ = false;
    return 0;
  }

  [[nodiscard]] Bytes bytes(std::size_t count) {
    if (count > bytes_.size()) return good_ = false, Bytes{};
    const Bytes taken = bytes_.first(count);
    bytes_ = bytes_.subspan(count);
    return taken;
  }

  [[nodiscard]] std::size_t rest() const { return bytes_.size(); }
  [[nodiscard]] bool good() const { return good_; }

 private:
  std::uint64_t little_endian(unsigned count) {
    if (bytes_.size() < count) return good_ = false, bytes_ = {}, 0;
    std::uint64_t value = 0;
    for (unsigned i = count; i-- > 0;) value = value << 8 | static_cast<std::uint64_t>(bytes_[i]);
    bytes_ = bytes_.subspan(count);
    return value;
  }

  Bytes bytes_;
  bool good_ = true;
};

/// The remainder of Castagnoli's polynomial (RFC 9260 appendix A), begun with ~0 and to be inverted at the end.
[[nodiscard]] inline std::uint32_t crc32c(Bytes bytes, std::uint32_t remainder) {
  static constexpr auto table = [] {
    std::array<std::uint32_t, 256> made{};
    for (std::uint32_t byte = 0; byte < 256; ++byte) {
      std::uint32_t rest = byte;
      for (int bit = 0; bit < 8; ++bit) rest = (rest >> 1) ^ ((rest & 1) != 0 ? 0x82f63b78u : 0u);
      made[byte] = rest;
    }
    return made;
  }();
  for (const std::byte byte : bytes) {
    remainder = (remainder >> 8) ^ table[(remainder ^ static_cast<std::uint32_t>(byte)) & 0xff];
  }
  return remainder;
}

}  // namespace bowline::test::swarm
