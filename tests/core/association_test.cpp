// SPDX-License-Identifier: BSL-1.0
#include "bowline/core/association.hpp"

#include <gtest/gtest.h>

#include <cstddef>
#include <string>
#include <utility>
#include <vector>

#include "bowline/congestion/fixed_window.hpp"
#include "bowline/dedup/window_dedup.hpp"
#include "bowline/resend/adaptive_resend.hpp"
#include "bowline/seal/plain_seal.hpp"

namespace {

using namespace std::chrono_literals;
using bowline::AdaptiveResend;
using bowline::Buffer;
using bowline::ConnectionState;
using bowline::DatagramKind;
using bowline::Disconnected;
using bowline::DisconnectReason;
using bowline::Header;
using bowline::Limits;
using bowline::Options;
using bowline::Reader;
using bowline::Stats;
using bowline::TimePoint;
using bowline::WindowDedup;

struct Unsealed {
  bowline::FixedWindow congestion;
  bowline::PlainSeal seal;
};
using Association = bowline::Association<WindowDedup<>, AdaptiveResend, Unsealed>;
using Lines = std::vector<std::string>;

constexpr TimePoint start{1h};

struct End {
  explicit End(std::uint64_t name) : association{options_of(name), {}, {}, {}} {}

  static Options options_of(std::uint64_t name) {
    Options options;
    options.entropy = {name, 1};
    return options;
  }

  std::vector<std::byte> says(TimePoint now = start) {
    std::vector<std::byte> room(1500);
    room.resize(association.write(now, room, stats, 0));
    return room;
  }

  void hears(std::vector<std::byte> datagram, TimePoint now = start) {
    Reader reader{datagram};
    const Header header = Header::read(reader);
    header.kind == DatagramKind::hello ? association.hear_hello(now, header, datagram, stats)
                                       : association.hear_packet(now, header, datagram, stats);
  }

  Lines told() {
    Lines lines;
    while (const auto event = association.changes().next_event()) {
      const auto* gone = event->as<Disconnected>();
      lines.emplace_back(gone == nullptr                                ? "connected"
                         : gone->reason == DisconnectReason::closed     ? "closed"
                         : gone->reason == DisconnectReason::peer_gone  ? "peer gone"
                         : gone->reason == DisconnectReason::peer_restarted ? "peer restarted"
                                                                        : "unreachable");
    }
    EXPECT_TRUE(association.invariants_hold());
    return lines;
  }

  Association association;
  Stats stats;
};

void connect(End& a, End& z) {
  a.association.look(start);
  for (int turn = 0; turn < 4; ++turn) {
    if (auto datagram = a.says(); !datagram.empty()) z.hears(std::move(datagram));
    if (auto datagram = z.says(); !datagram.empty()) a.hears(std::move(datagram));
  }
}

TEST(Association, looks_for_a_peer_finds_it_and_tells_both_applications) {
  End a{1};
  End z{2};
  EXPECT_EQ(a.association.state(), ConnectionState::idle);
  a.association.look(start);
  EXPECT_EQ(a.association.state(), ConnectionState::connecting);
  connect(a, z);
  EXPECT_EQ(a.association.state(), ConnectionState::connected);
  EXPECT_EQ(z.association.state(), ConnectionState::connected);
  EXPECT_EQ(a.told(), Lines{"connected"});
  EXPECT_EQ(z.told(), Lines{"connected"});
}

TEST(Association, another_incarnation_takes_the_place_of_the_first_and_is_told_as_a_restart) {
  End a{1};
  End z{2};
  connect(a, z);
  a.told();
  End restarted{3};
  connect(restarted, a);
  EXPECT_EQ(a.told(), (Lines{"peer restarted", "connected"}));
  EXPECT_EQ(a.association.handshake().peer(), restarted.association.handshake().own());
  EXPECT_EQ(a.stats.binds, 2u);
}

TEST(Association, refuses_to_bind_to_itself_to_nobody_and_while_it_closes) {
  End a{1};
  const Limits limits = Limits::of(End::options_of(2));
  EXPECT_FALSE(a.association.bind(start, a.association.handshake().own(), limits, a.stats));
  EXPECT_FALSE(a.association.bind(start, 0, limits, a.stats));
  EXPECT_FALSE(a.association.bind(start, 7, Limits{}, a.stats));
  EXPECT_TRUE(a.association.bind(start, 7, limits, a.stats));
  a.association.close(start);
  EXPECT_FALSE(a.association.bind(start, 8, limits, a.stats));
}

TEST(Association, that_has_no_peer_and_nothing_to_say_closes_at_once) {
  End a{1};
  a.association.close(start);
  EXPECT_TRUE(a.association.closed());
  EXPECT_EQ(a.told(), Lines{"closed"});
  a.association.look(start);
  EXPECT_EQ(a.association.state(), ConnectionState::closed);
}

TEST(Association, gives_an_unreachable_peer_up_and_can_look_for_it_again) {
  End a{1};
  a.association.look(start);
  TimePoint now = start;
  for (int i = 0; i < 1000 && a.association.state() == ConnectionState::connecting; ++i) {
    now = a.association.deadline();
    a.association.on_timer(now, a.stats);
    a.says(now);
  }
  EXPECT_GE(now - start, Options{}.handshake_timeout);
  EXPECT_EQ(a.told(), Lines{"unreachable"});
  a.association.look(now);
  EXPECT_EQ(a.association.state(), ConnectionState::connecting);
}

}  // namespace
