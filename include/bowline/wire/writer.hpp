// SPDX-License-Identifier: BSL-1.0
// A bounds-checked cursor over a datagram being made. WIRE section 1.
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>

#include "bowline/base/assert.hpp"
#include "bowline/base/bytes.hpp"
#include "bowline/base/little_endian.hpp"

namespace bowline::inline v0_1 {

/// Bytes that `Writer::varint` takes for `value`.
[[nodiscard]] constexpr std::size_t varint_bytes(std::uint32_t value) noexcept {
  return value < (1u << 7) ? 1 : value < (1u << 14) ? 2 : value < (1u << 21) ? 3 : value < (1u << 28) ? 4 : 5;
}

/// Writes little-endian fields into `buffer`. The caller asks `room()` first; writing beyond the end is asserted.
/// Inlined as `Reader` is.
class Writer {
 public:
  explicit Writer(Buffer buffer) noexcept : buffer_{buffer} {}

  [[nodiscard]] std::size_t room() const noexcept { return buffer_.size() - used_; }
  [[nodiscard]] std::size_t used() const noexcept { return used_; }

  /// Keeps the last `bytes` of the room back for what has to be written later, until they are released.
  void reserve(std::size_t bytes) noexcept {
    BOWLINE_ASSERT(bytes <= room());
    buffer_ = buffer_.first(buffer_.size() - bytes);
  }
  void release(std::size_t bytes) noexcept { buffer_ = {buffer_.data(), buffer_.size() + bytes}; }

  [[gnu::always_inline]] void u8(std::uint8_t value) noexcept { fixed(value); }
  [[gnu::always_inline]] void u32(std::uint32_t value) noexcept { fixed(value); }
  [[gnu::always_inline]] void u64(std::uint64_t value) noexcept { fixed(value); }

  [[gnu::always_inline]] void varint(std::uint32_t value) noexcept {
    for (; value >= 0x80; value >>= 7) u8(static_cast<std::uint8_t>(value | 0x80));
    u8(static_cast<std::uint8_t>(value));
  }

  [[gnu::always_inline]] void bytes(Bytes source) noexcept {
    BOWLINE_ASSERT(source.size() <= room());
    std::copy(source.begin(), source.end(), buffer_.begin() + static_cast<std::ptrdiff_t>(used_));
    used_ += source.size();
  }

 private:
  template <class Value>
  [[gnu::always_inline]] void fixed(Value value) noexcept {
    BOWLINE_ASSERT(sizeof(Value) <= room());
    store_little_endian(buffer_.data() + used_, value);
    used_ += sizeof(Value);
  }

  Buffer buffer_;
  std::size_t used_ = 0;
};

}  // namespace bowline::inline v0_1
