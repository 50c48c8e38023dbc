// SPDX-License-Identifier: BSL-1.0
// Which part of a large message a frame carries. WIRE section 5.
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>

#include "bowline/base/assert.hpp"
#include "bowline/base/ids.hpp"

namespace bowline::inline v0_1 {

/// One of `count` parts of a message of `total` bytes. All parts but the last are equally long, so that total and
/// count say where each one lies, and agree between any two parts of the same message or give the peer away.
struct Fragment {
  /// No part is shorter than this but the last, so that what arrived bounds what must be remembered of it.
  static constexpr std::uint32_t bytes_min = 32;

  /// Reliable messages in parts that may be under way in one direction at once, within a window of sequence numbers: as
  /// many as fill it two parts each, and not so few where it is small that large ones could not share the line.
  [[nodiscard]] static constexpr std::uint32_t messages_max(std::uint32_t window) noexcept {
    return (std::max)(window / 2, 64u);
  }

  /// Reliable: the number of the message's first part. Unreliable: a number that its sender gave the message.
  std::uint64_t first = 0;
  std::uint32_t index = 0;
  std::uint32_t count = 0;  ///< 0 where the frame carries a whole message.
  std::uint32_t total = 0;

  /// The parts of a message of `total` bytes where one of them may have `room`, which is 64 or more: parts are then
  /// longer than half of it.
  [[nodiscard]] static constexpr Fragment plan(std::uint32_t total, std::size_t room) noexcept {
    BOWLINE_ASSERT(room >= 2 * std::size_t{bytes_min} && total > room);
    Fragment plan;
    plan.total = total;
    // One part fewer would not do, even if all were as long as the room: so spread evenly, too, none is empty.
    plan.count = static_cast<std::uint32_t>((total + room - 1) / room);
    return plan;
  }

  /// Bytes of every part but the last.
  [[nodiscard]] constexpr std::uint32_t bytes() const noexcept {
    return static_cast<std::uint32_t>((std::uint64_t{total} + count - 1) / count);
  }
  [[nodiscard]] constexpr std::uint32_t offset() const noexcept { return index * bytes(); }

  /// Bytes of this part.
  [[nodiscard]] constexpr std::uint32_t size() const noexcept { return (std::min)(bytes(), total - offset()); }

  /// Whether the parts make up a message. From the network nothing else is used before this holds.
  [[nodiscard]] constexpr bool sound() const noexcept {
    if (count < 2 || index >= count || total < count) return false;
    return bytes() >= bytes_min && std::uint64_t{count - 1} * bytes() < total;
  }

  constexpr explicit operator bool() const noexcept { return count != 0; }
};

static_assert(Fragment::plan(200, 100).count == 2 && Fragment::plan(201, 100).bytes() == 67);

}  // namespace bowline::inline v0_1
