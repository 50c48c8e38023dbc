// SPDX-License-Identifier: BSL-1.0
// The sockets of this system, under names that all systems share.
#pragma once

// Each of the two headers defines:
//
//   SocketHandle, no_socket   what the system calls a socket by, and what it never calls one.
//   SocketUse                 sockets, and what looks addresses up or writes them, work while there is one.
//   last_socket_error()       the `errno` of the call that has just failed here, or a code of the system's own.
//   socket_error_text(error)  the system's words for it.
//   resolver_error_text(e)    the same for what `getaddrinfo` answered, just afterwards.
//   open_udp_socket(family)   one that does not block and that no other program inherits; no_socket where it failed.
//   close_socket(handle)
//   set_socket_option(handle, level, name, value)       whether the system took it.
//   forbid_fragmentation(handle, family)                datagrams leave whole, with the bit that forbids routers to cut
//                                                       them, whatever the system has heard of the path: anybody can
//                                                       forge that. A system that knows no such thing cuts as before.
//   wait_for_socket(handle, limit, writable)            until a datagram waits, there is room to send where `writable`,
//                                                       or `limit`, 0 to an hour, has passed.
#if defined(_WIN32)
#include "bowline/transport/winsock_sockets.hpp"
#else
#include "bowline/transport/posix_sockets.hpp"
#endif
