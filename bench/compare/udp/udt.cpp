// SPDX-License-Identifier: BSL-1.0
// UDT over UDP: messages, in order.
#include <udt.h>

#include "compare/udp/sockets.hpp"
#include "compare/udp/two_ends.hpp"

namespace {

[[noreturn]] void give_up() { bench::broken(UDT::getlasterror().getErrorMessage()); }

UDTSOCKET make_socket() {
  const UDTSOCKET socket = UDT::socket(AF_INET, SOCK_DGRAM, 0);
  const int bytes = bench::socket_buffer_bytes;
  if (socket == UDT::INVALID_SOCK) give_up();
  static_cast<void>(UDT::setsockopt(socket, 0, UDP_SNDBUF, &bytes, sizeof bytes));
  static_cast<void>(UDT::setsockopt(socket, 0, UDP_RCVBUF, &bytes, sizeof bytes));
  return socket;
}

const char* chars(bowline::Bytes bytes) { return reinterpret_cast<const char*>(bytes.data()); }

void send_all(bench::Common& common, const bench::Load& load, bench::NumberedMessage& message) {
  UDT::startup();
  const UDTSOCKET socket = make_socket();
  const sockaddr_in address = bench::loopback(common.wait_for_port());
  if (UDT::connect(socket, bench::generic(address), sizeof address) != 0) give_up();
  for (std::uint64_t sent = 0; sent < load.messages; ++sent) {
    const bowline::Bytes bytes = message.make(sent);
    if (UDT::sendmsg(socket, chars(bytes), static_cast<int>(bytes.size()), -1, true) < 0) give_up();
  }
  pause();
}

void receive_all(bench::Common& common, const bench::Load& load, bench::Meter& meter) {
  UDT::startup();
  const UDTSOCKET listening = make_socket();
  const sockaddr_in address = bench::loopback(0);
  sockaddr_in own{};
  int bytes = sizeof own;
  if (UDT::bind(listening, bench::generic(address), sizeof address) != 0 || UDT::listen(listening, 1) != 0 ||
      UDT::getsockname(listening, reinterpret_cast<sockaddr*>(&own), &bytes) != 0) {
    give_up();
  }
  common.port = ntohs(own.sin_port);
  sockaddr_in peer{};
  const UDTSOCKET socket = UDT::accept(listening, reinterpret_cast<sockaddr*>(&peer), &bytes);
  if (socket == UDT::INVALID_SOCK) give_up();
  std::vector<char> buffer(load.bytes + 1);
  while (!meter.done()) {
    const int count = UDT::recvmsg(socket, buffer.data(), static_cast<int>(buffer.size()));
    if (count < 0) give_up();
    meter.take(bowline::bytes_of({buffer.data(), static_cast<std::size_t>(count)}));
  }
}

}  // namespace

int main(int count, char** values) { bench::compare_over_udp(bench::Settings{count, values}, send_all, receive_all); }
