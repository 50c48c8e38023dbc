// SPDX-License-Identifier: BSL-1.0
// The rules that a channel follows unless it is told otherwise.
#pragma once

#include "bowline/congestion/bottleneck_control.hpp"
#include "bowline/core/channel_extras.hpp"
#include "bowline/seal/crc32c_seal.hpp"

namespace bowline::inline v0_1 {

/// Congestion control that follows the bottleneck, and a checksum. To replace one, derive and name it again:
/// `struct Mine : DefaultExtras { PlainSeal seal; };`
struct DefaultExtras {
  BottleneckControl congestion;
  Crc32cSeal seal;
};

static_assert(ChannelExtras<DefaultExtras>);

}  // namespace bowline::inline v0_1
