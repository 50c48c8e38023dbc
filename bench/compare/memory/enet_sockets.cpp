// SPDX-License-Identifier: BSL-1.0
#include "compare/memory/enet_sockets.hpp"

#include <enet/enet.h>

#include <algorithm>
#include <cstring>

namespace {

bench::Paths* given = nullptr;
int sockets = 0;

// Sockets are numbered from 1; the first one's datagrams go forth.
bench::Path& out_of(ENetSocket socket) { return socket == 1 ? given->forth : given->back; }
bench::Path& into(ENetSocket socket) { return socket == 1 ? given->back : given->forth; }

}  // namespace

void bench::give_enet(Paths& paths) { given = &paths; }

extern "C" {

enet_uint32 enet_time_get(void) { return static_cast<enet_uint32>(given->now); }

ENetSocket enet_socket_create(ENetSocketType) { return ++sockets; }
int enet_socket_bind(ENetSocket, const ENetAddress*) { return 0; }
int enet_socket_get_address(ENetSocket, ENetAddress*) { return -1; }
int enet_socket_set_option(ENetSocket, ENetSocketOption, int) { return 0; }
void enet_socket_destroy(ENetSocket) {}

int enet_socket_wait(ENetSocket, enet_uint32* condition, enet_uint32) {
  *condition = ENET_SOCKET_WAIT_NONE;
  return 0;
}

int enet_socket_send(ENetSocket socket, const ENetAddress*, const ENetBuffer* buffers, std::size_t count) {
  std::byte* const place = out_of(socket).place().data();
  std::size_t used = 0;
  for (std::size_t i = 0; i < count; ++i) {
    if (used + buffers[i].dataLength > bench::Path::datagram_bytes_max) bench::broken("ENet's datagram is too large");
    std::memcpy(place + used, buffers[i].data, buffers[i].dataLength);
    used += buffers[i].dataLength;
  }
  out_of(socket).leave(given->now, used);
  return static_cast<int>(used);
}

int enet_socket_receive(ENetSocket socket, ENetAddress* from, ENetBuffer* buffers, std::size_t) {
  const bowline::Buffer datagram = into(socket).arrive(given->now);
  if (datagram.empty()) return 0;
  from->host = from->port = static_cast<enet_uint16>(3 - socket);
  if (datagram.size() > buffers->dataLength) return -2;
  std::memcpy(buffers->data, datagram.data(), datagram.size());
  return static_cast<int>(datagram.size());
}

}  // extern "C"
