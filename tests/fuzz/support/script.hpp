// SPDX-License-Identifier: BSL-1.0
// The fuzzer's bytes as choices.
#pragma once

#include <cstddef>
#include <cstdint>

#include "bowline/base/bytes.hpp"

namespace bowline::fuzz {

/// Reads choices from the front of the input. What is read beyond its end is 0, so every input is a script.
class Script {
 public:
  Script(const std::uint8_t* data, std::size_t size) noexcept : left_{std::as_bytes(std::span{data, size})} {}

  [[nodiscard]] bool ended() const noexcept { return left_.empty(); }

  std::uint8_t u8() noexcept {
    if (left_.empty()) return 0;
    const auto value = static_cast<std::uint8_t>(left_.front());
    left_ = left_.subspan(1);
    return value;
  }

  std::uint32_t u32() noexcept {
    std::uint32_t value = 0;
    for (int shift = 0; shift < 32; shift += 8) value |= static_cast<std::uint32_t>(u8()) << shift;
    return value;
  }

  bool flag() noexcept { return (u8() & 1) != 0; }

  /// A number below `bound`, which is at least 1; of one byte where that is enough.
  std::uint32_t below(std::uint32_t bound) noexcept { return (bound <= 256 ? u8() : u32()) % bound; }

  /// Any magnitude up to 32 bits: how many bits, then which.
  std::uint32_t any() noexcept {
    const std::uint32_t bits = below(33);
    return bits == 0 ? 0 : u32() >> (32 - bits);
  }

  /// The next bytes, up to `count`.
  Bytes bytes(std::size_t count) noexcept {
    const Bytes taken = left_.first(count < left_.size() ? count : left_.size());
    left_ = left_.subspan(taken.size());
    return taken;
  }

  Bytes rest() noexcept { return bytes(left_.size()); }

 private:
  Bytes left_;
};

}  // namespace bowline::fuzz
