// SPDX-License-Identifier: BSL-1.0
#include "bowline/transport/winsock_errors.hpp"

#include <gtest/gtest.h>

#if defined(_WIN32)

#include "bowline/transport/socket_errors.hpp"

namespace bowline {
namespace {

TEST(WinsockErrors, each_goes_to_errno_and_back) {
  for (const WinsockErrorName& name : winsock_error_names) {
    EXPECT_EQ(posix_error(name.winsock), name.posix);
    EXPECT_EQ(winsock_error(name.posix), name.winsock);
  }
}

TEST(WinsockErrors, those_that_datagrams_meet_have_a_kind) {
  EXPECT_EQ(socket_error(posix_error(10035)), SocketError::would_block);  // WSAEWOULDBLOCK
  EXPECT_EQ(socket_error(posix_error(10055)), SocketError::no_buffers);   // WSAENOBUFS
  EXPECT_EQ(socket_error(posix_error(10004)), SocketError::interrupted);  // WSAEINTR
  EXPECT_EQ(socket_error(posix_error(10054)), SocketError::refused);      // WSAECONNRESET
  EXPECT_EQ(socket_error(posix_error(10040)), SocketError::too_large);    // WSAEMSGSIZE
  EXPECT_EQ(socket_error(posix_error(10049)), SocketError::unreachable);  // WSAEADDRNOTAVAIL
  EXPECT_EQ(socket_error(posix_error(10050)), SocketError::unreachable);  // WSAENETDOWN
  EXPECT_EQ(socket_error(posix_error(10051)), SocketError::unreachable);  // WSAENETUNREACH
  EXPECT_EQ(socket_error(posix_error(10052)), SocketError::unreachable);  // WSAENETRESET
  EXPECT_EQ(socket_error(posix_error(10065)), SocketError::unreachable);  // WSAEHOSTUNREACH
  EXPECT_EQ(socket_error(posix_error(10013)), SocketError::forbidden);    // WSAEACCES
  EXPECT_EQ(socket_error(posix_error(10038)), SocketError::other);        // WSAENOTSOCK
}

TEST(WinsockErrors, what_has_no_other_name_keeps_its_own) {
  EXPECT_EQ(posix_error(10093), 10093);  // WSANOTINITIALISED
  EXPECT_EQ(winsock_error(10093), 10093);
  EXPECT_EQ(posix_error(0), 0);
}

}  // namespace
}  // namespace bowline

#endif
