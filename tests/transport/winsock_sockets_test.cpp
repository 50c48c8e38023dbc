// SPDX-License-Identifier: BSL-1.0
#include "bowline/transport/winsock_sockets.hpp"

#include <gtest/gtest.h>

#if defined(_WIN32)

namespace bowline {
namespace {

TEST(WinsockSockets, there_are_sockets_while_somebody_uses_them) {
  {
    const SocketUse outer;
    { const SocketUse inner; }
    const SocketHandle handle = open_udp_socket(AF_INET);
    EXPECT_NE(handle, no_socket);
    close_socket(handle);
  }
  EXPECT_EQ(open_udp_socket(AF_INET), no_socket);
  EXPECT_EQ(last_socket_error(), WSANOTINITIALISED);
}

TEST(WinsockSockets, a_socket_is_not_inherited) {
  const SocketUse use;
  const SocketHandle handle = open_udp_socket(AF_INET);
  DWORD flags = HANDLE_FLAG_INHERIT;
  ASSERT_NE(::GetHandleInformation(reinterpret_cast<HANDLE>(handle), &flags), FALSE);
  EXPECT_EQ(flags & HANDLE_FLAG_INHERIT, 0u);
  close_socket(handle);
}

TEST(WinsockSockets, nobody_else_takes_the_place_of_a_socket) {
  const SocketUse use;
  const SocketHandle first = open_udp_socket(AF_INET);
  sockaddr_in place{};
  int bytes = sizeof place;
  place.sin_family = AF_INET;
  place.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  auto* const address = reinterpret_cast<sockaddr*>(&place);
  ASSERT_EQ(::bind(first, address, bytes), 0);
  ASSERT_EQ(::getsockname(first, address, &bytes), 0);
  const SocketHandle thief = ::socket(AF_INET, SOCK_DGRAM, 0);
  EXPECT_TRUE(set_socket_option(thief, SOL_SOCKET, SO_REUSEADDR, 1));
  EXPECT_NE(::bind(thief, address, bytes), 0);
  int exclusive = 0;
  int size = sizeof exclusive;
  EXPECT_EQ(::getsockopt(first, SOL_SOCKET, SO_EXCLUSIVEADDRUSE, reinterpret_cast<char*>(&exclusive), &size), 0);
  EXPECT_NE(exclusive, 0) << "Wine refuses the thief in any case";
  close_socket(thief);
  close_socket(first);
}

TEST(WinsockSockets, an_error_without_words_has_its_number) {
  EXPECT_NE(socket_error_text(EADDRINUSE).find("(10048)"), std::string::npos);
  EXPECT_NE(resolver_error_text(WSAHOST_NOT_FOUND).find("(11001)"), std::string::npos);
}

}  // namespace
}  // namespace bowline

#endif
