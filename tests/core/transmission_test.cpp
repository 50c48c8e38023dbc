// SPDX-License-Identifier: BSL-1.0
// What goes into a packet, and in which order.
#include "bowline/core/transmission.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <map>
#include <set>
#include <string>
#include <vector>

#include "bowline/base/random.hpp"
#include "bowline/core/inbox.hpp"
#include "bowline/dedup/fixed_queue_dedup.hpp"
#include "core/support/sending_half.hpp"

namespace {

using bowline::Bytes;
using bowline::DataFrame;
using bowline::OnDependencyFailure;
using bowline::Options;
using bowline::PacketNumber;
using bowline::Priority;
using bowline::SendOptions;
using bowline::Transmission;
using bowline::test::SendingHalf;
using Lines = bowline::test::OutcomeLines;

TEST(Transmission, small_messages_share_a_packet_in_order_of_send) {
  SendingHalf a;
  EXPECT_EQ(a.says(), "");
  for (const char* payload : {"a", "b", "c"}) a.sends(payload);
  EXPECT_TRUE(Transmission::has_data(a.outbox));
  EXPECT_EQ(a.says(), "1:a 2:b 3:c");
  EXPECT_FALSE(Transmission::has_data(a.outbox));
  EXPECT_EQ(a.last_packet().size(), 13u);  // 5 + 1 + 1, and 1 + 1 + 1 twice
  EXPECT_EQ(a.stats.segments_sent, 3u);
}

TEST(Transmission, numbers_are_given_at_the_first_transmission_so_urgent_messages_overtake) {
  SendingHalf a;
  a.sends("bulk");
  a.sends("more");
  a.sends("now", {.priority = Priority::high});
  EXPECT_EQ(a.says(), "1:now 2:bulk 3:more");
}

TEST(Transmission, an_ordinary_message_gets_every_eighth_turn) {
  SendingHalf a;
  a.sends("n");
  for (int i = 0; i < 10; ++i) a.sends("h", {.priority = Priority::high});
  EXPECT_EQ(a.says(), "1:h 2:h 3:h 4:h 5:h 6:h 7:h 8:n 9:h 10:h 11:h");
}

TEST(Transmission, nothing_is_written_into_no_room) {
  SendingHalf a;
  a.sends("x");
  a.sends("", {.reliable = false});
  for (std::size_t room = 0; room < 7; ++room) EXPECT_EQ(a.says(room), "") << room;
  EXPECT_EQ(a.says(7), "1:x");
}

TEST(Transmission, resends_go_before_first_transmissions_of_their_level_and_keep_their_number) {
  SendingHalf a;
  a.sends("a");
  a.says();
  a.sends("b");
  a.lost(1);
  EXPECT_EQ(a.says(), "1:a 2:b");
  EXPECT_EQ(a.stats.segments_resent, 1u);
  EXPECT_EQ(a.stats.segments_sent, 2u);
}

TEST(Transmission, a_resend_repeats_the_dependency_even_when_it_is_settled_by_then) {
  SendingHalf a;
  a.sends("h");
  a.says();
  a.sends("b", {.after = {1}, .on_dependency_failure = OnDependencyFailure::fail});
  EXPECT_EQ(a.says(), "2:b<!1");
  a.acked(1);
  a.lost(2);
  EXPECT_EQ(a.says(), "2:b<!1");
}

TEST(Transmission, tombstones_go_first_and_instead_of_resends) {
  SendingHalf a;
  a.sends("a");
  a.sends("b");
  a.says();
  a.lost(1);
  a.outbox.cancel({1}, a.stats);
  a.sends("c");
  EXPECT_TRUE(Transmission::has_tombstones(a.outbox));
  EXPECT_EQ(a.says(), "-1 2:b 3:c");
  EXPECT_FALSE(Transmission::has_tombstones(a.outbox));
  EXPECT_EQ(a.stats.tombstones_sent, 1u);
}

TEST(Transmission, tombstones_that_find_no_room_go_with_the_next_packet) {
  SendingHalf a;
  for (int i = 0; i < 3; ++i) a.sends("x");
  a.says();
  for (const std::uint64_t id : {3u, 1u, 2u}) a.outbox.cancel({id}, a.stats);
  EXPECT_EQ(a.says(10), "-3 -1");  // 5 each: neither follows the other.
  EXPECT_EQ(a.says(10), "-2");
  EXPECT_EQ(a.says(10), "");
}

TEST(Transmission, the_window_holds_first_transmissions_back_and_nothing_else) {
  SendingHalf a{Options{}, 4};
  for (int i = 0; i < 6; ++i) a.sends("x", {.priority = Priority::high});
  EXPECT_EQ(a.says(), "1:x 2:x 3:x 4:x");
  EXPECT_FALSE(Transmission::has_data(a.outbox));
  a.lost(1);
  EXPECT_EQ(a.says(), "1:x 2:x 3:x 4:x");
  a.outbox.cancel({1}, a.stats);
  EXPECT_EQ(a.says(), "-1 2:x 3:x 4:x") << "the others travel once more";
  EXPECT_EQ(a.probes(), "2:x 3:x 4:x");
  a.verdict(1, false);
  EXPECT_EQ(a.says(), "5:x");
}

TEST(Transmission, without_a_peer_nothing_reliable_may_go) {
  SendingHalf a{Options{}, 0};
  a.sends("x");
  EXPECT_FALSE(Transmission::has_data(a.outbox));
  EXPECT_EQ(a.says(), "");
}

TEST(Transmission, the_lowest_level_leaves_numbers_to_the_others) {
  SendingHalf a{Options{}, 16};
  for (int i = 0; i < 20; ++i) a.sends("l", {.priority = Priority::low});
  a.says();
  EXPECT_EQ(a.stats.segments_sent, 14u);  // 16 − 16 / 8
  a.sends("h", {.priority = Priority::high});
  EXPECT_EQ(a.says(), "15:h");
}

TEST(Transmission, the_lowest_level_gets_its_turns_though_the_others_keep_the_window_full) {
  SendingHalf a{Options{}, 16};
  for (int i = 0; i < 17; ++i) a.sends("h", {.priority = Priority::high}), a.says();
  for (int i = 0; i < 2; ++i) a.sends("l", {.priority = Priority::low});
  std::string said;
  for (PacketNumber acked = 1; acked <= 17; ++acked) {  // One number becomes free at a time, for which two levels wait.
    a.sends("h", {.priority = Priority::high});
    a.acked(acked);
    const std::string one = a.says();
    said += one.substr(one.find(':') + 1);
  }
  EXPECT_EQ(said, "hhhhhhhlhhhhhhhlh");  // Seven turns and one.
}

TEST(Transmission, what_is_lost_and_sent_again_travels_once_more_with_the_next_packet) {
  SendingHalf a;
  a.sends("x");
  a.sends("y");
  EXPECT_EQ(a.says(), "1:x 2:y");
  a.lost(1);
  EXPECT_EQ(a.says(), "1:x 2:y");
  EXPECT_EQ(a.says(), "") << "not in a packet of its own";
  a.sends("z");
  EXPECT_EQ(a.says(), "3:z 1:x 2:y");
  a.sends("w");
  EXPECT_EQ(a.says(), "4:w") << "twice is enough";
  EXPECT_EQ(a.stats.segments_resent, 2u);
  EXPECT_EQ(a.stats.segments_repeated, 2u);
}

TEST(Transmission, what_travels_once_more_has_96_bytes_at_most) {
  for (const std::size_t bytes : {96u, 97u}) {
    SendingHalf a;
    const std::string body(bytes, 'b');
    a.sends(body);
    a.says();
    a.lost(1);
    EXPECT_EQ(a.says(), "1:" + body);
    a.sends("z");
    EXPECT_EQ(a.says(), bytes == 96 ? "2:z 1:" + body : "2:z");
  }
}

TEST(Transmission, neither_what_has_arrived_nor_what_is_large_nor_what_finds_no_room_travels_once_more) {
  SendingHalf a;
  const std::string large(97, 'l');
  a.sends("x");
  a.sends(large);
  a.says();
  a.lost(1);
  EXPECT_EQ(a.says(), "1:x 2:" + large);
  a.acked(2);
  a.sends("z");
  EXPECT_EQ(a.says(), "3:z");
  a.lost(3);
  a.says();
  a.sends("w");
  EXPECT_EQ(a.says(8), "4:w") << "7 bytes of 8";
  a.sends("v");
  EXPECT_EQ(a.says(), "5:v");
}

TEST(Transmission, a_probe_repeats_the_oldest_unacknowledged_segments) {
  SendingHalf a;
  EXPECT_EQ(a.probes(), "");
  for (const char* payload : {"a", "b", "c", "d"}) {
    a.sends(payload);
    a.says();
  }
  a.acked(2);
  a.lost(3);
  EXPECT_EQ(a.probes(), "1:a 4:d") << "2 arrived, 3 waits for its turn";
  a.lost(1);
  EXPECT_EQ(a.says(), "3:c") << "packet 5 carries 1";
  EXPECT_EQ(a.probes(10, 12), "1:a");  // 7 bytes; 3 would take 7 more.
}

TEST(Transmission, a_probe_spends_resends_and_takes_no_message_beyond_its_last) {
  SendingHalf a;
  a.sends("a");
  a.says();
  EXPECT_EQ(a.probes(2), "1:a");
  EXPECT_EQ(a.probes(2), "1:a");
  EXPECT_EQ(a.probes(2), "");
  a.lost(1, 2);
  a.lost(2, 2);
  EXPECT_EQ(a.told(), Lines{}) << "an older copy";
  a.lost(3, 2);
  EXPECT_EQ(a.told(), Lines{"lost 1"});
}

TEST(Transmission, a_probe_does_not_repeat_what_was_recalled) {
  SendingHalf a;
  a.sends("a");
  a.says();
  a.outbox.cancel({1}, a.stats);
  EXPECT_EQ(a.probes(), "");
}

/// Both halves over a network that loses packets, acknowledgements and verdicts: what the application at one end is
/// told is what the application at the other end has seen.
void both_halves_agree(std::uint32_t window, std::uint64_t seed) {
  bowline::Random random{seed};
  Options options;
  options.window = window;
  options.messages_max = 64;
  options.held_bytes_max = 40;
  SendingHalf a{options, window};
  bowline::Inbox<bowline::FixedQueueDedup<>> z{options, {}};
  bowline::Stats stats;
  std::vector<std::uint64_t> delivered;
  std::map<std::uint64_t, std::string> ended;
  std::map<std::uint64_t, SendOptions> sent;
  std::set<std::uint64_t> late;
  std::vector<bowline::VerdictFrame> verdicts;

  const auto take = [&](Bytes packet, PacketNumber number) {
    bowline::FrameReader<> check{packet, {z.lowest_unseen(), 1, 1}};
    static_cast<void>(z.begin_checks());  // One by one.
    while (const auto frame = check.next()) {
      const auto answer = z.check(std::get<DataFrame>(*frame));
      ASSERT_EQ(answer, bowline::Acceptance::fine) << "a sender that keeps the rules is never dropped";
    }
    bowline::FrameReader<> reader{packet, {z.lowest_unseen(), 1, 1}};
    while (const auto frame = reader.next()) z.take(std::get<DataFrame>(*frame), number, stats);
    for (;;) {
      z.release_taken();
      const auto event = z.next_event(stats);
      if (!event) break;
      delivered.push_back(std::stoull(std::string{bowline::text(event->as<bowline::Received>()->payload)}));
    }
    bowline_test::Page<> page;
    z.write_verdicts<bowline::WireNumber<>>(page.writer);
    bowline::FrameReader<> answers{page.written(), {1, a.outbox.lowest_unsettled(), 1}};
    while (const auto frame = answers.next()) {
      if (random.below(3) != 0) verdicts.push_back(std::get<bowline::VerdictFrame>(*frame));
    }
  };
  const auto note = [&] {
    for (const std::string& line : a.told()) {
      const auto id = [&](std::size_t at) { return std::stoull(line.substr(at)); };
      if (line.rfind("late ack ", 0) == 0) {
        ASSERT_TRUE(late.insert(id(9)).second);
        ASSERT_NE(ended[id(9)], "acked");
      } else if (line != "writable") {
        const std::size_t digit = line.find_first_of("0123456789");
        ASSERT_TRUE(ended.emplace(id(digit), line.substr(0, digit - 1)).second) << line << ", a second outcome";
        if (line.find("never sent") != std::string::npos) {
          ASSERT_EQ(std::count(delivered.begin(), delivered.end(), id(digit)), 0) << line;
        }
      }
    }
  };
  std::vector<PacketNumber> flying;
  std::set<PacketNumber> arrived;
  const auto step = [&](bool sending) {
    if (sending && random.below(2) == 0) {
      SendOptions how;
      how.priority = random.below(3) == 0 ? Priority::high : Priority::normal;
      if (random.below(2) == 0 && a.outbox.pending() != 0) {
        const std::uint64_t newest = sent.empty() ? 0 : sent.rbegin()->first;
        if (newest != 0) how.after = {newest - random.below((std::min)(newest, std::uint64_t{5}))};
        how.gate = random.below(3) == 0 ? bowline::Gate::at_sender : bowline::Gate::at_receiver;
        how.on_dependency_failure = random.below(2) == 0 ? OnDependencyFailure::fail : OnDependencyFailure::deliver;
      }
      how.report_ack = true;
      const std::uint64_t next = sent.empty() ? 1 : sent.rbegin()->first + 1;
      const auto result = a.tries(std::to_string(next), how);
      if (result) sent[result.id.value] = how;
    }
    if (sending && !sent.empty() && random.below(12) == 0) {
      a.outbox.cancel({sent.rbegin()->first - random.below((std::min)(sent.size(), std::size_t{8}))}, a.stats);
    }
    const std::size_t room = 12 + random.index(60);
    const std::string said = random.below(8) == 0 ? a.probes(3, room) : a.says(room);
    if (!said.empty()) {
      const PacketNumber number = a.log.next() - 1;
      flying.push_back(number);
      if (random.below(3) != 0) {
        arrived.insert(number);
        take(a.last_packet(), number);
        if (testing::Test::HasFatalFailure()) return;
        if (random.below(3) != 0) {
          a.acked(number);
          std::erase(flying, number);
        }
      }
    }
    for (; !verdicts.empty(); verdicts.pop_back()) a.outbox.on_verdict(verdicts.back(), a.stats);
    if (!flying.empty() && random.below(2) == 0) {
      const std::size_t at = random.index(flying.size());
      const PacketNumber number = flying[at];
      flying.erase(flying.begin() + static_cast<std::ptrdiff_t>(at));
      a.lost(number, 3);
      if (arrived.count(number) != 0 && random.below(2) == 0) a.acked(number);  // Lost only as far as was known.
    }
    note();
  };
  for (int i = 0; i < 1500 && !testing::Test::HasFatalFailure(); ++i) step(true);
  for (int i = 0; i < 3000 && !a.outbox.quiet() && !testing::Test::HasFatalFailure(); ++i) step(false);
  if (testing::Test::HasFatalFailure()) return;
  EXPECT_TRUE(a.outbox.quiet()) << "everything pending ends";
  EXPECT_EQ(ended.size(), sent.size()) << "each accepted message has one outcome";
  std::map<std::uint64_t, std::size_t> place;
  for (std::size_t i = 0; i < delivered.size(); ++i) {
    ASSERT_TRUE(place.emplace(delivered[i], i).second) << delivered[i] << " was delivered twice";
  }
  for (const auto& [id, outcome] : ended) {
    const bool here = place.count(id) != 0;
    if (outcome == "acked") {
      EXPECT_TRUE(here) << id << " was acked";
    } else {
      EXPECT_EQ(here, late.count(id) != 0) << id << " ended as " << outcome;
    }
    const SendOptions& how = sent[id];
    if (!how.after || !here) continue;
    const auto dependency = place.find(how.after.value);
    if (dependency != place.end()) {
      EXPECT_LT(dependency->second, place[id]) << id << " before " << how.after.value;
    } else if (how.on_dependency_failure == OnDependencyFailure::fail) {
      ADD_FAILURE() << id << " was delivered although " << how.after.value << " was not";
    }
  }
}

TEST(Transmission, both_halves_tell_their_applications_the_same) {
  for (const std::uint32_t window : {1u, 2u, 3u, 5u, 16u, 64u}) {
    for (std::uint64_t seed = 1; seed <= 10; ++seed) {
      SCOPED_TRACE("window " + std::to_string(window) + " seed " + std::to_string(seed));
      both_halves_agree(window, seed);
      if (HasFatalFailure()) return;
    }
  }
}

}  // namespace
