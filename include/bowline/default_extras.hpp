// SPDX-License-Identifier: BSL-1.0
// The rules that a channel follows unless it is told otherwise.
#pragma once

#include "bowline/congestion/fixed_window.hpp"
#include "bowline/core/channel_extras.hpp"
#include "bowline/seal/crc32c_seal.hpp"

namespace bowline::inline v0_1 {

/// A constant congestion window and a checksum. To replace one, derive and name it again:
/// `struct Mine : DefaultExtras { PlainSeal seal; };`
struct DefaultExtras {
  FixedWindow congestion;
  Crc32cSeal seal;
};

static_assert(ChannelExtras<DefaultExtras>);

}  // namespace bowline::inline v0_1
