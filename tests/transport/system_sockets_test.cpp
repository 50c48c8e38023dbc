// SPDX-License-Identifier: BSL-1.0
// What the sockets of all systems share. Loopback only.
#include "bowline/transport/system_sockets.hpp"

#include <gtest/gtest.h>

#include <array>
#include <cerrno>
#include <chrono>

namespace bowline {
namespace {

using namespace std::chrono_literals;

struct SystemSockets : testing::Test {
  [[maybe_unused]] SocketUse use{};
};

/// Bound to a port of the system's choice.
SocketHandle bound() {
  const SocketHandle handle = open_udp_socket(AF_INET);
  sockaddr_in any{};
  any.sin_family = AF_INET;
  any.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  EXPECT_EQ(::bind(handle, reinterpret_cast<const sockaddr*>(&any), sizeof any), 0);
  return handle;
}

TEST_F(SystemSockets, a_socket_that_is_opened_does_not_block) {
  const SocketHandle handle = bound();
  ASSERT_NE(handle, no_socket);
  std::array<char, 8> place{};
  EXPECT_LT(::recv(handle, place.data(), place.size(), 0), 0);
  const int error = last_socket_error();
  EXPECT_TRUE(error == EAGAIN || error == EWOULDBLOCK) << error;
  close_socket(handle);
}

TEST_F(SystemSockets, a_family_that_there_is_not_opens_none_and_says_why) {
  EXPECT_EQ(open_udp_socket(AF_UNSPEC + 999), no_socket);
  EXPECT_EQ(last_socket_error(), EAFNOSUPPORT);
  EXPECT_NE(socket_error_text(EAFNOSUPPORT), socket_error_text(EADDRINUSE));
}

TEST_F(SystemSockets, an_option_is_taken_or_refused) {
  const SocketHandle handle = bound();
  EXPECT_TRUE(set_socket_option(handle, SOL_SOCKET, SO_BROADCAST, 1));
  int value = 0;
  socklen_t bytes = sizeof value;
  EXPECT_EQ(::getsockopt(handle, SOL_SOCKET, SO_BROADCAST, reinterpret_cast<char*>(&value), &bytes), 0);
  EXPECT_NE(value, 0);
  EXPECT_FALSE(set_socket_option(no_socket, SOL_SOCKET, SO_BROADCAST, 1));
  close_socket(handle);
}

TEST_F(SystemSockets, a_wait_lasts_its_limit_unless_there_is_what_it_waits_for) {
  const SocketHandle handle = bound();
  const auto start = std::chrono::steady_clock::now();
  wait_for_socket(handle, 20ms, false);
  EXPECT_GE(std::chrono::steady_clock::now() - start, 20ms);
  wait_for_socket(handle, 60s, true);  // There is room to send.
  EXPECT_LT(std::chrono::steady_clock::now() - start, 50s);
  close_socket(handle);
}

}  // namespace
}  // namespace bowline
