// SPDX-License-Identifier: BSL-1.0
// usrsctp, encapsulated in UDP: one ordered stream, without delay, checksums on.
#include <usrsctp.h>

#include <cerrno>
#include <vector>

#include "compare/udp/sockets.hpp"
#include "compare/udp/two_ends.hpp"

namespace {

// The library wants fixed ports. Two of a range that nothing else on this machine serves, by process.
constexpr std::uint16_t sctp_port = 9899;

std::uint16_t encapsulation_port(pid_t process) { return static_cast<std::uint16_t>(20'000 + 2 * (process % 5'000)); }

struct socket* make_socket(std::uint16_t peer_port) {
  struct socket* const socket = usrsctp_socket(AF_INET, SOCK_STREAM, IPPROTO_SCTP, nullptr, nullptr, 0, nullptr);
  sctp_udpencaps encapsulation{};
  encapsulation.sue_address.ss_family = AF_INET;
  encapsulation.sue_port = htons(peer_port);
  const int on = 1;
  const int bytes = bench::socket_buffer_bytes;
  if (socket == nullptr || usrsctp_setsockopt(socket, IPPROTO_SCTP, SCTP_REMOTE_UDP_ENCAPS_PORT, &encapsulation,
                                              sizeof encapsulation) != 0) {
    bench::broken("usrsctp made no socket");
  }
  static_cast<void>(usrsctp_setsockopt(socket, IPPROTO_SCTP, SCTP_NODELAY, &on, sizeof on));
  static_cast<void>(usrsctp_setsockopt(socket, SOL_SOCKET, SO_SNDBUF, &bytes, sizeof bytes));
  static_cast<void>(usrsctp_setsockopt(socket, SOL_SOCKET, SO_RCVBUF, &bytes, sizeof bytes));
  return socket;
}

sockaddr* changeable(sockaddr_in& address) { return reinterpret_cast<sockaddr*>(&address); }

void send_all(bench::Common& common, const bench::Load& load, bench::NumberedMessage& message) {
  const std::uint16_t peer = common.wait_for_port();
  usrsctp_init(static_cast<std::uint16_t>(peer + 1), nullptr, nullptr);
  usrsctp_sysctl_set_sctp_blackhole(2);
  struct socket* const socket = make_socket(peer);
  sockaddr_in address = bench::loopback(sctp_port);
  if (usrsctp_connect(socket, changeable(address), sizeof address) != 0) bench::broken("usrsctp did not connect");
  for (std::uint64_t sent = 0; sent < load.messages;) {
    const bowline::Bytes bytes = message.make(sent);
    const auto count = usrsctp_sendv(socket, bytes.data(), bytes.size(), nullptr, 0, nullptr, 0, SCTP_SENDV_NOINFO, 0);
    if (count < 0 && errno != EAGAIN) bench::broken("usrsctp did not send");
    if (count >= 0) ++sent;
  }
  pause();
}

void receive_all(bench::Common& common, const bench::Load& load, bench::Meter& meter) {
  const std::uint16_t own = encapsulation_port(getpid());
  usrsctp_init(own, nullptr, nullptr);
  usrsctp_sysctl_set_sctp_blackhole(2);
  struct socket* const listening = make_socket(static_cast<std::uint16_t>(own + 1));
  sockaddr_in address = bench::loopback(sctp_port);
  if (usrsctp_bind(listening, changeable(address), sizeof address) != 0 || usrsctp_listen(listening, 1) != 0) {
    bench::broken("usrsctp does not listen");
  }
  common.port = own;
  struct socket* const socket = usrsctp_accept(listening, nullptr, nullptr);
  if (socket == nullptr) bench::broken("usrsctp did not accept");
  std::vector<char> buffer(load.bytes + 1);
  std::size_t filled = 0;
  while (!meter.done()) {
    sockaddr_in from{};
    socklen_t from_bytes = sizeof from;
    sctp_rcvinfo info{};
    socklen_t info_bytes = sizeof info;
    unsigned int kind = 0;
    int flags = 0;
    const auto count = usrsctp_recvv(socket, buffer.data() + filled, buffer.size() - filled, changeable(from),
                                     &from_bytes, &info, &info_bytes, &kind, &flags);
    if (count <= 0) bench::broken("usrsctp received nothing");
    filled += static_cast<std::size_t>(count);
    if ((flags & MSG_EOR) == 0) continue;
    meter.take(bowline::bytes_of({buffer.data(), filled}));
    filled = 0;
  }
}

}  // namespace

int main(int count, char** values) { bench::compare_over_udp(bench::Settings{count, values}, send_all, receive_all); }
