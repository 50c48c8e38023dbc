// SPDX-License-Identifier: BSL-1.0
#include "bowline/transport/udp_sender.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <deque>
#include <string>
#include <vector>

namespace bowline {
namespace {

/// A socket that answers as a test says, and notes what it sent.
struct ScriptedSocket {
  struct Answer {
    std::size_t messages = 32;  ///< sends as many at most
    int error = 0;              ///< or fails
  };
  std::deque<Answer> answers{};
  int segments_error = 0;  ///< of every message that is to be cut
  int many_error = 0;      ///< of every call with more than one message
  std::vector<std::string> sent{};  ///< datagrams, in order
  std::size_t calls = 0;

  UdpSent send(const UdpAddress&, std::span<const UdpMessage> messages) {
    ++calls;
    Answer answer;
    if (!answers.empty()) answer = answers.front(), answers.pop_front();
    if (answer.error == 0 && messages.size() > 1) answer.error = many_error;
    if (answer.error == 0 && messages.front().segmented()) answer.error = segments_error;
    if (answer.error != 0) return {0, answer.error};
    messages = messages.first((std::min)(answer.messages, messages.size()));
    for (const UdpMessage& message : messages) {
      for (std::size_t at = 0; at < message.bytes.size(); at += message.segment_bytes) {
        sent.emplace_back(text(message.bytes).substr(at, message.segment_bytes));
      }
    }
    return {messages.size(), 0};
  }
};

using Strings = std::vector<std::string>;

struct UdpSenderTest : testing::Test {
  ScriptedSocket socket;
  UdpAddress to;
  UdpBatch batch;
  UdpStats stats;
  Strings datagrams;

