// SPDX-License-Identifier: BSL-1.0
// The entropy that a channel over some transport begins with.
#pragma once

#include "bowline/base/system_entropy.hpp"
#include "bowline/transport/concept.hpp"

namespace bowline::inline v0_1 {

/// What the transport supplies if it can, as a simulated one does; else what the system has.
template <DatagramTransport Transport>
[[nodiscard]] Entropy transport_entropy(Transport& transport) {
  if constexpr (EntropicTransport<Transport>) {
    return transport.entropy();
  } else {
    static_cast<void>(transport);
    return system_entropy();
  }
}

}  // namespace bowline::inline v0_1
