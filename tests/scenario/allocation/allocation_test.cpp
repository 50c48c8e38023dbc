// SPDX-License-Identifier: BSL-1.0
// After warm-up nothing is allocated. A program of its own, because it counts every `new` there is.
#include <gtest/gtest.h>

#include <cstddef>
#include <cstdlib>
#include <cstring>
#include <functional>
#include <memory>
#include <new>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "bowline/reliable_channel.hpp"
#include "bowline/sim/world.hpp"
#include "bowline/transport/udp_transport.hpp"

namespace {

std::uint64_t allocations = 0;
bool counting = false;

std::size_t live_bytes = 0;

/// Before each block, as long as the strictest alignment: how long it is.
constexpr std::size_t prefix_bytes = alignof(std::max_align_t);

void* allocate(std::size_t bytes) {
  if (counting) ++allocations;
  auto* const block = static_cast<std::byte*>(std::malloc(prefix_bytes + bytes));
  if (block == nullptr) std::abort();
  std::memcpy(block, &bytes, sizeof bytes);
  live_bytes += bytes;
  return block + prefix_bytes;
}

void release(void* memory) {
  if (memory == nullptr) return;
  auto* const block = static_cast<std::byte*>(memory) - prefix_bytes;
  std::size_t bytes = 0;
  std::memcpy(&bytes, block, sizeof bytes);
  live_bytes -= bytes;
  std::free(block);
}

}  // namespace

void* operator new(std::size_t bytes) { return allocate(bytes); }
void* operator new[](std::size_t bytes) { return allocate(bytes); }
void* operator new(std::size_t bytes, const std::nothrow_t&) noexcept { return allocate(bytes); }
void* operator new[](std::size_t bytes, const std::nothrow_t&) noexcept { return allocate(bytes); }
void operator delete(void* block) noexcept { release(block); }
void operator delete[](void* block) noexcept { release(block); }
void operator delete(void* block, std::size_t) noexcept { release(block); }
void operator delete[](void* block, std::size_t) noexcept { release(block); }

namespace bowline::test {
namespace {

using namespace std::chrono_literals;

/// The simulated network allocates as it likes: it does not count.
struct UncountedEnd {
  sim::LinkEnd end;

  SendOutcome send(Bytes datagram) {
    const bool was = std::exchange(counting, false);
    const SendOutcome outcome = end.send(datagram);
    counting = was;
    return outcome;
  }
  std::optional<std::size_t> receive(Buffer buffer) {
    const bool was = std::exchange(counting, false);
    const auto count = end.receive(buffer);
    counting = was;
    return count;
  }
  Entropy entropy() { return end.entropy(); }
};

using Channel = ReliableChannel<UncountedEnd, ManualClock, FixedQueueDedup<>, AdaptiveResend>;

/// A channel whose calls count, for the world to drive.
class Counted {
 public:
  explicit Counted(Channel channel) : channel_{std::move(channel)} {}

  void poll() {
    const Counting now;
    channel_.poll();
  }
  std::optional<Event> next_event() {
    const Counting now;
    return channel_.next_event();
  }
  TimePoint next_deadline() const {
    const Counting now;
    return channel_.next_deadline();
  }
  SendResult send(Bytes payload, const SendOptions& options) {
    const Counting now;
    return channel_.send(payload, options);
  }
  Channel& channel() { return channel_; }

 private:
  struct Counting {
    Counting() { counting = true; }
    ~Counting() { counting = false; }
  };

