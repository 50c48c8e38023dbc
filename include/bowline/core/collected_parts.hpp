// SPDX-License-Identifier: BSL-1.0
// The parts of one message as they arrive.
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <vector>

#include "bowline/base/assert.hpp"
#include "bowline/base/bytes.hpp"
#include "bowline/core/payload_pool.hpp"
#include "bowline/wire/fragment.hpp"

namespace bowline::inline v0_1 {

/// Keeps parts where they lie in the message: consecutive ones, of about 4 KiB together, share a block of a pool, which
/// is taken when the first of them arrives. So what is here costs little more than the bytes that the peer claims,
/// however short it cuts them. Owns its blocks until `release`; its copies do not.
class CollectedParts {
 public:
  CollectedParts() = default;

  /// Nothing of a message that is cut as `name` says.
  CollectedParts(const Fragment& name, PayloadPool& pool)
      : total_{name.total},
        part_bytes_{name.bytes()},
        stretch_parts_{(std::clamp)(stretch_bytes / part_bytes_, 1u, stretch_parts_max)},
        table_{pool.reserve(sizeof(Stretch) * stretches())} {
    for (std::uint32_t i = 0; i < stretches(); ++i) put(pool, i, {});
  }

  /// Bytes of blocks, and how many of them are no longer than 256, for `messages` that claim `bytes` together. All
  /// stretches but the last of a message have 2 KiB and more.
  [[nodiscard]] static constexpr std::uint64_t block_bytes_max(std::uint64_t bytes, std::uint64_t messages) noexcept {
    return bytes + sizeof(Stretch) * (bytes / 2048 + messages);
  }
  [[nodiscard]] static constexpr std::uint64_t small_blocks_max(std::uint64_t messages) noexcept {
    return 2 * messages;
  }

  /// Blocks of any length for the same.
  [[nodiscard]] static constexpr std::uint64_t blocks_max(std::uint64_t bytes, std::uint64_t messages) noexcept {
    return bytes / 2048 + 2 * messages;
  }

  [[nodiscard]] bool has(const PayloadPool& pool, std::uint32_t index) const noexcept {
    return (at(pool, index / stretch_parts_).arrived >> index % stretch_parts_ & 1) != 0;
  }

  /// Makes room for the part `index`, so that to take it in allocates nothing. If memory runs out, nothing has changed.
  void reserve(PayloadPool& pool, std::uint32_t index) {
    const std::uint32_t place = index / stretch_parts_;
    const std::uint32_t begin = place * stretch_parts_ * part_bytes_;
    Stretch stretch = at(pool, place);
    if (stretch.block.block != Payload::none) return;
    stretch.block = pool.reserve((std::min)(total_ - begin, stretch_parts_ * part_bytes_));
    put(pool, place, stretch);
  }

  /// Takes the part `index` in, which is not here, has room, and is as long as the cut says.
  void add(PayloadPool& pool, std::uint32_t index, Bytes part) noexcept {
    const std::uint32_t place = index / stretch_parts_;
    Stretch stretch = at(pool, place);
    const Buffer room = pool.room(stretch.block).subspan(index % stretch_parts_ * std::size_t{part_bytes_});
    BOWLINE_ASSERT(part.size() <= room.size());
    std::memcpy(room.data(), part.data(), part.size());
    stretch.arrived |= std::uint64_t{1} << index % stretch_parts_;
    put(pool, place, stretch);
  }

  /// Appends the message, of which every part is here.
  void append_to(const PayloadPool& pool, std::vector<std::byte>& message) const {
    for (std::uint32_t i = 0; i < stretches(); ++i) {
      const Bytes bytes = pool.view(at(pool, i).block);
      message.insert(message.end(), bytes.begin(), bytes.end());
    }
  }

  /// Gives the blocks back.
  void release(PayloadPool& pool) noexcept {
    for (std::uint32_t i = 0; i < stretches(); ++i) {
      Payload block = at(pool, i).block;
      pool.release(block);
    }
    pool.release(table_);
    *this = {};
  }

 private:
  static constexpr std::uint32_t stretch_bytes = 4096;
  static constexpr std::uint32_t stretch_parts_max = 64;

  /// Consecutive parts.
  struct Stretch {
    Payload block;
    std::uint64_t arrived = 0;  ///< A bit for each part.
  };

  static_assert(stretch_parts_max * Fragment::bytes_min == 2048);

  [[nodiscard]] std::uint32_t stretches() const noexcept {
    if (part_bytes_ == 0) return 0;
    return (total_ - 1) / (stretch_parts_ * part_bytes_) + 1;
  }

  // Copied, since what a pool has room for is bytes.
  [[nodiscard]] Stretch at(const PayloadPool& pool, std::uint32_t place) const noexcept {
    Stretch stretch;
    std::memcpy(&stretch, pool.view(table_).data() + place * sizeof stretch, sizeof stretch);
    return stretch;
  }
  void put(PayloadPool& pool, std::uint32_t place, const Stretch& stretch) noexcept {
    std::memcpy(pool.room(table_).data() + place * sizeof stretch, &stretch, sizeof stretch);
  }

  std::uint32_t total_ = 0;
  std::uint32_t part_bytes_ = 0;
  std::uint32_t stretch_parts_ = 0;
  Payload table_;
};

}  // namespace bowline::inline v0_1
