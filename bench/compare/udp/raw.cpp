// SPDX-License-Identifier: BSL-1.0
// Plain UDP without any reliability, as a floor. `segments=44` sends so many of 1,400 bytes in one call with
// UDP_SEGMENT and takes them in one with UDP_GRO; `segments=1` is a call for each datagram. Memory shared with the
// receiver keeps its socket from overflowing.
#include <netinet/udp.h>
#include <sys/uio.h>

#include <algorithm>
#include <cstring>

#include "compare/udp/message_stream.hpp"
#include "compare/udp/sockets.hpp"
#include "compare/udp/two_ends.hpp"

namespace {

constexpr std::size_t segment_bytes = 1400;
constexpr std::uint64_t credit_bytes = 1 << 20;

std::size_t segments = 1;

void send_segments(int socket, bowline::Bytes bytes) {
  iovec place{const_cast<std::byte*>(bytes.data()), bytes.size()};
  alignas(cmsghdr) std::byte control[CMSG_SPACE(sizeof(std::uint16_t))]{};
  msghdr message{};
  message.msg_iov = &place;
  message.msg_iovlen = 1;
  if (segments > 1) {
    message.msg_control = control;
    message.msg_controllen = sizeof control;
    cmsghdr* const header = CMSG_FIRSTHDR(&message);
    header->cmsg_level = SOL_UDP;
    header->cmsg_type = UDP_SEGMENT;
    header->cmsg_len = CMSG_LEN(sizeof(std::uint16_t));
    const std::uint16_t size = segment_bytes;
    std::memcpy(CMSG_DATA(header), &size, sizeof size);
  }
  if (sendmsg(socket, &message, 0) < 0) bench::absent("the kernel refuses UDP_SEGMENT");
}

void send_all(bench::Common& common, const bench::Load& load, bench::NumberedMessage& message) {
  const int socket = bench::bound_socket(SOCK_DGRAM);
  const sockaddr_in address = bench::loopback(common.wait_for_port());
  if (connect(socket, bench::generic(address), sizeof address) != 0) bench::broken("no socket");
  bench::StreamWriter stream;
  std::uint64_t offered = 0;
  const auto flush = [&](std::size_t from) {
    while (stream.bytes().size() >= from && !stream.bytes().empty()) {
      const std::size_t count = (std::min)(stream.bytes().size(), segments * segment_bytes);
      while (offered + count - common.taken.load() > credit_bytes) sched_yield();
      send_segments(socket, stream.bytes().first(count));
      offered += count;
      stream.leave(count);
    }
  };
  for (std::uint64_t sent = 0; sent < load.messages; ++sent) {
    stream.add(message.make(sent));
    // Without offload a datagram carries one message, or a piece of one.
    flush(segments > 1 ? segments * segment_bytes : 1);
  }
  flush(1);
  pause();
}

void receive_all(bench::Common& common, const bench::Load&, bench::Meter& meter) {
  const int socket = bench::bound_socket(SOCK_DGRAM);
  const int on = 1;
  if (segments > 1 && setsockopt(socket, SOL_UDP, UDP_GRO, &on, sizeof on) != 0) {
    bench::absent("the kernel refuses UDP_GRO");
  }
  common.port = bench::port_of(socket);
  bench::StreamReader stream;
  while (!meter.done()) {
    const bowline::Buffer room = stream.room(65536);
    const auto count = recv(socket, room.data(), room.size(), 0);
    if (count <= 0) bench::broken("UDP received nothing");
    stream.add(static_cast<std::size_t>(count), [&](bowline::Bytes message) { meter.take(message); });
    common.taken += static_cast<std::uint64_t>(count);
  }
}

}  // namespace

int main(int count, char** values) {
  const bench::Settings settings{count, values};
  segments = settings.number("segments", 1);
  bench::compare_over_udp(settings, send_all, receive_all);
}
