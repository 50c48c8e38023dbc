// SPDX-License-Identifier: BSL-1.0
// The types of channel that a swarm is made of.
#pragma once

#include <type_traits>

#include "bowline/reliable_channel.hpp"
#include "bowline/resend/eager_resend.hpp"
#include "bowline/seal/crc32c_seal.hpp"
#include "bowline/seal/plain_seal.hpp"
#include "swarm/drawn_policies.hpp"
#include "swarm/faulty_clock.hpp"
#include "swarm/plan.hpp"
#include "swarm/socket.hpp"

namespace bowline::test::swarm {

/// One type of channel, and how to make it from a setup.
template <class Transport, class Resend, class Seal>
struct Kind {
  struct Extras {
    DrawnCongestion congestion;
    Seal seal;
  };

  using Channel = ReliableChannel<Transport, FaultyClock, DrawnDedup, Resend, Extras>;
  static constexpr bool sealed = !std::is_same_v<Seal, PlainSeal>;
  static constexpr bool batching = BatchingTransport<Transport>;

  static Channel make(SocketState& socket, const FaultyClock& clock, const Setup& setup) {
    return Channel{Transport{socket}, setup.options, clock, DrawnDedup{setup.dedup, setup.window_size}, resend(setup),
                   Extras{{setup.congestion, setup.options.datagram_bytes_max}, Seal{}}};
  }

 private:
  static Resend resend(const Setup& setup) {
    if constexpr (std::is_same_v<Resend, EagerResend>) {
      EagerResend eager;
      eager.resend_count_max = setup.resends;
      return eager;
    } else {
      switch (setup.resend) {
        case 0: return DrawnResend{AdaptiveResend{.resend_count_max = setup.resends}};
        case 1:
          return DrawnResend{
              PeriodicResend{.interval = setup.resend_interval, .resend_count_max = setup.resends}};
        default: return DrawnResend{NoResend{}};
      }
    }
  }
};

using Drawn = Kind<Socket, DrawnResend, Crc32cSeal>;
using Batching = Kind<BatchingSocket, EagerResend, Crc32cSeal>;
using Unsealed = Kind<Socket, DrawnResend, PlainSeal>;

}  // namespace bowline::test::swarm
