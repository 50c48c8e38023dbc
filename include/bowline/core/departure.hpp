// SPDX-License-Identifier: BSL-1.0
// Which of two unreliable messages left their sender first.
#pragma once

#include <compare>
#include <cstddef>
#include <cstdint>

#include "bowline/base/ids.hpp"

namespace bowline::inline v0_1 {

/// Orders messages as they were transmitted: by the packet, and within one by the frame. Of a message in parts the
/// first part counts. A datagram has less than 2^16 frames, and a connection less than 2^48 packets.
class Departure {
 public:
  constexpr Departure() noexcept = default;
  constexpr Departure(PacketNumber packet, std::size_t frame = 0) noexcept : order_{packet << 16 | frame} {}

  [[nodiscard]] constexpr PacketNumber packet() const noexcept { return order_ >> 16; }
  [[nodiscard]] constexpr std::size_t frame() const noexcept { return order_ & 0xffff; }

  friend constexpr auto operator<=>(const Departure&, const Departure&) noexcept = default;

 private:
  std::uint64_t order_ = 0;
};

}  // namespace bowline::inline v0_1
