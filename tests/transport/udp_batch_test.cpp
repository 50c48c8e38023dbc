// SPDX-License-Identifier: BSL-1.0
#include "bowline/transport/udp_batch.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <string>
#include <vector>

namespace bowline {
namespace {

void add(UdpBatch& batch, const std::string& datagram) {
  const Buffer room = batch.room(datagram.size());
  ASSERT_EQ(room.size(), datagram.size());
  std::ranges::copy(bytes_of(datagram), room.begin());
  batch.commit(datagram.size());
}

/// The messages, segments separated by bars: "aaa|aaa|a".
std::vector<std::string> messages(const UdpBatch& batch, std::size_t segment_bytes_max = 65'507) {
  std::array<UdpMessage, 32> places;
  std::vector<std::string> found;
  for (const UdpMessage& message : batch.messages(places, segment_bytes_max)) {
    std::string& all = found.emplace_back();
    for (std::size_t i = 0; i < message.datagrams; ++i) {
      all += i == 0 ? "" : "|";
      all += text(message.bytes).substr(i * message.segment_bytes, message.segment_bytes);
    }
  }
  return found;
}

using Strings = std::vector<std::string>;

TEST(UdpBatch, a_new_one_is_empty) {
  UdpBatch batch;
  EXPECT_TRUE(batch.empty());
  EXPECT_EQ(messages(batch), Strings{});
}

TEST(UdpBatch, room_that_is_not_used_adds_nothing) {
  UdpBatch batch;
  EXPECT_EQ(batch.room(1200).size(), 1200u);
  EXPECT_TRUE(batch.empty());
  batch.release_if_empty();
  EXPECT_TRUE(batch.empty());
}

TEST(UdpBatch, equal_datagrams_are_one_message_and_the_first_shorter_one_ends_it) {
  UdpBatch batch;
  for (const char* datagram : {"aaa", "bbb", "c", "ddd", "eee"}) add(batch, datagram);
  EXPECT_EQ(messages(batch), (Strings{"aaa|bbb|c", "ddd|eee"}));
}

TEST(UdpBatch, a_longer_datagram_begins_a_message) {
  UdpBatch batch;
  for (const char* datagram : {"a", "bbb", "ccccc"}) add(batch, datagram);
  EXPECT_EQ(messages(batch), (Strings{"a", "bbb", "ccccc"}));
}

TEST(UdpBatch, datagrams_beyond_the_longest_segment_stay_apart) {
  UdpBatch batch;
  for (const char* datagram : {"aaa", "bbb", "cc", "dd"}) add(batch, datagram);
  EXPECT_EQ(messages(batch, 2), (Strings{"aaa", "bbb", "cc|dd"}));
  EXPECT_EQ(messages(batch, 0), (Strings{"aaa", "bbb", "cc", "dd"}));
}

TEST(UdpBatch, a_message_has_no_more_segments_than_every_kernel_cuts) {
  UdpBatch batch;
  for (int i = 0; i < 100; ++i) add(batch, "a");
  std::array<UdpMessage, 4> places;
  const auto found = batch.messages(places, 65'507);
  ASSERT_EQ(found.size(), 2u);
  EXPECT_EQ(found[0].datagrams, 64u);
  EXPECT_EQ(found[1].datagrams, 36u);
}

TEST(UdpBatch, a_message_has_no_more_bytes_than_udp_carries) {
  UdpBatch batch;
  for (int i = 0; i < 2; ++i) add(batch, std::string(32'768, 'a'));  // 2 · 32,768 = 65,536 > 65,507
  std::array<UdpMessage, 4> places;
  EXPECT_EQ(batch.messages(places, 65'507).size(), 2u);
}

TEST(UdpBatch, there_is_no_room_beyond_its_bytes_and_places) {
  UdpBatch bytes;
  for (int i = 0; i < 54; ++i) add(bytes, std::string(1200, 'a'));
  EXPECT_TRUE(bytes.room(1200).empty());  // 65,536 − 54 · 1,200 = 736
  EXPECT_EQ(bytes.room(736).size(), 736u);
  UdpBatch places;
  for (int i = 0; i < 128; ++i) add(places, "a");
  EXPECT_TRUE(places.room(1).empty());
}

TEST(UdpBatch, what_is_dropped_is_gone_and_the_rest_keeps_its_order) {
  UdpBatch batch;
  for (const char* datagram : {"aa", "bb", "c", "dd"}) add(batch, datagram);
  std::array<UdpMessage, 1> place;
  batch.drop(batch.messages(place, 65'507).front());
  EXPECT_EQ(messages(batch), Strings{"dd"});
  batch.release_if_empty();
  EXPECT_EQ(messages(batch), Strings{"dd"});
  add(batch, "ee");
  EXPECT_EQ(messages(batch), (Strings{"dd|ee"}));
  EXPECT_EQ(batch.clear(), 2u);
  EXPECT_TRUE(batch.empty());
}

TEST(UdpBatch, the_length_of_bulk_is_wanted_after_it_has_left_and_whatever_was_asked_for_since) {
  UdpBatch batch;
  EXPECT_EQ(batch.bytes_wanted(), 0u);
  for (int i = 0; i < 8; ++i) add(batch, "aaa");
  for (int turn = 0; turn < 2; ++turn) {
    batch.clear();
    batch.release_if_empty();
    EXPECT_EQ(batch.room(1).size(), 1u);
    EXPECT_EQ(batch.bytes_wanted(), 3u);
  }
}

TEST(UdpBatch, an_empty_one_gives_its_block_back) {
  UdpBatch batch;
  add(batch, "aa");
  const std::byte* const place = batch.room(1).data();
  batch.clear();
  batch.release_if_empty();
  const BatchBlockInUse block{SpareBatchBlocks::take()};
  EXPECT_EQ(block->bytes.data() + 2, place);
  add(batch, "bb");
  EXPECT_EQ(messages(batch), Strings{"bb"});
}

}  // namespace
}  // namespace bowline
