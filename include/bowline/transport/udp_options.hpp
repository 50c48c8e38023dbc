// SPDX-License-Identifier: BSL-1.0
// What a UdpTransport is told, and what it counts.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>

#include "bowline/transport/socket_errors.hpp"

namespace bowline::inline v0_1 {

/// How datagrams share system calls. What the system does not know is replaced by the next simpler way.
enum class UdpBatching : std::uint8_t {
  automatic,  ///< The kernel cuts and joins (UDP_SEGMENT, UDP_GRO: Linux 4.18 and 5.0), and takes many a call.
  many,       ///< Many datagrams a call: sendmmsg, recvmmsg.
  none,       ///< A call for each datagram.
};

/// Addresses are written "192.0.2.7:9001", "[2001:db8::1]:9001" or "host.example:9001".
struct UdpOptions {
  /// Where to receive. Port 0 is any free one; no host (":9000") is every address of the machine.
  std::string local = ":0";

  /// The only peer. Empty: whoever sends, until `lock_peer`. Then nobody is called before a datagram of theirs came,
  /// and three times what came may be sent until the peer has proved itself (RFC 9000 section 8.1). So an end that
  /// starts anew reaches a peer that says little with that peer's next word, or two time-outs after it: within the
  /// peer's `Options::keepalive` and a little.
  std::string remote{};

  /// Bytes that the kernel may queue each way. 0 leaves the system's default, about 200 kB, which holds 20 ms
  /// of 100 Mbit/s. The system may grant less.
  std::size_t send_buffer_bytes = 0;
  std::size_t receive_buffer_bytes = 0;

  /// Lets the system cut datagrams that are larger than the path takes, and routers cut them further (IPv4). The loss
  /// of one piece is the loss of all, and many networks drop pieces; by default a datagram travels whole or is lost, as
  /// the search for the path's size needs it (`Options::path_mtu_discovery`, RFC 8899 section 3).
  bool fragmentation = false;

  /// How many datagrams may share a system call.
  UdpBatching batching = UdpBatching::automatic;
};

/// What a UdpTransport did and what it swallowed, in datagrams but for the calls and errors.
struct UdpStats {
  std::uint64_t sent = 0;
  std::uint64_t sent_segmented = 0;     ///< Of them, cut out of one message by the kernel.
  std::uint64_t received = 0;           ///< Handed over.
  std::uint64_t received_joined = 0;    ///< Arrived joined into one message by the kernel.
  std::uint64_t dropped_no_peer = 0;    ///< Sent before there was anybody to send to.
  std::uint64_t dropped_unproven = 0;   ///< Too much for an address that may have been forged.
  std::uint64_t dropped_failed = 0;     ///< Not sent because of an error that does not pass by itself.
  std::uint64_t dropped_foreign = 0;    ///< Received from somebody other than the peer.
  std::uint64_t dropped_too_large = 0;  ///< Received, and larger than the buffer.
  std::uint64_t dropped_empty = 0;      ///< Received without a byte.
  std::uint64_t send_calls = 0;
  std::uint64_t receive_calls = 0;
  std::uint64_t segmentation_refused = 0;  ///< Messages that the kernel would not cut; sent again in parts.
  SocketErrorCounts send_errors;
  SocketErrorCounts receive_errors;  ///< But for `would_block`, which only says that nothing waits.
};

}  // namespace bowline::inline v0_1
