// SPDX-License-Identifier: BSL-1.0
// Datagrams over a UDP socket, IPv4 and IPv6.
#pragma once

#include <algorithm>
#include <cerrno>
#include <chrono>
#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

#include "bowline/base/bytes.hpp"
#include "bowline/base/results.hpp"
#include "bowline/base/time.hpp"
#include "bowline/transport/amplification_limit.hpp"
#include "bowline/transport/concept.hpp"
#include "bowline/transport/system_sockets.hpp"
#include "bowline/transport/udp_address.hpp"
#include "bowline/transport/udp_batch.hpp"
#include "bowline/transport/udp_options.hpp"
#include "bowline/transport/udp_receiver.hpp"
#include "bowline/transport/udp_sender.hpp"
#include "bowline/transport/udp_socket.hpp"

namespace bowline::inline v0_1 {

/// One non-blocking UDP socket that serves one peer at a time. Movable; closes on destruction.
///
/// With `UdpOptions::remote` that is the peer. Without, it is the source of the latest datagram, until
/// `lock_peer` makes it the only one; one that was neither proved nor locked is sent three times the bytes that came
/// from it at most, and the rest is dropped. The socket is not connected: an ICMP error, which anybody can forge,
/// then takes no datagram with it, and foreign sources are told apart here. The peer must answer from the
/// address that it is sent to.
///
/// A channel writes and reads its datagrams in batches (`BatchingTransport`), which cost a system call for about 64 KiB
/// where the kernel cuts and joins them, for 32 datagrams where it takes many a call, else for each. `send` is a call
/// for each. A failure of the network is counted in `stats` and otherwise a datagram lost; nothing that arrives is
/// fatal.
///
/// Invariants: locked_ only where peer_ is known, and limit_ is lifted then. What waits in batch_ is for peer_. While
/// locked_, datagrams that wait in receiver_ are the peer's.
class UdpTransport {
 public:
  /// Opens and binds. Fails with a sentence that names what failed and why, such as "cannot bind
  /// 0.0.0.0:9000: Address already in use". Host names may block for the resolver; numbers do not.
  [[nodiscard]] static Result<UdpTransport> open(const UdpOptions& options);

  UdpTransport(UdpTransport&& other) noexcept { swap(other); }
  UdpTransport& operator=(UdpTransport&& other) noexcept {
    UdpTransport taken{std::move(other)};
    swap(taken);
    return *this;
  }

  /// Sends to the peer; dropped while there is none. Would block where the socket or the device is full.
  SendOutcome send(Bytes datagram) {
    if (!peer_) return ++stats_.dropped_no_peer, SendOutcome::dropped;
    if (!limit_.admit(datagram.size())) return ++stats_.dropped_unproven, SendOutcome::dropped;
    return sender_.send(socket_, peer_, datagram, stats_);
  }

  /// Room for the next datagram of the batch.
  [[nodiscard]] Buffer batch_room(std::size_t bytes_max) { return batch_.room(bytes_max); }

  /// The length of the datagrams before, where the kernel cuts messages of equal ones.
  [[nodiscard]] std::size_t bytes_wanted() const noexcept { return sender_.bytes_wanted(batch_); }

  /// The first `bytes` of the room are a datagram. None leaves before `flush`.
  void commit(std::size_t bytes) noexcept {
    if (peer_ && !limit_.admit(bytes)) return void(++stats_.dropped_unproven);
    batch_.commit(bytes);
  }

  /// Sends the batch to the peer; drops it while there is none. Keeps what would block.
  SendOutcome flush();

  /// The next datagram of the peer. One that is foreign, empty, or larger than `buffer` is dropped. Gives up after
  /// `receive_attempts_max` datagrams (what the kernel has joined is one) and errors, though more may wait.
  std::optional<std::size_t> receive(Buffer buffer) {
    const std::optional<Buffer> datagram = receive_in_place(buffer.size());
    if (!datagram) return std::nullopt;
    std::copy(datagram->begin(), datagram->end(), buffer.begin());
    return datagram->size();
  }

  /// The same without a copy. Valid until the next receive of either kind.
  [[nodiscard]] std::optional<Buffer> receive_in_place(std::size_t bytes_max) {
    const auto datagram = receiver_.next(socket_, locked_ ? &peer_ : nullptr, bytes_max, stats_);
    if (datagram && !locked_) follow(receiver_.source(), datagram->size());
    return datagram;
  }

  /// Something received is not handed over yet.
  [[nodiscard]] bool waiting() const noexcept { return receiver_.waiting(); }

  /// Waits for a datagram, for room to send where `writable`, or for `limit`, in microseconds where the
  /// system can. A signal ends it early, and what is received but not handed over makes it return at once.
  void wait(Duration limit, bool writable) {
    if (waiting()) return;
    const bool pause = writable && sender_.device_full();
    socket_.wait(pause ? (std::min)(limit, device_full_pause) : limit, writable && !pause);
  }

  /// The source of the latest datagram received what was sent to it.
  void prove_peer() noexcept {
    proved_ = peer_;
    limit_.lift();
  }

  /// Keeps the source of the latest datagram as the only peer. Nothing to keep, nothing done.
  void lock_peer() noexcept {
    if (!peer_) return;
    locked_ = true;
    prove_peer();
  }

