// SPDX-License-Identifier: BSL-1.0
// Two hosts of ENet over UDP, one reliable channel.
#include <enet/enet.h>
#include <poll.h>

#include <algorithm>

#include "compare/udp/sockets.hpp"
#include "compare/udp/two_ends.hpp"

namespace {

std::uint64_t acknowledged = 0;

void on_acknowledged(ENetPacket*) { ++acknowledged; }

template <class Take>
void service(ENetHost* host, Take&& take) {
  ENetEvent event;
  while (enet_host_service(host, &event, 0) > 0) {
    if (event.type == ENET_EVENT_TYPE_DISCONNECT) bench::broken("ENet gave its peer up");
    if (event.type != ENET_EVENT_TYPE_RECEIVE) continue;
    take({reinterpret_cast<const std::byte*>(event.packet->data), event.packet->dataLength});
    enet_packet_destroy(event.packet);
  }
}

void wait(ENetHost* host) {
  pollfd watched{host->socket, POLLIN, 0};
  poll(&watched, 1, 1);
}

/// As large as those of the others; ENet's own are 256 KiB.
ENetHost* with_buffers(ENetHost* host) {
  if (host == nullptr) bench::broken("ENet made no host");
  enet_socket_set_option(host->socket, ENET_SOCKOPT_SNDBUF, bench::socket_buffer_bytes);
  enet_socket_set_option(host->socket, ENET_SOCKOPT_RCVBUF, bench::socket_buffer_bytes);
  return host;
}

void send_all(bench::Common& common, const bench::Load& load, bench::NumberedMessage& message) {
  ENetAddress address{};
  enet_address_set_host_ip(&address, "127.0.0.1");
  address.port = common.wait_for_port();
  ENetHost* const host = with_buffers(enet_host_create(nullptr, 1, 1, 0, 0));
  ENetPeer* const peer = enet_host_connect(host, &address, 1, 0);
  if (peer == nullptr) bench::broken("ENet made no peer");
  while (peer->state != ENET_PEER_STATE_CONNECTED) service(host, [](bowline::Bytes) {}), wait(host);
  for (std::uint64_t sent = 0;;) {
    for (; sent < load.messages && sent - acknowledged < load.outstanding_max(); ++sent) {
      const bowline::Bytes bytes = message.make(sent);
      ENetPacket* const packet = enet_packet_create(bytes.data(), bytes.size(), ENET_PACKET_FLAG_RELIABLE);
      if (packet == nullptr) bench::broken("ENet made no packet");
      packet->freeCallback = on_acknowledged;
      if (enet_peer_send(peer, 0, packet) != 0) bench::broken("ENet refused a message");
    }
    service(host, [](bowline::Bytes) {});
    if (sent == load.messages || sent - acknowledged >= load.outstanding_max()) wait(host);
  }
}

void receive_all(bench::Common& common, const bench::Load&, bench::Meter& meter) {
  ENetAddress address{};
  enet_address_set_host_ip(&address, "127.0.0.1");
  ENetHost* const host = with_buffers(enet_host_create(&address, 1, 1, 0, 0));
  common.port = host->address.port;
  while (!meter.done()) {
    service(host, [&](bowline::Bytes message) { meter.take(message); });
    enet_host_flush(host);
    wait(host);
  }
}

}  // namespace

int main(int count, char** values) {
  const bench::Settings settings{count, values};
  if (enet_initialize() != 0) bench::broken("ENet did not start");
  bench::compare_over_udp(settings, send_all, receive_all);
}
