// SPDX-License-Identifier: BSL-1.0
// Where payloads wait: blocks of a few sizes, reused.
#pragma once

#include <algorithm>
#include <array>
#include <bit>
#include <cstddef>
#include <cstdint>
#include <vector>

#include "bowline/base/assert.hpp"
#include "bowline/base/bytes.hpp"
#include "bowline/base/narrow.hpp"

namespace bowline::inline v0_1 {

/// Names a payload in a `PayloadPool`.
struct Payload {
  static constexpr std::uint32_t none = 0xffffffffu;
  std::uint32_t block = none;
  std::uint32_t bytes = 0;
};

/// Copies payloads in and hands out views of them. Blocks are powers of two from 32 bytes; a released one is used
/// again for the next payload of its class. The caller bounds the bytes that it keeps here. A view stays valid until
/// its payload is released.
class PayloadPool {
 public:
  /// Copies `bytes`. Allocates only when no block of the class is free.
  [[nodiscard]] Payload store(Bytes bytes) {
    if (bytes.empty()) return {};
    const std::size_t size_class = class_of(bytes.size());
    auto& free = free_[size_class];
    if (free.empty()) {
      free.push_back(static_cast<std::uint32_t>(blocks_.size()));
      blocks_.emplace_back(std::size_t{1} << (size_class + smallest_log2));
      // Room for every block of the class to come back, so that releasing never allocates.
      free.reserve(++count_[size_class]);
    }
    const std::uint32_t block = free.back();
    free.pop_back();
    std::copy(bytes.begin(), bytes.end(), blocks_[block].begin());
    return {block, static_cast<std::uint32_t>(bytes.size())};
  }

  [[nodiscard]] Bytes view(const Payload& payload) const noexcept {
    if (payload.block == Payload::none) return {};
    return Bytes{blocks_[payload.block]}.first(payload.bytes);
  }

  /// Gives the block back, and makes `payload` name nothing.
  void release(Payload& payload) noexcept {
    if (payload.block != Payload::none) {
      auto& free = free_[class_of(payload.bytes)];
      BOWLINE_ASSERT(free.size() < count_[class_of(payload.bytes)]);
      free.push_back(payload.block);
    }
    payload = {};
  }

 private:
  static constexpr std::size_t smallest_log2 = 5;
  static constexpr std::size_t classes = 28;

  [[nodiscard]] static std::size_t class_of(std::size_t bytes) noexcept {
    const auto log2 = narrow<std::size_t>(std::bit_width(bytes - 1));
    return (std::max)(log2, smallest_log2) - smallest_log2;
  }

  std::vector<std::vector<std::byte>> blocks_;
  std::array<std::vector<std::uint32_t>, classes> free_;
  std::array<std::size_t, classes> count_{};
};

}  // namespace bowline::inline v0_1
