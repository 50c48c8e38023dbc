// SPDX-License-Identifier: BSL-1.0
// A schedule for what must not wait a round trip for a lost datagram: games, control, typing.
#pragma once

#include <cstdint>

#include "bowline/resend/adaptive_resend.hpp"
#include "bowline/resend/concept.hpp"

namespace bowline::inline v0_1 {

/// AdaptiveResend, and every datagram with new messages carries the newest unacknowledged small ones again in the
/// room that it has to spare. While messages keep coming a single loss then costs the time to the next one and no
/// round trip. It costs bytes all the time, and none where datagrams are full. The last message before a pause is
/// not repeated; its loss costs a probe.
struct EagerResend : AdaptiveResend {
  /// Bytes of a datagram that repeats may take, with up to 12 bytes of frame each. A message larger than that less
  /// the frame is never repeated.
  std::uint32_t repeat_bytes = 96;

  /// How often a message is repeated: losses in a row that cost no round trip. At most 7.
  std::uint32_t repeat_count = 2;

  [[nodiscard]] constexpr std::uint32_t repeat_bytes_max() const noexcept { return repeat_bytes; }
  [[nodiscard]] constexpr std::uint32_t repeats_max() const noexcept { return repeat_count; }
};

static_assert(EagerSchedule<EagerResend>);

}  // namespace bowline::inline v0_1
