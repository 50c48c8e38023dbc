// SPDX-License-Identifier: BSL-1.0
// Datagrams over a POSIX UDP socket, IPv4 and IPv6.
#pragma once

#include <fcntl.h>
#include <netinet/in.h>
#include <poll.h>
#include <sys/socket.h>
#include <sys/uio.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <chrono>
#include <cstddef>
#include <ctime>
#include <optional>
#include <string>
#include <string_view>
#include <system_error>
#include <utility>

#include "bowline/base/bytes.hpp"
#include "bowline/base/results.hpp"
#include "bowline/base/time.hpp"
#include "bowline/transport/concept.hpp"
#include "bowline/transport/udp_address.hpp"
#include "bowline/transport/udp_options.hpp"

namespace bowline::inline v0_1 {

/// One non-blocking UDP socket that serves one peer at a time. Movable; closes on destruction.
///
/// With `UdpOptions::remote` that is the peer. Without, it is the source of the latest datagram, until
/// `lock_peer` makes it the only one. The socket is not connected: an ICMP error, which anybody can forge,
/// then takes no datagram with it, and foreign sources are told apart here. The peer must answer from the
/// address that it is sent to.
///
/// Each `send` and each attempt of `receive` is one system call. A failure of the network is counted in
/// `stats` and otherwise a datagram lost; nothing that arrives is fatal.
///
/// Invariants: socket_ is open, non-blocking and bound, or -1 after a move; locked_ only where peer_ is
/// known.
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
  ~UdpTransport() {
    if (socket_ >= 0) ::close(socket_);
  }

  /// Sends to the peer; dropped while there is none. Would block where the socket or the device is full.
  SendOutcome send(Bytes datagram) {
    if (!peer_) return ++stats_.dropped_no_peer, SendOutcome::dropped;
    device_full_ = false;
    if (::sendto(socket_, datagram.data(), datagram.size(), 0, peer_.data(), peer_.size()) >= 0) {
      return ++stats_.sent, SendOutcome::sent;
    }
    const SocketError error = socket_error(errno);
    stats_.send_errors.add(error);
    device_full_ = error == SocketError::no_buffers;
    return send_outcome(error);
  }

  /// The next datagram of the peer. One that is foreign, empty, or larger than `buffer` is dropped. Gives up
  /// after `receive_attempts_max` datagrams and errors, though more may wait.
  std::optional<std::size_t> receive(Buffer buffer);

  /// Waits for a datagram, for room to send where `writable`, or for `limit`, in microseconds where the
  /// system can. A signal ends it early.
  void wait(Duration limit, bool writable);

  /// Keeps the source of the latest datagram as the only peer. Nothing to keep, nothing done.
  void lock_peer() noexcept { locked_ = static_cast<bool>(peer_); }

  /// Takes the next source as the peer, unless `UdpOptions::remote` named one.
  void unlock_peer() noexcept { locked_ = remote_given_; }

  /// The socket, to wait for elsewhere. It stays this object's.
  [[nodiscard]] int native_handle() const noexcept { return socket_; }

  /// Where datagrams arrive, with the port that the system chose where 0 was asked for.
  [[nodiscard]] std::string local_address() const;

  /// Whom datagrams go to; empty while there is nobody.
  [[nodiscard]] std::string peer_address() const { return peer_.text(); }

  [[nodiscard]] const UdpStats& stats() const noexcept { return stats_; }

  /// Datagrams and errors that one `receive` looks at.
  static constexpr int receive_attempts_max = 32;

 private:
  /// A device without room leaves the socket writable, so its next try is a matter of time.
  static constexpr Duration device_full_pause = std::chrono::milliseconds{1};
  static constexpr Duration wait_max = std::chrono::hours{1};

  UdpTransport() = default;

  void swap(UdpTransport& other) noexcept {
    std::swap(socket_, other.socket_);
    std::swap(peer_, other.peer_);
    std::swap(remote_given_, other.remote_given_);
    std::swap(locked_, other.locked_);
    std::swap(device_full_, other.device_full_);
    std::swap(stats_, other.stats_);
  }

  /// What could not be done, and the `errno` that says why; 0 where all went well.
  struct Fault {
    std::string_view step;
    int code = 0;
  };
  Fault bind_to(const UdpAddress& local, const UdpOptions& options);
  bool set(int level, int name, int value) noexcept {
    return ::setsockopt(socket_, level, name, &value, sizeof value) == 0;
  }
  bool set_buffer(int name, std::size_t bytes) noexcept {
    return bytes == 0 || set(SOL_SOCKET, name, static_cast<int>((std::min)(bytes, std::size_t{1} << 30)));
  }

