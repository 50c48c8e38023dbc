// SPDX-License-Identifier: BSL-1.0
// Two hosts of ENet in memory, one reliable channel. `checksum=1` turns on the CRC-32 that ENet offers.
#include <enet/enet.h>

#include "compare/memory/enet_sockets.hpp"
#include "compare/memory/run.hpp"

namespace {

class Hosts {
 public:
  Hosts(bench::Paths& paths, bool checksum) : paths_{paths} {
    bench::give_enet(paths);
    ENetAddress own{1, 1};
    a_ = enet_host_create(&own, 1, 1, 0, 0);
    ENetAddress other{2, 2};
    z_ = enet_host_create(&other, 1, 1, 0, 0);
    if (a_ == nullptr || z_ == nullptr) bench::broken("ENet made no host");
    if (checksum) a_->checksum = z_->checksum = enet_crc32;
    peer_ = enet_host_connect(a_, &other, 1, 0);
    if (peer_ == nullptr) bench::broken("ENet made no peer");
  }

  void connect() {
    for (int tick = 0; tick < 10'000; ++tick, ++paths_.now) {
      service(a_, [](bowline::Bytes) {});
      service(z_, [](bowline::Bytes) {});
      if (peer_->state == ENET_PEER_STATE_CONNECTED && z_->peers[0].state == ENET_PEER_STATE_CONNECTED) return;
    }
    bench::broken("the hosts of ENet did not connect");
  }

  bool send(bowline::Bytes message) {
    ENetPacket* const packet = enet_packet_create(message.data(), message.size(), ENET_PACKET_FLAG_RELIABLE);
    if (packet == nullptr || enet_peer_send(peer_, 0, packet) != 0) bench::broken("ENet refused a message");
    return true;
  }

  template <class Take>
  void deliver(Take&& take) {
    enet_host_flush(a_);
    service(z_, take);
  }

  void answer() {
    enet_host_flush(z_);
    service(a_, [](bowline::Bytes) {});
  }

 private:
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

  bench::Paths& paths_;
  ENetHost* a_;
  ENetHost* z_;
  ENetPeer* peer_;
};

}  // namespace

int main(int count, char** values) {
  const bench::Settings settings{count, values};
  bench::Paths paths = bench::paths_of(settings);
  Hosts hosts{paths, settings.number("checksum", 0) != 0};
  bench::run(settings, paths, hosts);
}
