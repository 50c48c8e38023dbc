// SPDX-License-Identifier: BSL-1.0
#include "bowline/transport/udp_receiver.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <deque>
#include <string>
#include <vector>

namespace bowline {
namespace {

UdpAddress address(const char* port) {
  return UdpAddress::resolve({.host = "127.0.0.1", .port = port}).value();
}

/// A socket in which a test's messages wait, joined ones among them.
struct ScriptedSocket {
  struct Waiting {
    std::string bytes;
    std::size_t segment_bytes;
    UdpAddress source;
    int error = 0;
  };
  std::deque<Waiting> waiting{};
  bool knows_many = true;
  std::size_t calls = 0, calls_for_many = 0;

  UdpReceived receive(Buffer place, UdpArrival& arrival) {
    ++calls;
    if (waiting.empty()) return {0, EAGAIN};
    const Waiting message = waiting.front();
    waiting.pop_front();
    if (message.error != 0) return {0, message.error};
    const std::size_t bytes = (std::min)(place.size(), message.bytes.size());
    std::copy_n(bytes_of(message.bytes).begin(), bytes, place.begin());
    arrival = {bytes, message.segment_bytes, bytes < message.bytes.size(), message.source};
    return {1, 0};
  }

  template <class Each>
  UdpReceived receive_many(Buffer place, std::size_t bytes_max, Each&& each) {
    ++calls_for_many;
    if (!knows_many) return {0, ENOSYS};
    UdpReceived all{0, EAGAIN};
    for (; !place.empty() && !waiting.empty(); place = place.subspan(bytes_max)) {
      UdpArrival arrival;
      static_cast<void>(receive(place.first(bytes_max), arrival));
      each(all.arrivals++, arrival);
    }
    return all;
  }
};

using Strings = std::vector<std::string>;

struct UdpReceiverTest : testing::Test {
  const UdpAddress peer = address("9001"), stranger = address("9002");
  ScriptedSocket socket;
  UdpStats stats;

  void arrive(const std::string& bytes, std::size_t segment_bytes, const UdpAddress& source) {
    socket.waiting.push_back({bytes, segment_bytes, source});
  }
  void arrive(const std::string& bytes, const UdpAddress& source) { arrive(bytes, bytes.size(), source); }

