// SPDX-License-Identifier: BSL-1.0
#include "bowline/transport/posix_sockets.hpp"

#include <gtest/gtest.h>

#if !defined(_WIN32)

namespace bowline {
namespace {

TEST(PosixSockets, a_socket_does_not_block_and_is_not_inherited) {
  const SocketHandle handle = open_udp_socket(AF_INET);
  EXPECT_NE(::fcntl(handle, F_GETFL) & O_NONBLOCK, 0);
  EXPECT_NE(::fcntl(handle, F_GETFD) & FD_CLOEXEC, 0);
  close_socket(handle);
  EXPECT_EQ(::fcntl(handle, F_GETFD), -1) << "it is closed";
}

TEST(PosixSockets, errors_have_the_words_of_the_system) {
  EXPECT_EQ(socket_error_text(EADDRINUSE), "Address already in use");
  EXPECT_EQ(resolver_error_text(EAI_FAMILY), gai_strerror(EAI_FAMILY));
  errno = EADDRINUSE;
  EXPECT_EQ(resolver_error_text(EAI_SYSTEM), "Address already in use");
}

}  // namespace
}  // namespace bowline

#endif
