// SPDX-License-Identifier: BSL-1.0
// Length-prefixed messages over the kernel's TCP, which the sender gathers into writes of 64 KiB.
#include <netinet/tcp.h>

#include "compare/udp/message_stream.hpp"
#include "compare/udp/sockets.hpp"
#include "compare/udp/two_ends.hpp"

namespace {

constexpr std::size_t batch_bytes = std::size_t{64} << 10;

void send_all(bench::Common& common, const bench::Load& load, bench::NumberedMessage& message) {
  const int socket = bench::bound_socket(SOCK_STREAM);
  const sockaddr_in address = bench::loopback(common.wait_for_port());
  const int on = 1;
  static_cast<void>(setsockopt(socket, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on));
  if (connect(socket, bench::generic(address), sizeof address) != 0) bench::broken("TCP did not connect");
  bench::StreamWriter stream;
  for (std::uint64_t sent = 0; sent < load.messages || !stream.bytes().empty();) {
    while (sent < load.messages && stream.bytes().size() < batch_bytes) stream.add(message.make(sent++));
    const auto count = ::send(socket, stream.bytes().data(), stream.bytes().size(), 0);
    if (count < 0) bench::broken("TCP did not send");
    stream.leave(static_cast<std::size_t>(count));
  }
  pause();
}

void receive_all(bench::Common& common, const bench::Load&, bench::Meter& meter) {
  const int listening = bench::bound_socket(SOCK_STREAM);
  if (listen(listening, 1) != 0) bench::broken("TCP does not listen");
  common.port = bench::port_of(listening);
  const int socket = accept(listening, nullptr, nullptr);
  if (socket < 0) bench::broken("TCP did not accept");
  bench::StreamReader stream;
  while (!meter.done()) {
    const bowline::Buffer room = stream.room(batch_bytes);
    const auto count = recv(socket, room.data(), room.size(), 0);
    if (count <= 0) bench::broken("TCP received nothing");
    stream.add(static_cast<std::size_t>(count), [&](bowline::Bytes message) { meter.take(message); });
  }
}

}  // namespace

int main(int count, char** values) { bench::compare_over_udp(bench::Settings{count, values}, send_all, receive_all); }