  /// Everything that `next` hands out until it finds nothing.
  Strings all(UdpReceiver& receiver, const UdpAddress* only, std::size_t bytes_max = 4) {
    Strings found;
    while (const auto datagram = receiver.next(socket, only, bytes_max, stats)) found.emplace_back(text(*datagram));
    return found;
  }
};

TEST_F(UdpReceiverTest, a_joined_message_is_handed_out_in_its_parts) {
  UdpReceiver receiver{false};
  arrive("aaaabbbbcc", 4, peer);
  arrive("d", peer);
  EXPECT_EQ(all(receiver, &peer), (Strings{"aaaa", "bbbb", "cc", "d"}));
  EXPECT_EQ(stats.received, 4u);
  EXPECT_EQ(stats.received_joined, 3u);
  EXPECT_EQ(stats.receive_calls, 3u);  // and the one that found nothing
}

TEST_F(UdpReceiverTest, parts_wait_without_another_call) {
  UdpReceiver receiver{false};
  arrive("aabb", 2, peer);
  EXPECT_FALSE(receiver.waiting());
  EXPECT_TRUE(receiver.next(socket, &peer, 4, stats));
  EXPECT_TRUE(receiver.waiting());
  EXPECT_TRUE(receiver.next(socket, &peer, 4, stats));
  EXPECT_FALSE(receiver.waiting());
  EXPECT_EQ(socket.calls, 1u);
}

TEST_F(UdpReceiverTest, a_view_outlives_what_others_receive) {
  UdpReceiver receiver{false}, other{false};
  arrive("aabb", 2, peer);
  const auto view = receiver.next(socket, &peer, 4, stats);
  ScriptedSocket elsewhere;
  for (int i = 0; i < 100; ++i) elsewhere.waiting.push_back({"zzzzzzzz", 8, peer});
  while (other.next(elsewhere, &peer, 8, stats)) {
  }
  EXPECT_EQ(text(*view), "aa");
  EXPECT_EQ(all(receiver, &peer), Strings{"bb"});
}

TEST_F(UdpReceiverTest, a_joined_message_of_a_stranger_is_dropped_as_a_whole) {
  UdpReceiver receiver{false};
  arrive("aaaabbbbcc", 4, stranger);
  arrive("", stranger);
  arrive("peer", peer);
  EXPECT_EQ(all(receiver, &peer), Strings{"peer"});
  EXPECT_EQ(stats.dropped_foreign, 4u);  // three parts and an empty one
}

TEST_F(UdpReceiverTest, without_a_peer_everybody_is_heard_and_named) {
  for (const bool many : {false, true}) {
    UdpReceiver receiver{many};
    arrive("1", stranger);
    arrive("2", peer);
    ASSERT_TRUE(receiver.next(socket, nullptr, 4, stats));
    EXPECT_EQ(receiver.source(), stranger);
    ASSERT_TRUE(receiver.next(socket, nullptr, 4, stats));
    EXPECT_EQ(receiver.source(), peer);
    EXPECT_EQ(socket.calls_for_many, 0u);
    EXPECT_EQ(all(receiver, nullptr), Strings{});
  }
}

TEST_F(UdpReceiverTest, many_datagrams_of_one_peer_take_one_call) {
  UdpReceiver receiver{true};
  for (const char* datagram : {"a", "bbbb", "cc"}) arrive(datagram, peer);
  EXPECT_EQ(all(receiver, &peer), (Strings{"a", "bbbb", "cc"}));
  EXPECT_EQ(socket.calls_for_many, 2u);  // and the one that found nothing
  EXPECT_EQ(stats.received, 3u);
}

TEST_F(UdpReceiverTest, among_many_each_is_judged_alone) {
  UdpReceiver receiver{true};
  arrive("a", peer);
  arrive("no", stranger);
  arrive("", peer);
  arrive("large", peer);
  arrive("b", peer);
  EXPECT_EQ(all(receiver, &peer), (Strings{"a", "b"}));
  EXPECT_EQ(stats.dropped_foreign, 1u);
  EXPECT_EQ(stats.dropped_empty, 1u);
  EXPECT_EQ(stats.dropped_too_large, 1u);
}

TEST_F(UdpReceiverTest, empty_and_oversized_ones_are_dropped_alone_and_in_joined_messages) {
  UdpReceiver receiver{false};
  arrive("", peer);
  arrive("large", peer);
  arrive("large" "tail", 5, peer);
  arrive("b", peer);
  EXPECT_EQ(all(receiver, &peer), (Strings{"tail", "b"}));
  EXPECT_EQ(stats.dropped_empty, 1u);
  EXPECT_EQ(stats.dropped_too_large, 2u);
}

TEST_F(UdpReceiverTest, a_buffer_without_a_byte_takes_nothing) {
  for (const bool many : {false, true}) {
    UdpReceiver receiver{many};
    arrive("a", peer);
    EXPECT_EQ(all(receiver, &peer, 0), Strings{});
  }
  EXPECT_EQ(stats.dropped_too_large, 2u);
}

TEST_F(UdpReceiverTest, a_call_ends_after_its_attempts_and_the_next_goes_on) {
  for (const bool many : {false, true}) {
    UdpReceiver receiver{many};
    for (int i = 0; i < 40; ++i) arrive("no", stranger);
    arrive("yes", peer);
    EXPECT_FALSE(receiver.next(socket, &peer, 4, stats).has_value());
    EXPECT_EQ(socket.waiting.size(), 9u);  // 41 − 32
    EXPECT_EQ(all(receiver, &peer), Strings{"yes"});
  }
}

TEST_F(UdpReceiverTest, errors_are_counted_and_looked_past) {
  UdpReceiver receiver{false};
  socket.waiting.push_back({"", 0, peer, ECONNREFUSED});
  arrive("a", peer);
  EXPECT_EQ(all(receiver, &peer), Strings{"a"});
  EXPECT_EQ(stats.receive_errors.of(SocketError::refused), 1u);
  socket.waiting.push_back({"", 0, peer, ENOSYS});
  arrive("b", peer);
  EXPECT_EQ(all(receiver, &peer), Strings{"b"});
  EXPECT_EQ(stats.receive_errors.sum(), 2u) << "who asks for one is not answered by asking for one";
}

TEST_F(UdpReceiverTest, a_system_without_the_call_for_many_is_asked_for_one) {
  UdpReceiver receiver{true};
  socket.knows_many = false;
  arrive("a", peer);
  arrive("b", peer);
  EXPECT_EQ(all(receiver, &peer), (Strings{"a", "b"}));
  EXPECT_EQ(socket.calls_for_many, 1u);
  EXPECT_EQ(stats.receive_errors.sum(), 0u);
}

TEST_F(UdpReceiverTest, nothing_received_gives_the_block_back) {
  UdpReceiver receiver{false};
  arrive("a", peer);
  const auto view = receiver.next(socket, &peer, 4, stats);
  const std::byte* const place = view->data();
  EXPECT_FALSE(receiver.next(socket, &peer, 4, stats));
  EXPECT_EQ(BatchBlockInUse{SpareBatchBlocks::take()}->bytes.data(), place);
}

}  // namespace
}  // namespace bowline
