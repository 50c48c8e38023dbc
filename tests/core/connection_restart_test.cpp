// SPDX-License-Identifier: BSL-1.0
// Restarts in mid-stream: of either end, and of both.
#include <gtest/gtest.h>

#include <map>
#include <set>
#include <string>
#include <vector>

#include "bowline/base/random.hpp"
#include "core/support/pair.hpp"

namespace bowline::test {
namespace {

TEST(Restart, what_was_pending_ends_as_closed_and_comes_back) {
  Pair<> p;
  p.connect();
  p.a.sends("arrived", {.report_ack = true});
  p.exchange();
  p.a.sends("in flight");
  p.a.says();
  const MessageId gated = p.a.sends("gated", {.after = {2}, .gate = Gate::at_sender});
  EXPECT_EQ(p.a->status(gated), MessageStatus::gated);
  p.a.told();
  p.z.restarts();
  p.z->connect(p.z.now());
  p.exchange();
  EXPECT_EQ(p.a.told(),
            (Lines{"disconnected: peer restarted", "connected", "closed 2", "closed 3, never sent"}));
  EXPECT_TRUE(p.a->settled());
  EXPECT_EQ(p.z.received(), Lines{});
}

TEST(Restart, both_directions_count_from_one_again) {
  Pair<> p;
  p.connect();
  for (int i = 0; i < 5; ++i) {
    p.a.sends("a");
    p.z.sends("z");
    p.exchange();
  }
  p.z.restarts();
  p.z->connect(p.z.now());
  p.exchange();
  p.a.sends("first");
  const Datagram said = p.a.says_one();
  EXPECT_EQ(show(said), "data 1 'first'");
  EXPECT_EQ(packet_number(said), 1u);
  p.z.hears(said);
  EXPECT_EQ(p.z.received(), (Lines{"first"}));
}

TEST(Restart, ids_go_on_over_a_restart_of_the_peer) {
  Pair<> p;
  p.connect();
  EXPECT_EQ(p.a.sends("1"), (MessageId{1}));
  p.exchange();
  p.z.restarts();
  p.z->connect(p.z.now());
  p.exchange();
  EXPECT_EQ(p.a.sends("2"), (MessageId{2}));
  EXPECT_EQ(p.a->status({1}), MessageStatus::acked);
}

// Catches a peer that restarted, only listens, and is missed until the idle time-out.
TEST(Restart, of_a_peer_that_only_listens_is_noticed_when_it_does_not_answer) {
  Pair<> p;
  p.connect();
  p.a.told();
  p.z.restarts();
  const TimePoint sent = p.a.now();
  const MessageId id = p.a.sends("into silence");
  EXPECT_TRUE(p.run_until([&] { return p.a->status(id) == MessageStatus::closed; }, 5s));
  // Two timeouts without a sample, 250 + 4 · 125 + 10 ms and twice that, each 9/8 at most: 2,565 ms; and two round
  // trips.
  EXPECT_LT(p.a.now() - sent, 2700ms);
  EXPECT_EQ(p.a.told(), (Lines{"disconnected: peer restarted", "connected", "closed 1"}));
}

TEST(Restart, a_peer_that_is_only_slow_to_answer_stays_the_same_incarnation) {
  Pair<> p;
  p.connect();
  p.a.told();
  p.a.sends("through an outage");
  const TimePoint healed = p.a.now() + 3s;
  EXPECT_TRUE(p.run_until([&] { return p.a->settled(); }, 20s, 10ms,
                          [&](bool, const Datagram&) { return p.a.now() >= healed; }));
  EXPECT_EQ(p.a.told(), Lines{});
  EXPECT_EQ(p.a->stats().binds, 1u);
  EXPECT_EQ(p.z.received(), (Lines{"through an outage"}));
}

TEST(Restart, what_was_received_before_is_still_handed_over_first) {
  Pair<> p;
  p.connect();
  p.z.sends("last words");
  const Datagram words = p.z.says_one();
  p.z.restarts();
  p.a.hears(words);
  p.z->connect(p.z.now());
  p.exchange();
  EXPECT_EQ(p.a.told(), (Lines{"received last words", "disconnected: peer restarted", "connected"}));
}

// Catches an outcome from before the restart that is lost, or told twice.
TEST(Restart, an_outcome_that_was_not_taken_yet_survives_it) {
  Pair<> p;
  p.connect();
  p.a.sends("1");
  p.a.says();
  p.a->cancel(p.a.now(), {1});  // And nobody drains.
  p.z.restarts();
  p.z->connect(p.z.now());
  p.a.hears_untaken(p.z.says_one());
  p.z.hears(p.a.says());
  for (const Datagram& datagram : p.z.says()) p.a.hears_untaken(datagram);
  p.a.drain();
  EXPECT_EQ(p.a.told(), (Lines{"disconnected: peer restarted", "connected", "cancelled 1"}));
  EXPECT_TRUE(p.settle());
}

// Tombstones mean nothing to a new incarnation: its numbers are others.
TEST(Restart, tombstones_of_the_old_session_are_not_sent_to_the_new_one) {
  Pair<> p;
  p.connect();
  p.a.sends("1");
  p.a.says();
  p.a.cancels({1});
  p.z.restarts();
  p.z->connect(p.z.now());
  p.exchange();
  const std::uint64_t sent = p.a.stats().tombstones_sent;
  const MessageId fresh = p.a.sends("2");
  EXPECT_TRUE(p.settle());
  EXPECT_EQ(p.a->status(fresh), MessageStatus::acked);
  EXPECT_EQ(p.a.stats().tombstones_sent, sent);
  EXPECT_EQ(p.z.received(), (Lines{"2"}));
}

TEST(Restart, held_messages_of_the_old_session_are_dropped) {
  Pair<> p;
  p.connect();
  const MessageId root = p.a.sends("root");
  p.a.says();
  p.a.sends("held", {.after = root});
  p.z.hears(p.a.says());
  p.a.restarts();
  p.a.sends("new");
  p.exchange();
  EXPECT_EQ(p.z.received(), (Lines{"new"}));
  EXPECT_EQ(p.z.told(), (Lines{"disconnected: peer restarted", "connected", "received new"}));
}

// An end whose peer is gone goes on as a new incarnation: a late packet of the old session must not open.
TEST(Restart, an_end_that_lost_its_peer_is_a_new_incarnation) {
  Pair<> p;
  p.connect();
  p.z.sends("late");
  const Datagram late = p.z.says_one();
  const Nonce before = p.a->nonce();
  p.run_until([&] { return p.a->state() == ConnectionState::idle; }, 60s, 10ms,
              [](bool, const Datagram&) { return false; });
  EXPECT_EQ(p.a.told(), (Lines{"disconnected: peer gone"}));
  EXPECT_NE(p.a->nonce(), before);
  p.a.hears(late);
  EXPECT_EQ(p.a.received(), Lines{});
  EXPECT_EQ(p.a.stats().dropped_foreign, 1u);
}

// One end gives up while the other still believes in the session, and both find each other again.
TEST(Restart, an_outage_longer_than_the_idle_timeout_ends_in_a_new_session) {
  Pair<> p;
  p.connect();
  p.a.sends("lost");
  p.run_until([] { return false; }, 60s, 10ms, [](bool, const Datagram&) { return false; });
  EXPECT_EQ(p.a->state(), ConnectionState::idle);
  p.a.told();
  p.z.told();
  p.a.sends("again");
  EXPECT_TRUE(p.settle());
  EXPECT_EQ(p.z.received(), (Lines{"again"}));
}

/// A stream both ways over a bad network, with restarts at random; every payload names its sender's incarnation.
class RestartSwarm {
 public:
  explicit RestartSwarm(std::uint64_t seed) : random_{seed}, p_{prompt()} {}

