// SPDX-License-Identifier: BSL-1.0
// The channel of a transfer: real datagrams, spoiled on request.
#pragma once

#include <cstdint>
#include <string>

#include "bowline/bowline.hpp"

namespace transfer {

using bowline::Duration;
using bowline::TimePoint;

/// The user knows the link better than a model could find out.
struct Extras : bowline::DefaultExtras {
  bowline::FixedWindow congestion;
};
using Channel = bowline::ReliableChannel<bowline::FaultyTransport<bowline::UdpTransport>, bowline::SteadyClock,
                                         bowline::FixedQueueDedup<>, bowline::AdaptiveResend, Extras>;

/// What both roles can be told about the way between them.
struct LinkSettings {
  bowline::Faults faults;
  std::uint64_t seed = 1;

  /// How long to look for the peer, and how long its silence may last.
  Duration patience = std::chrono::seconds{10};

  /// Bytes on the way at once. A Linux socket that is granted its usual 208 KiB keeps about 180 full datagrams while
  /// its reader is busy elsewhere; 128 KiB are 110 of them. More is faster only where the way is long.
  std::size_t in_flight_bytes = std::size_t{128} << 10;
};

/// Opens the socket and puts a channel on it. Fails with a sentence.
[[nodiscard]] inline bowline::Result<Channel> open_channel(bowline::UdpOptions address, const LinkSettings& link) {
  // The kernel counts about twice what a datagram carries, and repeats and resends come on top.
  address.receive_buffer_bytes = 8 * link.in_flight_bytes;
  auto socket = bowline::UdpTransport::open(address);
  if (!socket) return bowline::Result<Channel>::failure(std::string{socket.why()});

  bowline::Options options;
  options.handshake_timeout = options.idle_timeout = link.patience;
  options.keepalive = link.patience / 5;
  Extras extras;
  extras.congestion = bowline::FixedWindow{link.in_flight_bytes};
  // A file needs every chunk. So no number of losses is too many, as long as the peer answers at all.
  bowline::AdaptiveResend resend;
  resend.resend_count_max = 1'000'000;
  return Channel{bowline::FaultyTransport{std::move(socket).value(), link.faults, link.seed}, options, {}, {}, resend,
                 extras};
}

}  // namespace transfer
