// SPDX-License-Identifier: BSL-1.0
// What every transport with batches must keep besides TransportContract: the numbers are those of BatchingTransport.
//
//   struct MyPath { MyTransport a = …, z = …; };   // two ends that reach each other, with room for 60 datagrams
//   INSTANTIATE_TYPED_TEST_SUITE_P(Mine, BatchingContract, MyPath);
#pragma once

#include <gtest/gtest.h>

#include <algorithm>
#include <chrono>
#include <cstddef>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "bowline/transport/batch_block.hpp"
#include "bowline/transport/concept.hpp"

namespace bowline::test {

template <class Path>
class BatchingContract : public testing::Test {
 protected:
  using Strings = std::vector<std::string>;
  static constexpr std::size_t bytes_max = 1200;

  /// Writes a datagram into the batch, which leaves first where it is full.
  template <BatchingTransport Transport>
  static void put(Transport& from, const std::string& datagram) {
    Buffer room = from.batch_room(bytes_max);
    if (room.empty()) {
      EXPECT_EQ(from.flush(), SendOutcome::sent);
      room = from.batch_room(bytes_max);
    }
    ASSERT_GE(room.size(), bytes_max);
    std::ranges::copy(bytes_of(datagram), room.begin());
    from.commit(datagram.size());
  }

  /// The next datagram, waiting a second at most.
  template <BatchingTransport Transport>
  static std::optional<Buffer> next(Transport& at, std::size_t limit = bytes_max) {
    for (int attempt = 0; attempt < 100; ++attempt) {
      if (auto datagram = at.receive_in_place(limit)) return datagram;
      if constexpr (WaitableTransport<Transport>) at.wait(std::chrono::milliseconds{10}, false);
    }
    return std::nullopt;
  }

  template <BatchingTransport Transport>
  static Strings receive(Transport& at, std::size_t count) {
    Strings found;
    while (found.size() < count) {
      const auto datagram = next(at);
      if (!datagram) break;
      found.emplace_back(text(*datagram));
    }
    return found;
  }

  /// Datagrams of 1 byte and more: runs of equal length, shorter and longer ones between them.
  static Strings mixed() {
    Strings all;
    for (int i = 0; i < 60; ++i) {
      const std::size_t length = i % 20 == 7 ? 1u : i % 20 == 13 ? 1200u : i < 30 ? 1000u : 900u;
      all.push_back(std::string(length, static_cast<char>('A' + i)));
    }
    return all;
  }