  int socket_ = -1;
  UdpAddress peer_;
  bool remote_given_ = false;
  bool locked_ = false;
  bool device_full_ = false;
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
    transport.remote_given_ = transport.locked_ = true;
    family = transport.peer_.family();
  }

  // With nothing named, an IPv6 socket takes both families in; a machine without IPv6 falls back to IPv4.
  const bool either = family == AF_UNSPEC;
  auto local = UdpAddress::resolve(*here, either ? AF_INET6 : family);
  if (!local) return failure("cannot find", options.local, local.why());
  Fault fault = transport.bind_to(local.value(), options);
  if (either && (fault.code == EAFNOSUPPORT || fault.code == EADDRNOTAVAIL)) {
    if (auto plain = UdpAddress::resolve(*here, AF_INET)) fault = transport.bind_to(plain.value(), options);
  }
  if (fault.code != 0) return failure(fault.step, options.local, std::generic_category().message(fault.code));
  return transport;
}

inline UdpTransport::Fault UdpTransport::bind_to(const UdpAddress& local, const UdpOptions& options) {
  if (socket_ >= 0) ::close(socket_);
  socket_ = ::socket(local.family(), SOCK_DGRAM, 0);
  if (socket_ < 0) return {"cannot open a socket for", errno};
  const int flags = ::fcntl(socket_, F_GETFL);
  if (flags < 0 || ::fcntl(socket_, F_SETFL, flags | O_NONBLOCK) < 0 ||
      ::fcntl(socket_, F_SETFD, FD_CLOEXEC) < 0) {
    return {"cannot prepare a socket for", errno};
  }
  // A system that insists on IPv6 alone still serves IPv6 peers, so a refusal is no failure.
  if (local.family() == AF_INET6) static_cast<void>(set(IPPROTO_IPV6, IPV6_V6ONLY, 0));
  if (!set_buffer(SO_SNDBUF, options.send_buffer_bytes)) return {"cannot set the write buffer of", errno};
  if (!set_buffer(SO_RCVBUF, options.receive_buffer_bytes)) return {"cannot set the read buffer of", errno};
  if (::bind(socket_, local.data(), local.size()) < 0) return {"cannot bind", errno};
  return {};
}

inline std::optional<std::size_t> UdpTransport::receive(Buffer buffer) {
  for (int attempt = 0; attempt < receive_attempts_max; ++attempt) {
    sockaddr_storage source{};
    iovec place{};
    place.iov_base = buffer.data();
    place.iov_len = buffer.size();
    msghdr message{};
    message.msg_name = &source;
    message.msg_namelen = sizeof source;
    message.msg_iov = &place;
    message.msg_iovlen = 1;
    const auto count = ::recvmsg(socket_, &message, 0);
    if (count < 0) {
      const SocketError error = socket_error(errno);
      if (error == SocketError::would_block) return std::nullopt;
      stats_.receive_errors.add(error);
      continue;
    }
    const UdpAddress from{reinterpret_cast<const sockaddr*>(&source), message.msg_namelen};
    if (locked_ && from != peer_) {
      ++stats_.dropped_foreign;
    } else if ((message.msg_flags & MSG_TRUNC) != 0) {
      ++stats_.dropped_too_large;
    } else if (count == 0) {
      ++stats_.dropped_empty;
    } else {
      peer_ = from;
      ++stats_.received;
      return static_cast<std::size_t>(count);
    }
  }
  return std::nullopt;
}

inline void UdpTransport::wait(Duration limit, bool writable) {
  const bool pause = writable && device_full_;
  limit = std::clamp(limit, Duration::zero(), pause ? device_full_pause : wait_max);
  pollfd watched{};
  watched.fd = socket_;
  watched.events = writable && !pause ? POLLIN | POLLOUT : POLLIN;
#if defined(__linux__)
  timespec time{};
  time.tv_sec = static_cast<int>(limit / std::chrono::seconds{1});
  time.tv_nsec = static_cast<int>((limit % std::chrono::seconds{1}).count() * 1000);
  ::ppoll(&watched, 1, &time, nullptr);
#else
  ::poll(&watched, 1, static_cast<int>(std::chrono::ceil<std::chrono::milliseconds>(limit).count()));
#endif
}

inline std::string UdpTransport::local_address() const {
  sockaddr_storage local{};
  socklen_t bytes = sizeof local;
  auto* const address = reinterpret_cast<sockaddr*>(&local);
  return ::getsockname(socket_, address, &bytes) == 0 ? UdpAddress{address, bytes}.text() : std::string{};
}

static_assert(WaitableTransport<UdpTransport> && PeerLearningTransport<UdpTransport>);

}  // namespace bowline::inline v0_1