  void add(const Strings& added) {
    for (const std::string& datagram : added) {
      std::ranges::copy(bytes_of(datagram), batch.room(datagram.size()).begin());
      batch.commit(datagram.size());
      datagrams.push_back(datagram);
    }
  }
  SendOutcome flush(UdpSender& sender) { return sender.flush(socket, to, batch, stats); }
};

TEST_F(UdpSenderTest, equal_datagrams_leave_in_one_call) {
  UdpSender sender{true, true};
  add({"aa", "bb", "cc", "d"});
  EXPECT_EQ(flush(sender), SendOutcome::sent);
  EXPECT_EQ(socket.sent, datagrams);
  EXPECT_EQ(stats.send_calls, 1u);
  EXPECT_EQ(stats.sent, 4u);
  EXPECT_EQ(stats.sent_segmented, 4u);
  EXPECT_TRUE(batch.empty());
}

TEST_F(UdpSenderTest, several_messages_leave_in_one_call) {
  UdpSender sender{true, true};
  add({"a", "bbb", "ccc", "ddddd"});
  EXPECT_EQ(flush(sender), SendOutcome::sent);
  EXPECT_EQ(socket.sent, datagrams);
  EXPECT_EQ(stats.send_calls, 1u);
  EXPECT_EQ(stats.sent_segmented, 2u);
}

TEST_F(UdpSenderTest, without_segmentation_each_datagram_is_a_message) {
  UdpSender sender{false, true};
  for (int i = 0; i < 40; ++i) add({"aa"});
  EXPECT_EQ(flush(sender), SendOutcome::sent);
  EXPECT_EQ(socket.sent, datagrams);
  EXPECT_EQ(stats.send_calls, 2u);  // 32 + 8
  EXPECT_EQ(stats.sent_segmented, 0u);
}

TEST_F(UdpSenderTest, without_either_each_datagram_is_a_call) {
  UdpSender sender{false, false};
  add({"aa", "bb", "cc"});
  EXPECT_EQ(flush(sender), SendOutcome::sent);
  EXPECT_EQ(socket.sent, datagrams);
  EXPECT_EQ(stats.send_calls, 3u);
}

TEST_F(UdpSenderTest, nothing_to_send_asks_nobody) {
  UdpSender sender{true, true};
  EXPECT_EQ(flush(sender), SendOutcome::sent);
  EXPECT_EQ(socket.calls, 0u);
}

TEST_F(UdpSenderTest, what_the_system_did_not_take_is_offered_again_in_order) {
  UdpSender sender{false, true};
  socket.answers = {{1, 0}, {2, 0}};
  add({"a", "b", "c", "d", "e"});
  EXPECT_EQ(flush(sender), SendOutcome::sent);
  EXPECT_EQ(socket.sent, datagrams);
  EXPECT_EQ(stats.send_calls, 3u);
}

TEST_F(UdpSenderTest, would_block_keeps_what_was_not_sent) {
  UdpSender sender{false, true};
  socket.answers = {{2, 0}, {0, EAGAIN}};
  add({"a", "b", "c", "d"});
  EXPECT_EQ(flush(sender), SendOutcome::would_block);
  EXPECT_EQ(socket.sent, (Strings{"a", "b"}));
  EXPECT_FALSE(sender.device_full());
  add({"e"});
  EXPECT_EQ(flush(sender), SendOutcome::sent);
  EXPECT_EQ(socket.sent, (Strings{"a", "b", "c", "d", "e"}));
  EXPECT_EQ(stats.send_errors.of(SocketError::would_block), 1u);
  EXPECT_EQ(stats.dropped_failed, 0u);
}

TEST_F(UdpSenderTest, a_full_device_blocks_and_is_remembered_until_the_next_flush) {
  UdpSender sender{true, true};
  socket.answers = {{0, ENOBUFS}};
  add({"aa", "bb"});
  EXPECT_EQ(flush(sender), SendOutcome::would_block);
  EXPECT_EQ(socket.calls, 1u);
  EXPECT_TRUE(sender.device_full());
  EXPECT_EQ(flush(sender), SendOutcome::sent);
  EXPECT_FALSE(sender.device_full());
  EXPECT_EQ(socket.sent, datagrams);
}

TEST_F(UdpSenderTest, a_message_that_is_not_cut_is_sent_plainly_and_none_is_tried_again) {
  for (const int error : {EIO, EINVAL, EMSGSIZE, EOPNOTSUPP}) {
    UdpSender sender{true, true};
    socket = {}, stats = {}, datagrams = {};
    socket.segments_error = error;
    add({"aa", "bb", "cc"});
    EXPECT_EQ(flush(sender), SendOutcome::sent);
    EXPECT_EQ(socket.sent, datagrams) << error;
    EXPECT_EQ(socket.calls, 2u);
    add({"dd", "ee"});
    EXPECT_EQ(flush(sender), SendOutcome::sent);
    EXPECT_EQ(socket.sent, datagrams) << error;
    EXPECT_EQ(socket.calls, 3u);
    EXPECT_EQ(stats.segmentation_refused, 1u);
    EXPECT_EQ(stats.send_errors.sum(), 0u);
    EXPECT_EQ(stats.sent_segmented, 0u);
  }
}

TEST_F(UdpSenderTest, segments_too_long_for_the_path_do_not_end_shorter_ones) {
  UdpSender sender{true, true};
  socket.segments_error = EMSGSIZE;
  add({"aaa", "bbb"});
  EXPECT_EQ(flush(sender), SendOutcome::sent);
  socket.segments_error = 0;
  add({"ccc", "ddd", "ee", "ff"});
  EXPECT_EQ(flush(sender), SendOutcome::sent);
  EXPECT_EQ(socket.sent, datagrams);
  EXPECT_EQ(stats.sent_segmented, 2u);
}

TEST_F(UdpSenderTest, length_matters_only_to_what_can_leave_together) {
  UdpSender segmenting{true, true}, plain{false, true};
  add({"aaa", "bbb"});
  EXPECT_EQ(segmenting.bytes_wanted(batch), 3u);
  EXPECT_EQ(plain.bytes_wanted(batch), 0u);
  socket.segments_error = EMSGSIZE;
  EXPECT_EQ(flush(segmenting), SendOutcome::sent);
  batch.release_if_empty();
  add({"ccc"});
  EXPECT_EQ(segmenting.bytes_wanted(batch), 0u);
}

TEST_F(UdpSenderTest, a_device_without_checksums_ends_segmentation) {
  UdpSender sender{true, true};
  socket.segments_error = EIO;
  add({"aaa", "bbb"});
  EXPECT_EQ(flush(sender), SendOutcome::sent);
  socket.segments_error = 0;
  add({"ee", "ff"});
  EXPECT_EQ(flush(sender), SendOutcome::sent);
  EXPECT_EQ(stats.sent_segmented, 0u);
}

TEST_F(UdpSenderTest, a_system_without_the_call_for_many_gets_one_at_a_time) {
  UdpSender sender{false, true};
  socket.many_error = ENOSYS;
  add({"a", "b", "c"});
  EXPECT_EQ(flush(sender), SendOutcome::sent);
  EXPECT_EQ(socket.sent, datagrams);
  EXPECT_EQ(socket.calls, 4u);  // one that failed, and 3
  socket.answers = {{0, ENOSYS}};
  add({"d"});
  EXPECT_EQ(flush(sender), SendOutcome::dropped) << "there is no call left to fall back to";
}

TEST_F(UdpSenderTest, an_error_that_does_not_pass_drops_one_message_and_goes_on) {
  UdpSender sender{true, true};
  socket.answers = {{0, EPERM}};
  add({"aa", "bb", "ccc"});
  EXPECT_EQ(flush(sender), SendOutcome::dropped);
  EXPECT_EQ(socket.sent, Strings{"ccc"});
  EXPECT_EQ(stats.dropped_failed, 2u);
  EXPECT_EQ(stats.send_errors.of(SocketError::forbidden), 1u);
  EXPECT_TRUE(batch.empty());
}

TEST_F(UdpSenderTest, a_plain_datagram_that_is_too_large_is_dropped_and_changes_nothing) {
  UdpSender sender{true, true};
  socket.answers = {{0, EMSGSIZE}};
  EXPECT_EQ(sender.send(socket, to, bytes_of("large"), stats), SendOutcome::dropped);
  EXPECT_EQ(stats.segmentation_refused, 0u);
  add({"aa", "bb"});
  EXPECT_EQ(flush(sender), SendOutcome::sent);
  EXPECT_EQ(stats.sent_segmented, 2u);
}

}  // namespace
}  // namespace bowline
