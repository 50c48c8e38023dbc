// SPDX-License-Identifier: BSL-1.0
// A bounds-checked cursor over received bytes. WIRE section 1.
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <utility>

#include "bowline/base/bytes.hpp"

namespace bowline::inline v0_1 {

/// Reads little-endian fields from `bytes`. A read beyond the end, or of a varint that is not canonical, answers
/// zero and makes `failed()` true for good; so a caller may read a whole structure and check once.
///
/// Every frame passes here several times, so what is short is inlined whatever a compiler's budget says.
class Reader {
 public:
  explicit Reader(Bytes bytes) noexcept : rest_{bytes} {}

  [[nodiscard]] bool failed() const noexcept { return failed_; }
  [[nodiscard]] std::size_t remaining() const noexcept { return rest_.size(); }

  [[gnu::always_inline]] std::uint8_t u8() noexcept { return fixed<std::uint8_t>(); }
  [[gnu::always_inline]] std::uint32_t u32() noexcept { return fixed<std::uint32_t>(); }
  [[gnu::always_inline]] std::uint64_t u64() noexcept { return fixed<std::uint64_t>(); }

  /// A LEB128 number below 2^32, in as few bytes as it takes.
  [[gnu::always_inline]] std::uint32_t varint() noexcept {
    // Most numbers take one byte.
    if (!rest_.empty() && std::to_integer<std::uint8_t>(rest_.front()) < 0x80) return u8();
    return long_varint();
  }

  /// Leaves out bytes of 0.
  void skip_zeros() noexcept {
    const auto next = std::find_if(rest_.begin(), rest_.end(), [](std::byte byte) { return byte != std::byte{0}; });
    rest_ = rest_.subspan(static_cast<std::size_t>(next - rest_.begin()));
  }

  /// The next `count` bytes, as a view.
  [[gnu::always_inline]] Bytes bytes(std::size_t count) noexcept {
    if (count > rest_.size()) return fail(), Bytes{};
    const Bytes taken = rest_.first(count);
    rest_ = rest_.subspan(count);
    return taken;
  }

 private:
  [[gnu::noinline]] std::uint32_t long_varint() noexcept {
    std::uint64_t value = 0;
    for (unsigned shift = 0; shift < 35; shift += 7) {
      const std::uint8_t byte = u8();
      if (failed_) return 0;
      value |= std::uint64_t{byte & 0x7fu} << shift;
      if (byte < 0x80) {
        const bool canonical = shift == 0 || byte != 0;
        return canonical && value <= 0xffffffffu ? static_cast<std::uint32_t>(value) : fail();
      }
    }
    return fail();
  }

  std::uint32_t fail() noexcept {
    failed_ = true;
    rest_ = {};
    return 0;
  }

  template <class Value>
  [[gnu::always_inline]] Value fixed() noexcept {
    if (rest_.size() < sizeof(Value)) return static_cast<Value>(fail());
    const std::byte* const from = rest_.data();
    rest_ = rest_.subspan(sizeof(Value));
    // Written out, without a loop, it becomes a single load.
    return [from]<std::size_t... I>(std::index_sequence<I...>) {
      return static_cast<Value>((... | (std::to_integer<std::uint64_t>(from[I]) << (8 * I))));
    }(std::make_index_sequence<sizeof(Value)>{});
  }

  Bytes rest_;
  bool failed_ = false;
};

}  // namespace bowline::inline v0_1
