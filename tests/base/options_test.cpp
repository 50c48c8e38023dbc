// SPDX-License-Identifier: BSL-1.0
// Each option at its bounds and one beyond; the sentence names the option.
#include "bowline/base/options.hpp"

#include <gtest/gtest.h>

#include <string>
#include <string_view>

namespace {

using namespace std::chrono_literals;
using bowline::Duration;
using bowline::Entropy;
using bowline::Options;

template <class Change>
std::string fault_after(Change&& change) {
  Options options;
  change(options);
  const char* fault = options.fault();
  return fault == nullptr ? "" : fault;
}

#define EXPECT_FINE(member, ...) \
  EXPECT_EQ(fault_after([](Options& o) { o.member = __VA_ARGS__; }), "") << #member " = " #__VA_ARGS__
#define EXPECT_FAULT(member, ...)                                                                              \
  EXPECT_EQ(fault_after([](Options& o) { o.member = __VA_ARGS__; }).rfind("Options::" #member " must ", 0), 0u) \
      << #member " = " #__VA_ARGS__

TEST(Options, the_defaults_are_sound) { EXPECT_EQ(Options{}.fault(), nullptr); }

TEST(Options, every_count_is_refused_outside_its_bounds_by_name) {
  EXPECT_FAULT(window, 0);
  EXPECT_FINE(window, 1);
  EXPECT_FINE(window, 16'777'216);
  EXPECT_FAULT(window, 16'777'217);

  EXPECT_FAULT(packets_tracked, 63);
  EXPECT_FINE(packets_tracked, 64);
  EXPECT_FINE(packets_tracked, 65'536);
  EXPECT_FAULT(packets_tracked, 65'537);

  EXPECT_FAULT(datagram_bytes_max, 127);
  EXPECT_FINE(datagram_bytes_max, 128);
  EXPECT_FINE(datagram_bytes_max, 65'507);
  EXPECT_FAULT(datagram_bytes_max, 65'508);

  EXPECT_FAULT(message_bytes_max, 0);
  EXPECT_FINE(message_bytes_max, 1);
  EXPECT_FAULT(message_bytes_max, 1'073'741'825);

  EXPECT_FAULT(reassembly_bytes_max, 16'777'215);
  EXPECT_FINE(reassembly_bytes_max, 16'777'216);  // message_bytes_max is 16 MiB
  EXPECT_FINE(reassembly_bytes_max, 1'073'741'824);
  EXPECT_FAULT(reassembly_bytes_max, 1'073'741'825);

  EXPECT_FAULT(messages_max, 0);
  EXPECT_FINE(messages_max, 1);
  EXPECT_FINE(messages_max, 16'777'216);
  EXPECT_FAULT(messages_max, 16'777'217);

  EXPECT_FAULT(send_bytes_max, 0);
  EXPECT_FINE(send_bytes_max, 1);

  EXPECT_FAULT(outcomes_remembered, 0);
  EXPECT_FINE(outcomes_remembered, 1);
  EXPECT_FINE(outcomes_remembered, 16'777'216);
  EXPECT_FAULT(outcomes_remembered, 16'777'217);
}

TEST(Options, every_time_is_refused_outside_its_bounds_by_name) {
  EXPECT_FAULT(rtt_initial, Duration{0});
  EXPECT_FAULT(rtt_initial, Duration{-1});
  EXPECT_FINE(rtt_initial, Duration{1});
  EXPECT_FINE(rtt_initial, 1h);
  EXPECT_FAULT(rtt_initial, 1h + Duration{1});

  EXPECT_FAULT(ack_delay_max, Duration{-1});
  EXPECT_FINE(ack_delay_max, Duration{0});
  EXPECT_FINE(ack_delay_max, 1s);
  EXPECT_FAULT(ack_delay_max, 1s + Duration{1});

  EXPECT_FAULT(handshake_timeout, Duration{0});
  EXPECT_FINE(handshake_timeout, Duration{1});
  EXPECT_FAULT(idle_timeout, Duration{0});
  EXPECT_FAULT(keepalive, Duration{-1});
  EXPECT_FINE(keepalive, Duration{0});
  EXPECT_FAULT(close_timeout, Duration{-1});
  EXPECT_FINE(close_timeout, Duration{0});
}

TEST(Options, what_is_at_odds_with_another_option_is_refused) {
  EXPECT_FAULT(ack_every, 0);
  EXPECT_FINE(ack_every, 2048);  // 4,096 / 2
  EXPECT_FAULT(ack_every, 2049);
  EXPECT_FINE(keepalive, 20s);  // idle_timeout is 20 s
  EXPECT_FAULT(keepalive, 20s + Duration{1});
}

TEST(Options, only_all_zero_entropy_is_none) {
  EXPECT_FALSE(Entropy{});
  EXPECT_TRUE((Entropy{.high = 1, .low = 0}));
  EXPECT_TRUE((Entropy{.high = 0, .low = std::uint64_t{1} << 63}));
}

// Who sets nothing gets these, and both ends of old applications too: to change one is to change what they do.
TEST(Options, the_defaults_are_what_they_were) {
  const Options options;
  EXPECT_EQ(options.window, 4096u);
  EXPECT_EQ(options.packets_tracked, 4096u);
  EXPECT_EQ(options.datagram_bytes_max, 1472u);
  EXPECT_TRUE(options.path_mtu_discovery);
  EXPECT_EQ(options.message_bytes_max, 16'777'216u);               // 16 MiB
  EXPECT_EQ(options.reassembly_bytes_max, 33'554'432u);            // 32 MiB
  EXPECT_EQ(options.reassembly_unreliable_bytes_max, 2'097'152u);  // 2 MiB
  EXPECT_EQ(options.messages_max, 16'384u);
  EXPECT_EQ(options.send_bytes_max, 67'108'864u);  // 64 MiB
  EXPECT_EQ(options.outcomes_remembered, 4096u);
  EXPECT_EQ(options.held_bytes_max, 2'097'152u);          // 2 MiB
  EXPECT_EQ(options.held_unreliable_bytes_max, 65'536u);  // 64 KiB
  EXPECT_EQ(options.rtt_initial, 250ms);
  EXPECT_EQ(options.ack_delay_max, 25ms);
  EXPECT_EQ(options.ack_every, 8u);
  EXPECT_EQ(options.handshake_timeout, 10s);
  EXPECT_EQ(options.idle_timeout, 20s);
  EXPECT_EQ(options.keepalive, 10s);
  EXPECT_EQ(options.close_timeout, 5s);
  EXPECT_EQ(options.payload_pool, nullptr);
}

TEST(SendOptions, a_message_of_which_nothing_is_said_is_reliable_and_waits_for_nothing) {
  const bowline::SendOptions options;
  EXPECT_FALSE(options.after);
  EXPECT_EQ(options.gate, bowline::Gate::at_receiver);
  EXPECT_EQ(options.on_dependency_failure, bowline::OnDependencyFailure::deliver);
  EXPECT_EQ(options.deadline, Duration::zero());
  EXPECT_EQ(options.priority, bowline::Priority::normal);
  EXPECT_EQ(options.key, 0u);
  EXPECT_TRUE(options.reliable);
  EXPECT_FALSE(options.newest_only);
  EXPECT_FALSE(options.report_ack);
}

}  // namespace