  Path path_;
};

TYPED_TEST_SUITE_P(BatchingContract);

TYPED_TEST_P(BatchingContract, room_that_is_not_committed_sends_nothing_promise_1) {
  EXPECT_GE(this->path_.a.batch_room(this->bytes_max).size(), this->bytes_max);
  EXPECT_GE(this->path_.a.batch_room(this->bytes_max).size(), this->bytes_max);
  EXPECT_EQ(this->path_.a.flush(), SendOutcome::sent);
  this->put(this->path_.a, "first");
  EXPECT_EQ(this->path_.a.flush(), SendOutcome::sent);
  EXPECT_EQ(this->receive(this->path_.z, 1), std::vector<std::string>{"first"});
}

TYPED_TEST_P(BatchingContract, a_batch_that_is_full_has_room_again_after_a_flush_promises_1_and_3) {
  std::size_t put = 0;
  while (!this->path_.a.batch_room(this->bytes_max).empty() && put < 10'000) {
    this->put(this->path_.a, std::string(1, static_cast<char>('A' + put++ % 26)));
  }
  ASSERT_LT(put, 10'000u) << "a batch has an end";
  ASSERT_EQ(this->path_.a.flush(), SendOutcome::sent);
  EXPECT_FALSE(this->path_.a.batch_room(this->bytes_max).empty());
  const auto arrived = this->receive(this->path_.z, put);
  ASSERT_EQ(arrived.size(), put);
  for (std::size_t i = 0; i < put; ++i) EXPECT_EQ(arrived[i], std::string(1, static_cast<char>('A' + i % 26)));
}

TYPED_TEST_P(BatchingContract, datagrams_of_every_length_arrive_whole_and_in_order_promises_2_to_4) {
  const auto sent = this->mixed();
  for (const std::string& datagram : sent) this->put(this->path_.a, datagram);
  EXPECT_EQ(this->path_.a.flush(), SendOutcome::sent);
  EXPECT_EQ(this->receive(this->path_.z, sent.size()), sent);
  EXPECT_FALSE(this->path_.z.receive_in_place(this->bytes_max));
}

TYPED_TEST_P(BatchingContract, the_wanted_length_is_one_that_was_sent_or_any_promise_2) {
  EXPECT_EQ(this->path_.a.bytes_wanted(), 0u);
  this->put(this->path_.a, std::string(1000, 'x'));
  const std::size_t wanted = this->path_.a.bytes_wanted();
  EXPECT_TRUE(wanted == 0 || wanted == 1000) << wanted;
  EXPECT_EQ(this->path_.a.flush(), SendOutcome::sent);
  EXPECT_EQ(this->path_.a.bytes_wanted(), 0u);
}

TYPED_TEST_P(BatchingContract, a_flush_without_a_batch_is_harmless_promise_3) {
  EXPECT_EQ(this->path_.a.flush(), SendOutcome::sent);
  EXPECT_EQ(this->path_.a.flush(), SendOutcome::sent);
  EXPECT_FALSE(this->path_.z.receive_in_place(this->bytes_max));
}

TYPED_TEST_P(BatchingContract, a_datagram_may_be_changed_and_stays_whatever_happens_elsewhere_promise_4) {
  for (const char* word : {"keep", "next"}) this->put(this->path_.a, word);
  this->put(this->path_.z, "back");
  EXPECT_EQ(this->path_.a.flush(), SendOutcome::sent);
  EXPECT_EQ(this->path_.z.flush(), SendOutcome::sent);
  const auto kept = this->next(this->path_.z);
  ASSERT_TRUE(kept);
  (*kept)[0] = std::byte{'K'};
  const auto back = this->next(this->path_.a);
  ASSERT_TRUE(back);
  for (int i = 0; i < 20; ++i) this->put(this->path_.z, std::string(1200, 'z'));
  EXPECT_EQ(this->path_.z.flush(), SendOutcome::sent);
  auto z = std::move(this->path_.z);
  EXPECT_EQ(text(*kept), "Keep");
  EXPECT_EQ(text(*back), "back");
  EXPECT_EQ(this->receive(z, 1), std::vector<std::string>{"next"});
}

TYPED_TEST_P(BatchingContract, a_datagram_above_the_limit_is_dropped_and_no_other_promise_4) {
  for (const char* word : {"long one", "a", "long two", "b"}) this->put(this->path_.a, word);
  EXPECT_EQ(this->path_.a.flush(), SendOutcome::sent);
  std::vector<std::string> found;
  while (found.size() < 2) {
    const auto datagram = this->next(this->path_.z, 4);
    ASSERT_TRUE(datagram);
    found.emplace_back(text(*datagram));
  }
  EXPECT_EQ(found, (std::vector<std::string>{"a", "b"}));
}

TYPED_TEST_P(BatchingContract, plain_and_batched_calls_reach_each_other_promise_4) {
  for (const char* word : {"one", "two", "three"}) this->put(this->path_.a, word);
  EXPECT_EQ(this->path_.a.flush(), SendOutcome::sent);
  EXPECT_EQ(this->path_.a.send(bytes_of("four")), SendOutcome::sent);
  EXPECT_EQ(this->receive(this->path_.z, 1), std::vector<std::string>{"one"});
  std::vector<std::byte> buffer(64);
  for (const char* word : {"two", "three", "four"}) {
    std::optional<std::size_t> count;
    for (int attempt = 0; attempt < 100 && !count; ++attempt) {
      if constexpr (requires { this->path_.z.wait(Duration{}, false); }) {
        this->path_.z.wait(std::chrono::milliseconds{10}, false);
      }
      count = this->path_.z.receive(buffer);
    }
    ASSERT_TRUE(count);
    EXPECT_EQ(text(Bytes{buffer}.first(*count)), word);
  }
}

TYPED_TEST_P(BatchingContract, what_waits_in_memory_is_told_and_ends_every_wait_promise_5) {
  EXPECT_FALSE(this->path_.z.waiting());
  const auto sent = this->mixed();
  for (const std::string& datagram : sent) this->put(this->path_.a, datagram);
  EXPECT_EQ(this->path_.a.flush(), SendOutcome::sent);
  std::size_t found = 0;
  while (found < sent.size()) {
    const bool waiting = this->path_.z.waiting();
    const auto start = std::chrono::steady_clock::now();
    if constexpr (requires { this->path_.z.wait(Duration{}, false); }) {
      this->path_.z.wait(std::chrono::seconds{5}, false);
    }
    EXPECT_LT(std::chrono::steady_clock::now() - start, std::chrono::seconds{5});
    const bool received = this->path_.z.receive_in_place(this->bytes_max).has_value();
    EXPECT_TRUE(received || !waiting);
    found += received ? 1u : 0u;
  }
  EXPECT_FALSE(this->path_.z.receive_in_place(this->bytes_max));
  EXPECT_FALSE(this->path_.z.waiting());
}

TYPED_TEST_P(BatchingContract, an_idle_transport_holds_no_memory_for_batches_promise_6) {
  // Whoever takes every spare block finds among them the one in which `place` is.
  const auto is_spare = [](const std::byte* place) {
    std::vector<BatchBlockInUse> blocks;
    for (std::size_t i = 0; i < SpareBatchBlocks::spares_max; ++i) blocks.emplace_back(SpareBatchBlocks::take());
    return std::ranges::any_of(blocks, [place](const BatchBlockInUse& block) {
      return place >= block->bytes.data() && place < block->bytes.data() + block->bytes.size();
    });
  };
  this->put(this->path_.a, "first");
  const std::byte* const left_from = this->path_.a.batch_room(this->bytes_max).data();
  EXPECT_EQ(this->path_.a.flush(), SendOutcome::sent);
  const auto datagram = this->next(this->path_.z);
  ASSERT_TRUE(datagram);
  EXPECT_FALSE(this->path_.z.receive_in_place(this->bytes_max));
  EXPECT_TRUE(is_spare(left_from));
  EXPECT_TRUE(is_spare(datagram->data()));
}

REGISTER_TYPED_TEST_SUITE_P(BatchingContract,  //
                            room_that_is_not_committed_sends_nothing_promise_1,
                            a_batch_that_is_full_has_room_again_after_a_flush_promises_1_and_3,
                            datagrams_of_every_length_arrive_whole_and_in_order_promises_2_to_4,
                            the_wanted_length_is_one_that_was_sent_or_any_promise_2,
                            a_flush_without_a_batch_is_harmless_promise_3,
                            a_datagram_may_be_changed_and_stays_whatever_happens_elsewhere_promise_4,
                            a_datagram_above_the_limit_is_dropped_and_no_other_promise_4,
                            plain_and_batched_calls_reach_each_other_promise_4,
                            what_waits_in_memory_is_told_and_ends_every_wait_promise_5,
                            an_idle_transport_holds_no_memory_for_batches_promise_6);

}  // namespace bowline::test
