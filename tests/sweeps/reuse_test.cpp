// SPDX-License-Identifier: BSL-1.0
// How often a part asks for memory: what was given back serves again, and nothing is taken before it is needed.
#include <gtest/gtest.h>

#if defined(__cpp_exceptions)

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "bowline/core/delivery.hpp"
#include "bowline/core/held_messages.hpp"
#include "bowline/core/inbox.hpp"
#include "bowline/core/key_table.hpp"
#include "bowline/core/message_table.hpp"
#include "bowline/core/outcome_history.hpp"
#include "bowline/core/packet_frames.hpp"
#include "bowline/core/reassembler.hpp"
#include "bowline/dedup/fixed_queue_dedup.hpp"
#include "bowline/dedup/no_dedup.hpp"
#include "sweeps/support/failing_new.hpp"

namespace bowline::test {
namespace {

/// How often `step` allocates.
template <class Step>
long long allocations_of(Step&& step) {
  constexpr long long many = 1'000'000;
  fail_allocation(many);
  step();
  const long long left = allocations_until_failure();
  fail_allocation(-1);
  return many - left;
}

/// How many bytes `step` allocates.
template <class Step>
std::size_t bytes_of_allocations(Step&& step) {
  const std::size_t before = bytes_allocated();
  step();
  return bytes_allocated() - before;
}

TEST(Reuse, a_table_of_keys_is_half_full_at_most) {
  KeyTable keys;
  std::uint64_t key = 0;
  const auto one_more = [&] { ++key, keys.exchange(key, {key}); };
  EXPECT_EQ(allocations_of(one_more), 1);  // 8 places
  for (int i = 2; i <= 4; ++i) EXPECT_EQ(allocations_of(one_more), 0) << i;
  EXPECT_EQ(allocations_of(one_more), 1);  // 16 places for the fifth
  for (int i = 6; i <= 8; ++i) EXPECT_EQ(allocations_of(one_more), 0) << i;
  EXPECT_EQ(allocations_of(one_more), 1);
}

TEST(Reuse, outcomes_are_remembered_64_at_first_and_twice_as_many_when_these_are_full) {
  OutcomeHistory history{4096};
  const auto record = [&](std::uint64_t id) { history.record({id}, MessageStatus::acked); };
  EXPECT_EQ(allocations_of([&] { record(1); }), 1);
  EXPECT_EQ(allocations_of([&] { for (std::uint64_t id = 2; id < 64; ++id) record(id); }), 0);
  EXPECT_EQ(bytes_of_allocations([&] { record(64); }), 128u);
}

TEST(Reuse, two_windows_of_numbers_can_be_waited_for_in_two_tables) {
  HeldMessages held{8, 4096};
  EXPECT_EQ(bytes_of_allocations([&] { held.reserve(); }), 2 * 16 * sizeof(std::uint32_t) + sizeof(HeldMessage));
}

TEST(Reuse, what_arrives_in_order_takes_no_place_in_the_log) {
  Options options;
  options.window = 64;
  Inbox<NoDedup> inbox{options, {}};
  Stats stats;
  const auto hear = [&](SequenceNumber number) {
    DataFrame frame;
    frame.number = number;
    static_cast<void>(inbox.begin_checks());
    ASSERT_EQ(inbox.check(frame), Acceptance::fine);
    inbox.take(frame, number, stats);
    while (inbox.next_event(stats)) inbox.release_taken();
  };
  EXPECT_EQ(allocations_of([&] { hear(1); }), 1);  // the queue of what is ready
  EXPECT_EQ(allocations_of([&] { hear(2); }), 0);
  EXPECT_EQ(allocations_of([&] { hear(4); }), 1);  // the log
  EXPECT_EQ(allocations_of([&] { hear(3); }), 0);
}

TEST(Reuse, a_filter_that_is_full_takes_no_more) {
  FixedQueueDedup<8> filter;
  SequenceNumber number = 0;
  const auto admit_apart = [&] { static_cast<void>(filter.admit(number += 2)); };
  for (int i = 0; i < 8; ++i) admit_apart();
  for (int i = 0; i < 8; ++i) EXPECT_EQ(allocations_of(admit_apart), 0) << i;
}

TEST(Reuse, a_packet_of_few_frames_takes_room_for_two) {
  PacketFrames<WireNumber<>> frames;
  const std::vector<std::byte> ping(1, std::byte{1});
  const auto check = [&] {
    EXPECT_TRUE(frames.check(ping, {}, [](const DataFrame&) { return false; }, [](const Frame&) { return true; }));
  };
  EXPECT_EQ(bytes_of_allocations(check), 2 * sizeof(Frame));
  EXPECT_EQ(allocations_of(check), 0);
}

TEST(Reuse, messages_of_the_application_find_the_room_of_those_before) {
  Options options;
  options.messages_max = 4;
  options.message_bytes_max = 1000;
  options.send_bytes_max = 1u << 20;
  MessageTable table{options};
  const std::vector<std::byte> payload(200'000);
  const auto round = [&] {
    std::vector<MessageId> ids;
    for (int i = 0; i < 4; ++i) {
      ids.push_back(table.issue([](Message& message) { message.state = Message::State::queued; }, payload));
    }
    for (const MessageId id : ids) table.end(id, Outcome::cancelled);
    for (;;) {
      table.release_taken();
      if (!table.take_outcome()) break;
    }
  };
  round();
  EXPECT_LT(bytes_of_allocations(round), 1000u) << "the list of ids above";
}

TEST(Reuse, held_messages_find_the_room_of_those_before_whether_reliable_or_not) {
  Options options;
  options.window = 4;
  options.held_bytes_max = options.held_unreliable_bytes_max = 500'000;
  Delivery delivery{options};
  const std::vector<std::byte> payload(90'000);
  const auto round = [&] {
    for (SequenceNumber number = 2; number <= 9; ++number) {
      HeldMessage message;
      message.number = number <= 5 ? number : 0;
      message.dependency = 1;
      delivery.held().hold(message, payload);
    }
    delivery.drop_waiting();
  };
  round();
  EXPECT_EQ(allocations_of(round), 0);
}

/// Messages in parts, as many of each kind as fill its budget.
struct Parts {
  explicit Parts(std::uint32_t window, std::uint32_t message_bytes, std::uint32_t budget_bytes)
      : budget{budget_bytes}, total{message_bytes}, parts{options_of(window, message_bytes, budget_bytes)} {}

  static Options options_of(std::uint32_t window, std::uint32_t message_bytes, std::uint32_t budget) {
    Options options;
    options.window = window;
    options.message_bytes_max = message_bytes;
    options.reassembly_bytes_max = options.reassembly_unreliable_bytes_max = budget;
    return options;
  }

  /// All but the last part of each, of `part_bytes`; then all are dropped.
  void fill_and_drop(std::uint32_t part_bytes) {
    Stats stats;
    for (std::uint64_t name = 1; name <= budget / total; ++name) {
      for (const bool reliable : {true, false}) {
        DataFrame frame;
        frame.unreliable = !reliable;
        frame.fragment = {1000 * name, 0, (total + part_bytes - 1) / part_bytes, total};
        for (; frame.fragment.index + 1 < frame.fragment.count; ++frame.fragment.index) {
          frame.number = reliable ? frame.fragment.first + frame.fragment.index : 0;
          frame.payload = Bytes{payload}.first(frame.fragment.size());
          ASSERT_TRUE(parts.take(frame, 1, stats));
        }
      }
    }
    most = (std::max)(most, parts.allocated_bytes());
    parts.clear();
  }

  std::uint32_t budget, total;
  Reassembler parts;
  std::size_t most = 0;
  std::vector<std::byte> payload = std::vector<std::byte>(5000);
};

TEST(Reuse, messages_in_parts_find_the_room_of_those_before_whether_reliable_or_not) {
  Parts large{8, 16'000, 640'000};
  large.fill_and_drop(1000);
  EXPECT_EQ(allocations_of([&] { large.fill_and_drop(1000); }), 0);
  Parts small{8, 100, 6400};  // 64 of each kind.
  small.fill_and_drop(50);
  EXPECT_EQ(allocations_of([&] { small.fill_and_drop(50); }), 0);
}

TEST(Reuse, messages_in_parts_of_other_lengths_take_the_room_of_those_before) {
  Parts parts{8, 16'000, 640'000};
  for (const std::uint32_t part_bytes : {1000u, 1400u, 1150u, 1600u, 2100u}) parts.fill_and_drop(part_bytes);
  // A quarter more than both budgets, a page for each of 2 · 128 small blocks and one, and up to 1,024 slabs of 32 B in
  // the table of them.
  EXPECT_LE(parts.most, 1'600'000u + 257 * 512 + 1024 * 32);
  EXPECT_GE(parts.most, 1'200'000u);
}

TEST(Reuse, dropping_messages_in_parts_takes_no_memory) {
  Parts many{8, 100, 6400};
  Stats stats;
  for (std::uint64_t name = 1; name <= 64; ++name) {
    DataFrame frame;
    frame.number = frame.fragment.first = 10 * name;
    frame.fragment.count = 2;
    frame.fragment.total = 100;
    frame.payload = Bytes{many.payload}.first(50);
    ASSERT_TRUE(many.parts.take(frame, 1, stats));
  }
  EXPECT_EQ(allocations_of([&] {
    for (std::uint64_t name = 1; name <= 64; ++name) many.parts.drop_partial(10 * name);
  }), 0);
}

}  // namespace
}  // namespace bowline::test

#endif
