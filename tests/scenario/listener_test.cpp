// SPDX-License-Identifier: BSL-1.0
// An end that learns where its peer is, and sends it little until it has proved itself.
#include <gtest/gtest.h>

#include <optional>

#include "bowline/reliable_channel.hpp"
#include "bowline/sim/world.hpp"
#include "bowline/transport/amplification_limit.hpp"

namespace bowline::test {
namespace {

using namespace std::chrono_literals;

/// What `UdpTransport` is without `UdpOptions::remote`.
class Listener {
 public:
  explicit Listener(sim::LinkEnd end) : end_{end} {}

  SendOutcome send(Bytes datagram) {
    return limit_.admit(datagram.size()) ? end_.send(datagram) : SendOutcome::dropped;
  }
  std::optional<std::size_t> receive(Buffer buffer) {
    const auto bytes = end_.receive(buffer);
    if (bytes) limit_.on_received(*bytes);
    return bytes;
  }
  void prove_peer() noexcept { limit_.lift(); }
  void lock_peer() noexcept { limit_.lift(); }
  void unlock_peer() noexcept {}
  [[nodiscard]] Entropy entropy() noexcept { return end_.entropy(); }

 private:
  sim::LinkEnd end_;
  AmplificationLimit limit_;
};

static_assert(PeerLearningTransport<Listener>);

using ListeningChannel = ReliableChannel<Listener, ManualClock>;

// A PING of 18 bytes is worth 54 of the 62 that a HELLO takes. The second one, or the HELLO of the second time-out
// (design/0007), is worth enough.
TEST(Listener, that_starts_anew_speaks_with_the_next_word_of_a_peer_that_says_little) {
  sim::World world{1};
  auto link = world.link({.delay = 25ms});
  ReliableChannel a{link.a, Options{.keepalive = 1s}, world.clock()};
  std::optional<ListeningChannel> z{std::in_place, Listener{link.z}, Options{}, world.clock()};
  int received = 0;
  world.drive(a, [&](const Received&) { ++received; });
  world.drive(*z);
  ASSERT_TRUE(a.send("hello"));
  ASSERT_TRUE(world.run_until([&] { return a.settled(); }, 1s));
  world.run_for(5s);

  world.undrive(*z);
  z.emplace(Listener{link.z}, Options{}, world.clock());
  world.drive(*z);
  ASSERT_TRUE(z->send("back again"));
  const TimePoint begun = world.now();
  ASSERT_TRUE(world.run_until([&] { return received == 1; }, 10s));
  // Up to 1 s until the PING, then two time-outs of 75 ms and more, doubled, and a round trip or two.
  EXPECT_LT(world.now() - begun, 2s);
}

}  // namespace
}  // namespace bowline::test
