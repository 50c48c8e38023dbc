// SPDX-License-Identifier: BSL-1.0
// Loopback only. What a kernel lacks is skipped.
#include "bowline/transport/udp_socket.hpp"

#include <gtest/gtest.h>

#include <array>
#include <cerrno>
#include <string>
#include <utility>
#include <vector>

namespace bowline {
namespace {

using namespace std::chrono_literals;

struct UdpSocketTest : testing::Test {
  UdpSocket a, z;
  UdpAddress to;

  void SetUp() override {
    const UdpAddress any = UdpAddress::resolve({.host = "127.0.0.1", .port = "0"}).value();
    ASSERT_EQ(a.bind(any, {}).code, 0);
    ASSERT_EQ(z.bind(any, {}).code, 0);
    to = z.local_address();
  }

  static UdpMessage message(std::string_view bytes, std::size_t segment_bytes) {
    return {bytes_of(bytes), segment_bytes, (bytes.size() + segment_bytes - 1) / segment_bytes};
  }
  static UdpMessage message(std::string_view bytes) { return {bytes_of(bytes), bytes.size(), 1}; }

  /// What arrives within a second, and how it was joined.
  std::pair<std::string, std::size_t> received() {
    std::string place(65'536, '\0');
    UdpArrival arrival;
    z.wait(1s, false);
    if (z.receive(std::as_writable_bytes(std::span{place}), arrival).arrivals == 0) return {"nothing", 0};
    EXPECT_EQ(arrival.source, a.local_address());
    EXPECT_FALSE(arrival.truncated);
    return {place.substr(0, arrival.bytes), arrival.segment_bytes};
  }
};

using Arrived = std::pair<std::string, std::size_t>;

TEST_F(UdpSocketTest, one_message_goes_and_comes) {
  const UdpMessage one = message("abc");
  EXPECT_EQ(a.send(to, {&one, 1}).messages, 1u);
  EXPECT_EQ(received(), (Arrived{"abc", 3}));
}

TEST_F(UdpSocketTest, a_call_sends_one_or_more_in_order) {
  const std::array three{message("a"), message("bb"), message("ccc")};
  for (std::span<const UdpMessage> rest{three}; !rest.empty();) {
    const UdpSent sent = a.send(to, rest);
    ASSERT_GE(sent.messages, 1u);
    rest = rest.subspan(sent.messages);
  }
  EXPECT_EQ(received(), (Arrived{"a", 1}));
  EXPECT_EQ(received(), (Arrived{"bb", 2}));
  EXPECT_EQ(received(), (Arrived{"ccc", 3}));
}

TEST_F(UdpSocketTest, a_segmented_message_arrives_in_parts_or_joined_again) {
  if (!a.can_segment()) GTEST_SKIP() << "no UDP_SEGMENT here";
  const UdpMessage segmented = message("aaaabbbbcc", 4);
  ASSERT_EQ(a.send(to, {&segmented, 1}).messages, 1u);
  EXPECT_EQ(received(), (Arrived{"aaaa", 4}));
  EXPECT_EQ(received(), (Arrived{"bbbb", 4}));
  EXPECT_EQ(received(), (Arrived{"cc", 2}));
  if (!z.join_received()) GTEST_SKIP() << "no UDP_GRO here";
  ASSERT_EQ(a.send(to, {&segmented, 1}).messages, 1u);
  EXPECT_EQ(received(), (Arrived{"aaaabbbbcc", 4}));
}

TEST_F(UdpSocketTest, a_segmented_message_and_a_plain_one_share_a_call) {
  if (!a.can_segment()) GTEST_SKIP() << "no UDP_SEGMENT here";
  const std::array both{message("aabb", 2), message("ccc")};
  ASSERT_EQ(a.send(to, both).messages, 2u);
  EXPECT_EQ(received().first, "aa");
  EXPECT_EQ(received().first, "bb");
  EXPECT_EQ(received().first, "ccc");
}

TEST_F(UdpSocketTest, many_are_received_apart_each_with_its_source_and_length) {
  const std::array three{message("a"), message("too long"), message("bbbb")};
  for (const UdpMessage& one : three) ASSERT_EQ(a.send(to, {&one, 1}).messages, 1u);
  std::string place(12, '.');
  std::vector<std::string> found;
  while (found.size() < 3) {
    z.wait(1s, false);
    const UdpReceived received =
        z.receive_many(std::as_writable_bytes(std::span{place}), 4, [&](std::size_t slot, const UdpArrival& arrival) {
          EXPECT_EQ(arrival.source, a.local_address());
          found.push_back(place.substr(4 * slot, arrival.bytes) + (arrival.truncated ? " cut" : ""));
        });
    ASSERT_GE(received.arrivals, 1u);
  }
  EXPECT_EQ(found, (std::vector<std::string>{"a", "too  cut", "bbbb"}));
}

#if defined(IP_PMTUDISC_PROBE)
TEST_F(UdpSocketTest, datagrams_leave_whole_unless_fragmentation_is_allowed) {
  const auto rule = [](const UdpSocket& socket) {
    int value = -1;
    socklen_t bytes = sizeof value;
    EXPECT_EQ(::getsockopt(socket.handle(), IPPROTO_IP, IP_MTU_DISCOVER, &value, &bytes), 0);
    return value;
  };
  EXPECT_EQ(rule(a), IP_PMTUDISC_PROBE);
  UdpSocket cutting;
  UdpOptions options;
  options.fragmentation = true;
  ASSERT_EQ(cutting.bind(UdpAddress::resolve({.host = "127.0.0.1", .port = "0"}).value(), options).code, 0);
  EXPECT_NE(rule(cutting), IP_PMTUDISC_PROBE);
}
#endif

TEST_F(UdpSocketTest, nothing_to_receive_is_an_error_that_says_so) {
  std::array<std::byte, 8> place{};
  UdpArrival arrival;
  const auto none = [](std::size_t, const UdpArrival&) { ADD_FAILURE(); };
  EXPECT_EQ(socket_error(z.receive(place, arrival).error), SocketError::would_block);
  EXPECT_EQ(socket_error(z.receive_many(place, 4, none).error), SocketError::would_block);
}

TEST_F(UdpSocketTest, one_that_was_moved_from_does_nothing_and_says_so) {
#if defined(_WIN32)
  constexpr int not_a_socket = ENOTSOCK;
#else
  constexpr int not_a_socket = EBADF;
#endif
  UdpSocket moved = std::move(a);
  const UdpMessage one = message("abc");
  EXPECT_EQ(a.send(to, {&one, 1}).error, not_a_socket);
  EXPECT_FALSE(a.can_segment() || a.join_received() || a.local_address());
  EXPECT_EQ(moved.send(to, {&one, 1}).messages, 1u);
}

TEST_F(UdpSocketTest, no_more_are_received_than_there_are_places_for) {
  for (const UdpMessage& one : {message("a"), message("b"), message("c")}) {
    ASSERT_EQ(a.send(to, {&one, 1}).messages, 1u);
  }
  std::string place(12, '.');
  const Buffer two = std::as_writable_bytes(std::span{place}).first(11);  // and three bytes that are no place
  std::size_t found = 0;
  while (found < 2) {
    z.wait(1s, false);
    const UdpReceived received = z.receive_many(two, 4, [](std::size_t, const UdpArrival&) {});
    ASSERT_GE(received.arrivals, 1u);
    ASSERT_LE(received.arrivals, 2u);
    found += received.arrivals;
  }
  EXPECT_EQ(place.substr(8), "....");
}

}  // namespace
}  // namespace bowline
