// SPDX-License-Identifier: BSL-1.0
#include "bowline/base/events.hpp"

#include <gtest/gtest.h>

#include <string>

namespace {

using bowline::Acked;
using bowline::bytes_of;
using bowline::Connected;
using bowline::Disconnected;
using bowline::DisconnectReason;
using bowline::Event;
using bowline::LateAck;
using bowline::Outcome;
using bowline::Received;
using bowline::Unconfirmed;
using bowline::Writable;

TEST(Event, visit_calls_the_one_handler_that_takes_the_kind) {
  std::string called;
  const auto visit = [&](const Event& event) {
    event.visit([&](const Connected&) { called += 'c'; }, [&](const Disconnected&) { called += 'd'; },
                [&](const Received&) { called += 'r'; }, [&](const Acked&) { called += 'a'; },
                [&](const LateAck&) { called += 'l'; }, [&](const Unconfirmed&) { called += 'u'; },
                [&](const Writable&) { called += 'w'; });
  };
  visit(Connected{});
  visit(Disconnected{DisconnectReason::closed});
  visit(Received{});
  visit(Acked{{1}});
  visit(LateAck{{1}});
  visit(Unconfirmed{});
  visit(Writable{});
  EXPECT_EQ(called, "cdraluw");
}

TEST(Event, visit_takes_any_subset_and_passes_over_the_rest) {
  int calls = 0;
  const Event acked{Acked{{3}}};
  acked.visit([&](const Received&) { ++calls; });
  EXPECT_EQ(calls, 0);
  acked.visit();
  acked.visit([&](const Received&) { ++calls; }, [&](const Acked& seen) { calls += static_cast<int>(seen.id.value); });
  EXPECT_EQ(calls, 3);
}

TEST(Event, a_handler_may_take_its_event_by_value_and_keep_state_of_its_own) {
  struct Counter {
    int* calls;
    void operator()(Acked) const { ++*calls; }
  };
  int calls = 0;
  Counter counter{&calls};
  Event{Acked{{1}}}.visit(counter);
  EXPECT_EQ(calls, 1);
}

TEST(Event, as_answers_null_for_another_kind) {
  const Event event{Unconfirmed{{9}, bytes_of("ab"), Outcome::expired, {}, true}};
  EXPECT_EQ(event.as<Acked>(), nullptr);
  const auto* unconfirmed = event.as<Unconfirmed>();
  ASSERT_NE(unconfirmed, nullptr);
  EXPECT_EQ(unconfirmed->id.value, 9u);
  EXPECT_EQ(unconfirmed->reason, Outcome::expired);
  EXPECT_TRUE(unconfirmed->transmitted);
  EXPECT_EQ(bowline::text(unconfirmed->payload), "ab");
}

TEST(Event, a_payload_is_a_view) {
  const std::string payload = "here";
  const Event event{Received{bytes_of(payload)}};
  const Event copy = event;
  EXPECT_EQ(copy.as<Received>()->payload.data(), bytes_of(payload).data());
}

TEST(Unconfirmed, that_says_nothing_else_was_lost_after_its_last_resend_and_never_sent) {
  const Unconfirmed said;
  EXPECT_EQ(said.reason, Outcome::lost);
  EXPECT_EQ(said.cause, bowline::LossCause::resends_used_up);
  EXPECT_FALSE(said.transmitted);
}

}  // namespace