  void run(bool restart_a, bool restart_z) {
    p_.a->connect(p_.a.now());
    for (int step = 0; step < 400; ++step) {
      speak(p_.a, a_);
      speak(p_.z, z_);
      if (restart_a && random_.below(60) == 0) restart(p_.a, a_);
      if (restart_z && random_.below(60) == 0) restart(p_.z, z_);
      p_.run_until([] { return false; }, 5ms + Duration{1000} * static_cast<int>(random_.below(40)), 10ms,
                   [&](bool from_a, const Datagram& datagram) { return arrives(from_a, datagram); });
      look();
    }
    p_.run_until([&] { return p_.a->settled() && p_.z->settled(); }, 60s);
    look();
    EXPECT_TRUE(p_.a->settled());
    EXPECT_TRUE(p_.z->settled());
    expect_every_message_ended(p_.a, a_);
    expect_every_message_ended(p_.z, z_);
  }

 private:
  struct Mind {
    char name;
    int incarnation = 1;
    std::vector<std::string> sent;               // By id, in this incarnation.
    std::vector<int> ends;                       // How often each was told to have ended.
    std::map<std::string, int> received_now{};   // In this incarnation.
    std::size_t looked = 0;
  };
  using Side = Pair<>::Side;

  void speak(Side& side, Mind& mind) {
    if (random_.below(3) != 0 || mind.sent.size() > 5000) return;
    SendOptions options{.report_ack = true};
    if (!mind.sent.empty() && random_.below(3) == 0) options.after = {mind.sent.size()};
    mind.sent.push_back(std::string{mind.name} + std::to_string(mind.incarnation) + '/' +
                        std::to_string(mind.sent.size() + 1));
    mind.ends.push_back(0);
    side.sends(mind.sent.back(), options);
  }

