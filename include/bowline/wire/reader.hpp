// SPDX-License-Identifier: BSL-1.0
// A bounds-checked cursor over received bytes. WIRE section 1.
#pragma once

#include <cstddef>
#include <cstdint>

#include "bowline/base/bytes.hpp"
#include "bowline/base/little_endian.hpp"

namespace bowline::inline v0_1 {

/// Reads little-endian fields from `bytes`. A read beyond the end, or of a varint that is not canonical, answers
/// zero and makes `failed()` true for good; so a caller may read a whole structure and check once.
///
/// Every frame passes here, so what is short is inlined whatever a compiler's budget says.
class Reader {
 public:
  explicit Reader(Bytes bytes) noexcept : at_{bytes.data()}, end_{bytes.data() + bytes.size()} {}

  [[nodiscard]] bool failed() const noexcept { return failed_; }
  [[nodiscard]] std::size_t remaining() const noexcept { return static_cast<std::size_t>(end_ - at_); }

  [[gnu::always_inline]] std::uint8_t u8() noexcept { return fixed<std::uint8_t>(); }
  [[gnu::always_inline]] std::uint32_t u32() noexcept { return fixed<std::uint32_t>(); }
  [[gnu::always_inline]] std::uint64_t u64() noexcept { return fixed<std::uint64_t>(); }

  /// The byte that is read next. There must be one.
  [[gnu::always_inline, nodiscard]] std::uint8_t peek() const noexcept { return std::to_integer<std::uint8_t>(*at_); }

  /// A LEB128 number below 2^32, in as few bytes as it takes.
  [[gnu::always_inline]] std::uint32_t varint() noexcept {
    // Most numbers take one byte, and nearly all others two: the lengths of payloads, and what is less than a datagram.
    if (at_ != end_ && std::to_integer<std::uint8_t>(*at_) < 0x80) return u8();
    if (remaining() >= 2) {
      const auto second = std::to_integer<std::uint8_t>(at_[1]);
      if (second != 0 && second < 0x80) {
        at_ += 2;
        return (std::to_integer<std::uint8_t>(at_[-2]) & 0x7fu) | second * 0x80u;
      }
    }
    const Varint found = long_varint(at_, remaining());
    if (found.bytes == 0) return fail();
    at_ += found.bytes;
    return found.value;
  }

  /// Leaves out bytes of 0.
  [[gnu::always_inline]] void skip_zeros() noexcept {
    while (at_ != end_ && *at_ == std::byte{0}) ++at_;
  }

  /// The next `count` bytes, as a view.
  [[gnu::always_inline]] Bytes bytes(std::size_t count) noexcept {
    if (count > remaining()) return fail(), Bytes{};
    at_ += count;
    return {at_ - count, count};
  }

 private:
  struct Varint {
    std::uint32_t value = 0;
    std::uint32_t bytes = 0;  // 0: there is none.
  };

  // Of a number whose first byte is not its last. Knows no reader, so that one can live in registers.
  [[gnu::noinline]] static Varint long_varint(const std::byte* from, std::size_t bytes) noexcept {
    std::uint64_t value = 0;
    for (std::uint32_t i = 0; i < 5 && i < bytes; ++i) {
      const auto byte = std::to_integer<std::uint8_t>(from[i]);
      value |= std::uint64_t{byte & 0x7fu} << (7 * i);
      if (byte >= 0x80) continue;
      const bool canonical = byte != 0;
      if (!canonical || value > 0xffffffffu) break;
      return {static_cast<std::uint32_t>(value), i + 1};
    }
    return {};
  }

  std::uint32_t fail() noexcept {
    failed_ = true;
    at_ = end_;
    return 0;
  }

  template <class Value>
  [[gnu::always_inline]] Value fixed() noexcept {
    if (remaining() < sizeof(Value)) return static_cast<Value>(fail());
    const std::byte* const from = at_;
    at_ += sizeof(Value);
    return load_little_endian<Value>(from);
  }

  const std::byte* at_;
  const std::byte* end_;
  bool failed_ = false;
};

}  // namespace bowline::inline v0_1