  Channel channel_;
};

/// Everything that a sender can do, over and over, from both ends: chains at both gates, urgent, unreliable,
/// newest-only, short-lived ones, of every size, under loss, repetition, reordering and corruption.
std::uint64_t allocations_in_a_minute(bool warm) {
  sim::World world{7};
  const sim::LinkOptions faults{
      .delay = 25ms, .jitter = 5ms, .loss = 0.1, .duplicate = 0.02, .reorder = 0.05, .corrupt = 0.01};
  auto link = world.link(faults);
  Counted a{Channel{UncountedEnd{link.a}, {}, world.clock()}}, z{Channel{UncountedEnd{link.z}, {}, world.clock()}};
  std::uint64_t received = 0;
  world.drive(a, [&](const Received&) { ++received; });
  world.drive(z, [&](const Received&) { ++received; });
  const std::vector<std::byte> payload(1000);
  Random random{1};
  MessageId last_a, last_z;
  const auto send = [&](Counted& from, MessageId& last) {
    SendOptions options;
    const std::uint64_t kind = random.below(10);
    if (kind < 4) options.after = last;
    if (kind == 1) options.gate = Gate::at_sender;
    if (kind == 2) options.on_dependency_failure = OnDependencyFailure::fail;
    if (kind == 4) options.priority = Priority::high;
    if (kind == 5) options.reliable = false;
    if (kind == 6) options.reliable = false, options.newest_only = true;
    if (kind == 7) options.deadline = 20ms;
    if (kind == 8) options.report_ack = true;
    const Bytes bytes = Bytes{payload}.first(1 + random.index(1000));
    const SendResult result = from.send(bytes, options);
    if (result && options.reliable) last = result.id;
  };
  const auto chain = [&](Counted& from, MessageId& last) { last = from.send(payload, {.after = last}).id; };
  Duration interval = warm ? 500us : 2ms;
  const std::function<void()> both = [&] {
    send(a, last_a), send(z, last_z);
    world.after(interval, both);
  };
  both();
  if (warm) {
    // Memory grows to the highest need so far, so this must be higher than all that follows: four times the load,
    // three times the loss, half a second of silence, and chains that wait as a whole for their lost first link.
    sim::LinkOptions worse = faults;
    worse.loss = 0.3;
    link.change(world.now(), worse);
    world.run_for(10s);
    link.partition();
    world.run_for(500ms);
    link.heal();
    world.run_for(5s);
    link.a_to_z.drop_next(1), link.z_to_a.drop_next(1);
    last_a = last_z = {};
    for (int i = 0; i < 200; ++i) chain(a, last_a), chain(z, last_z);
    world.run_for(5s);
    link.change(world.now(), faults);
    interval = 2ms;
    world.run_for(10s);
  }
  allocations = 0;
  received = 0;
  const std::uint64_t resent = a.channel().stats().segments_resent;
  world.run_for(60s);
  const std::uint64_t counted = allocations;
  EXPECT_GT(received, 40'000u);  // 2 · 500 a second, of which fewer than a third expire, fail or are lost
  EXPECT_GT(a.channel().stats().segments_resent - resent, 2'000u);
  return counted;
}

TEST(Allocation, the_counter_counts) {
  allocations = 0;
  counting = true;
  auto* probe = new std::vector<int>(100);
  counting = false;
  delete probe;
  EXPECT_EQ(allocations, 2u);
}

TEST(Allocation, a_new_channel_allocates) { EXPECT_GT(allocations_in_a_minute(/*warm=*/false), 0u); }

TEST(Allocation, a_warm_channel_allocates_nothing_under_loss) { EXPECT_EQ(allocations_in_a_minute(/*warm=*/true), 0u); }

/// Two channels over loopback, with the memory that they hold. What all transports of a process share is kept apart.
class Loopback {
 public:
  using UdpChannel = ReliableChannel<UdpTransport>;

  Loopback() : a_{open({})}, z_{open(a_->transport().local_address())} {}

  /// Gives both ends their turns until nothing more happens for a while.
  template <class Done>
  bool run_until(Done&& done) {
    for (int turns = 0; turns < 10'000 && !done(); ++turns) {
      for (UdpChannel* end : {a_.get(), z_.get()}) {
        end->poll();
        while (end->next_event()) continue;
      }
      a_->wait(1ms);
    }
    return done();
  }

  UdpChannel& a() { return *a_; }
  UdpChannel& z() { return *z_; }

 private:
  static std::unique_ptr<UdpChannel> open(const std::string& remote) {
    auto socket = UdpTransport::open({.local = "127.0.0.1:0", .remote = remote});
    EXPECT_TRUE(socket) << socket.why();
    return std::make_unique<UdpChannel>(std::move(socket).value());
  }

  std::unique_ptr<UdpChannel> a_, z_;
};

TEST(Memory, an_idle_channel_holds_at_most_8_kib) {
  // The first pair fills what the process shares.
  const auto talk = [](Loopback& pair) {
    const SendResult there = pair.z().send("hello");
    EXPECT_TRUE(pair.run_until([&] { return pair.z().status(there.id) == MessageStatus::acked; }));
    const SendResult back = pair.a().send("hello");
    EXPECT_TRUE(pair.run_until([&] { return pair.a().status(back.id) == MessageStatus::acked; }));
  };
  Loopback first;
  talk(first);
  const std::size_t before = live_bytes;
  Loopback second;
  talk(second);
  const std::size_t each = (live_bytes - before) / 2;
  EXPECT_LE(each, 8192u) << each;
  EXPECT_GT(each, sizeof(Loopback::UdpChannel)) << "something was counted";
}

}  // namespace
}  // namespace bowline::test