  /// Takes the next source as the peer, unless `UdpOptions::remote` named one.
  void unlock_peer() noexcept { locked_ = remote_given_; }

  /// The socket, to wait for elsewhere. It stays this object's.
  [[nodiscard]] SocketHandle native_handle() const noexcept { return socket_.handle(); }

  /// Where datagrams arrive, with the port that the system chose where 0 was asked for.
  [[nodiscard]] std::string local_address() const { return socket_.local_address().text(); }

  /// Whom datagrams go to; empty while there is nobody.
  [[nodiscard]] std::string peer_address() const { return peer_.text(); }

  [[nodiscard]] const UdpStats& stats() const noexcept { return stats_; }

  /// Datagrams and errors that one `receive` looks at.
  static constexpr std::size_t receive_attempts_max = UdpReceiver::attempts_max;

 private:
  /// A device without room leaves the socket writable, so its next try is a matter of time.
  static constexpr Duration device_full_pause = std::chrono::milliseconds{1};

  UdpTransport() = default;

  void swap(UdpTransport& other) noexcept {
    std::swap(socket_, other.socket_);
    std::swap(peer_, other.peer_);
    std::swap(proved_, other.proved_);
    std::swap(limit_, other.limit_);
    std::swap(remote_given_, other.remote_given_);
    std::swap(locked_, other.locked_);
    std::swap(batch_, other.batch_);
    std::swap(sender_, other.sender_);
    std::swap(receiver_, other.receiver_);
    std::swap(stats_, other.stats_);
  }

  /// Serves `source`, which sent `bytes`.
  void follow(const UdpAddress& source, std::size_t bytes) noexcept {
    if (!(source == peer_)) {
      peer_ = source;
      limit_.start(source == proved_);
      // What could not leave yet was meant for another.
      stats_.dropped_unproven += batch_.clear();
      batch_.release_if_empty();
    }
    limit_.on_received(bytes);
  }

  void choose(UdpBatching batching) noexcept {
    const bool automatic = batching == UdpBatching::automatic;
    const bool many = batching != UdpBatching::none;
    sender_ = UdpSender{automatic && socket_.can_segment(), many};
    receiver_ = UdpReceiver{!(automatic && socket_.join_received()) && many};
  }

  UdpSocket socket_;
  UdpAddress peer_;
  UdpAddress proved_;
  AmplificationLimit limit_;
  bool remote_given_ = false;
  bool locked_ = false;
  UdpBatch batch_;
  UdpSender sender_;
  UdpReceiver receiver_;
  UdpStats stats_;
};

inline Result<UdpTransport> UdpTransport::open(const UdpOptions& options) {
  const auto failure = [](std::string_view what, const std::string& whom, std::string_view why) {
    return Result<UdpTransport>::failure(std::string{what} + " " + whom + ": " + std::string{why});
  };
  constexpr std::string_view spelling = R"(write "host:port", "[IPv6]:port" or ":port")";
  const std::optional<HostAndPort> here = split_host_and_port(options.local);
  if (!here) return failure("cannot read the local address", '"' + options.local + '"', spelling);
  const bool anywhere = here->host.empty();

  UdpTransport transport;
  int family = AF_UNSPEC;  // whichever end names one decides for both
  if (!anywhere) {
    auto local = UdpAddress::resolve(*here);
    if (!local) return failure("cannot find", options.local, local.why());
    family = local.value().family();
  }
  if (!options.remote.empty()) {
    const std::optional<HostAndPort> there = split_host_and_port(options.remote);
    if (!there) return failure("cannot read the remote address", '"' + options.remote + '"', spelling);
    auto peer = UdpAddress::resolve(*there, family);
    if (!peer) return failure("cannot find", options.remote, peer.why());
    if (!peer.value().names_a_peer()) return failure("cannot send to", options.remote, "it names no peer");
    transport.peer_ = peer.value();
    transport.remote_given_ = true;
    transport.lock_peer();
    family = transport.peer_.family();
  }

  // With nothing named, an IPv6 socket takes both families in; a machine without IPv6 falls back to IPv4.
  const bool either = family == AF_UNSPEC;
  auto local = UdpAddress::resolve(*here, either ? AF_INET6 : family);
  if (!local) return failure("cannot find", options.local, local.why());
  UdpSocket::Fault fault = transport.socket_.bind(local.value(), options);
  if (either && (fault.code == EAFNOSUPPORT || fault.code == EADDRNOTAVAIL)) {
    if (auto plain = UdpAddress::resolve(*here, AF_INET)) fault = transport.socket_.bind(plain.value(), options);
  }
  if (fault.code != 0) return failure(fault.step, options.local, socket_error_text(fault.code));
  transport.choose(options.batching);
  return transport;
}

inline SendOutcome UdpTransport::flush() {
  SendOutcome outcome = SendOutcome::sent;
  if (peer_) {
    outcome = sender_.flush(socket_, peer_, batch_, stats_);
  } else if (!batch_.empty()) {
    stats_.dropped_no_peer += batch_.clear();
    outcome = SendOutcome::dropped;
  }
  batch_.release_if_empty();
  return outcome;
}

static_assert(BatchingTransport<UdpTransport>);
static_assert(WaitableTransport<UdpTransport> && PeerLearningTransport<UdpTransport>);

}  // namespace bowline::inline v0_1