  bool arrives(bool from_a, const Datagram& datagram) {
    if (random_.below(8) == 0) return false;
    if (random_.below(8) == 0) kept_[from_a ? 1 : 0].push_back(datagram);
    // Now and then the network repeats something, however old.
    for (const bool to_z : {true, false}) {
      const auto& kept = kept_[to_z ? 1 : 0];
      if (kept.empty() || random_.below(8) != 0) continue;
      (to_z ? p_.z : p_.a).hears(kept[random_.index(kept.size())]);
    }
    return true;
  }

  void restart(Side& side, Mind& mind) {
    look();
    side.restarts();
    side->connect(side.now());
    mind = {mind.name, mind.incarnation + 1, {}, {}, {}, 0};
  }

  void look() {
    // What was received first: whoever was told of an ack must find it there.
    note_received(p_.a, a_);
    note_received(p_.z, z_);
    check_told(p_.a, a_);
    check_told(p_.z, z_);
  }

  void note_received(Side& side, Mind& mind) {
    for (; mind.looked < side.received().size(); ++mind.looked) {
      const std::string& payload = side.received()[mind.looked];
      // Delivered once for each pair of incarnations: the payload names the sender's, and the map is of ours.
      EXPECT_EQ(++mind.received_now[payload], 1) << payload << " delivered twice";
      ever_received_.insert(payload);
    }
  }

  void check_told(Side& side, Mind& mind) {
    for (const std::string& line : side.told()) {
      const std::size_t at = line.find_first_of("0123456789");
      if (line.starts_with("received") || at == std::string::npos) continue;
      const std::size_t id = std::stoul(line.substr(at));
      ASSERT_LE(id, mind.sent.size()) << line;
      if (line.starts_with("late ack")) continue;
      EXPECT_EQ(++mind.ends[id - 1], 1) << line;
      if (line.starts_with("acked")) {
        EXPECT_EQ(ever_received_.count(mind.sent[id - 1]), 1u) << mind.sent[id - 1] << " acked, never delivered";
      }
    }
  }

  void expect_every_message_ended(Side& side, Mind& mind) {
    for (std::size_t i = 0; i < mind.sent.size(); ++i) {
      EXPECT_EQ(mind.ends[i], 1) << mind.sent[i] << " status " << static_cast<int>(side->status({i + 1}));
    }
  }

  Random random_;
  Pair<> p_;
  Mind a_{'a', 1, {}, {}, {}, 0};
  Mind z_{'z', 1, {}, {}, {}, 0};
  std::vector<Datagram> kept_[2];
  std::set<std::string> ever_received_;
};

TEST(RestartSwarm, of_one_end_in_mid_stream_breaks_no_promise) {
  for (std::uint64_t seed = 1; seed <= 10; ++seed) {
    SCOPED_TRACE(seed);
    RestartSwarm{seed}.run(false, true);
    if (HasFailure()) return;
  }
}

TEST(RestartSwarm, of_both_ends_in_mid_stream_breaks_no_promise) {
  for (std::uint64_t seed = 1; seed <= 10; ++seed) {
    SCOPED_TRACE(seed);
    RestartSwarm{seed}.run(true, true);
    if (HasFailure()) return;
  }
}

}  // namespace
}  // namespace bowline::test
