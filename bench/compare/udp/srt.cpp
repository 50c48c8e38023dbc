// SPDX-License-Identifier: BSL-1.0
// SRT over UDP: file mode with messages, in order, not encrypted.
#include <srt/srt.h>

#include "compare/udp/sockets.hpp"
#include "compare/udp/two_ends.hpp"

namespace {

SRTSOCKET make_socket() {
  const SRTSOCKET socket = srt_create_socket();
  const SRT_TRANSTYPE file = SRTT_FILE;
  const bool messages = true;
  const int bytes = bench::socket_buffer_bytes;
  if (socket == SRT_INVALID_SOCK || srt_setsockflag(socket, SRTO_TRANSTYPE, &file, sizeof file) != 0 ||
      srt_setsockflag(socket, SRTO_MESSAGEAPI, &messages, sizeof messages) != 0) {
    bench::broken(srt_getlasterror_str());
  }
  static_cast<void>(srt_setsockflag(socket, SRTO_UDP_SNDBUF, &bytes, sizeof bytes));
  static_cast<void>(srt_setsockflag(socket, SRTO_UDP_RCVBUF, &bytes, sizeof bytes));
  return socket;
}

const char* chars(bowline::Bytes bytes) { return reinterpret_cast<const char*>(bytes.data()); }

void send_all(bench::Common& common, const bench::Load& load, bench::NumberedMessage& message) {
  srt_startup();
  const SRTSOCKET socket = make_socket();
  const sockaddr_in address = bench::loopback(common.wait_for_port());
  if (srt_connect(socket, bench::generic(address), sizeof address) != 0) bench::broken(srt_getlasterror_str());
  for (std::uint64_t sent = 0; sent < load.messages; ++sent) {
    const bowline::Bytes bytes = message.make(sent);
    if (srt_sendmsg(socket, chars(bytes), static_cast<int>(bytes.size()), -1, 1) < 0) {
      bench::broken(srt_getlasterror_str());
    }
  }
  pause();
}

void receive_all(bench::Common& common, const bench::Load& load, bench::Meter& meter) {
  srt_startup();
  const SRTSOCKET listening = make_socket();
  const sockaddr_in address = bench::loopback(0);
  sockaddr_in own{};
  int bytes = sizeof own;
  if (srt_bind(listening, bench::generic(address), sizeof address) != 0 || srt_listen(listening, 1) != 0 ||
      srt_getsockname(listening, reinterpret_cast<sockaddr*>(&own), &bytes) != 0) {
    bench::broken(srt_getlasterror_str());
  }
  common.port = ntohs(own.sin_port);
  const SRTSOCKET socket = srt_accept(listening, nullptr, nullptr);
  if (socket == SRT_INVALID_SOCK) bench::broken(srt_getlasterror_str());
  std::vector<char> buffer(load.bytes + 1);
  while (!meter.done()) {
    const int count = srt_recvmsg(socket, buffer.data(), static_cast<int>(buffer.size()));
    if (count < 0) bench::broken(srt_getlasterror_str());
    meter.take(bowline::bytes_of({buffer.data(), static_cast<std::size_t>(count)}));
  }
}

}  // namespace

int main(int count, char** values) { bench::compare_over_udp(bench::Settings{count, values}, send_all, receive_all); }
