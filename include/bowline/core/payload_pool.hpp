// SPDX-License-Identifier: BSL-1.0
// Where payloads wait: blocks of a few sizes, reused.
#pragma once

#include <algorithm>
#include <bit>
#include <cstddef>
#include <cstdint>
#include <cstring>
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

/// Copies payloads in and hands out views of them. Blocks come in four sizes an octave from 32 bytes on, so that less
/// than a fifth of one is wasted; small ones share an allocation of half a KiB or so. A released block is used again
/// for the next payload of its size. The caller bounds the bytes that it keeps here. A view stays valid until its
/// payload is released.
class PayloadPool {
 public:
  /// Copies `bytes`. Allocates only when no block of the size is free.
  [[nodiscard]] Payload store(Bytes bytes) {
    if (bytes.empty()) return {};
    const std::size_t size_class = class_of(bytes.size());
    if (size_class >= free_.size() || free_[size_class] == Payload::none) grow(size_class);
    const Payload payload{free_[size_class], static_cast<std::uint32_t>(bytes.size())};
    std::byte* const place = place_of(payload.block, size_class);
    std::memcpy(&free_[size_class], place, sizeof payload.block);
    std::memcpy(place, bytes.data(), bytes.size());
    return payload;
  }

  [[nodiscard]] Bytes view(const Payload& payload) const noexcept {
    if (payload.block == Payload::none) return {};
    const std::size_t offset = (payload.block % blocks_max) * size_of(class_of(payload.bytes));
    return Bytes{slabs_[payload.block / blocks_max]}.subspan(offset, payload.bytes);
  }

  /// Gives the block back, and makes `payload` name nothing.
  void release(Payload& payload) noexcept {
    if (payload.block != Payload::none) push_free(payload.block, class_of(payload.bytes));
    payload = {};
  }

  /// Bytes allocated, in use or not.
  [[nodiscard]] std::size_t allocated_bytes() const noexcept {
    std::size_t total = slabs_.capacity() * sizeof slabs_[0];
    for (const auto& slab : slabs_) total += slab.size();
    return total;
  }

 private:
  static constexpr std::size_t smallest_log2 = 5;
  static constexpr std::size_t slab_bytes = 512;
  static constexpr std::uint32_t blocks_max = 16;        // Of 32 bytes in a slab.

  [[nodiscard]] static std::size_t class_of(std::size_t bytes) noexcept {
    if (bytes <= std::size_t{1} << smallest_log2) return 0;
    // The octave, and the quarter of it that the last byte lies in.
    const auto log2 = narrow<std::size_t>(std::bit_width(bytes - 1)) - 1;
    return 4 * (log2 - smallest_log2) + ((bytes - 1) >> (log2 - 2) & 3) + 1;
  }

  [[nodiscard]] static std::size_t size_of(std::size_t size_class) noexcept {
    return (4 + size_class % 4) << (size_class / 4 + smallest_log2 - 2);
  }

  /// A free block's first bytes name the next free one.
  void push_free(std::uint32_t block, std::size_t size_class) noexcept {
    std::memcpy(place_of(block, size_class), &free_[size_class], sizeof block);
    free_[size_class] = block;
  }

  [[nodiscard]] std::byte* place_of(std::uint32_t block, std::size_t size_class) noexcept {
    return slabs_[block / blocks_max].data() + (block % blocks_max) * size_of(size_class);
  }

  void grow(std::size_t size_class) {
    if (size_class >= free_.size()) free_.resize(size_class + 1, Payload::none);
    const std::size_t size = size_of(size_class);
    const auto count = static_cast<std::uint32_t>((std::max)(slab_bytes / size, std::size_t{1}));
    const auto first = static_cast<std::uint32_t>(slabs_.size()) * blocks_max;
    slabs_.emplace_back(count * size);
    for (std::uint32_t i = count; i-- > 0;) push_free(first + i, size_class);
  }

  std::vector<std::vector<std::byte>> slabs_;
  std::vector<std::uint32_t> free_;  // The first free block of each size, up to the largest one seen.
};

}  // namespace bowline::inline v0_1
