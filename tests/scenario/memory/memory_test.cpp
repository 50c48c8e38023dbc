// SPDX-License-Identifier: BSL-1.0
// The most that a connection may ever take, compared with what it takes when it is driven to its limits. A program of
// its own, because it charges every `new` there is to an account.
#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <chrono>
#include <cstddef>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <memory>
#include <new>
#include <utility>
#include <vector>

#include "bowline/base/memory_pool.hpp"
#include "bowline/base/random.hpp"
#include "bowline/congestion/fixed_window.hpp"
#include "bowline/core/connection.hpp"
#include "bowline/dedup/fixed_queue_dedup.hpp"
#include "bowline/reliable_channel.hpp"
#include "bowline/resend/adaptive_resend.hpp"
#include "bowline/seal/crc32c_seal.hpp"
#include "bowline/transport/udp_transport.hpp"
#include "core/support/packets.hpp"

namespace {

struct Account {
  std::size_t live = 0;
  std::size_t most = 0;
};

Account* charged = nullptr;

/// Before each block: how long it is, and whose.
struct alignas(std::max_align_t) Prefix {
  std::size_t bytes;
  Account* account;
};

void* allocate(std::size_t bytes) {
  void* const block = std::malloc(sizeof(Prefix) + bytes);
  if (block == nullptr) std::abort();
  auto* const prefix = ::new (block) Prefix{bytes, charged};
  if (charged != nullptr) charged->most = (std::max)(charged->most, charged->live += bytes);
  return prefix + 1;
}

void release(void* memory) {
  if (memory == nullptr) return;
  Prefix* const prefix = static_cast<Prefix*>(memory) - 1;
  if (prefix->account != nullptr) prefix->account->live -= prefix->bytes;
  std::free(prefix);
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

struct Extras {
  FixedWindow congestion{1u << 30};
  Crc32cSeal seal;
};

using Datagrams = std::vector<std::vector<std::byte>>;

/// One end, whose every call is charged to its account.
template <std::size_t N>
class End {
 public:
  using Peer = Connection<FixedQueueDedup<N>, AdaptiveResend, Extras>;

  explicit End(const Options& options) : options_{options} {
    charge([&] { connection_ = std::make_unique<Peer>(options_); });
  }

  void connect() {
    charge([&] { connection_->connect(now); });
  }
  /// The message, or none where the queue is full.
  MessageId send(Bytes payload, const SendOptions& options) {
    return charge([&] { return connection_->send(now, payload, options).id; });
  }
  void wake() {
    charge([&] { connection_->handle_timeout(now); });
  }
  void drain() {
    charge([&] {
      while (connection_->next_event()) continue;
    });
  }
  void hear(std::vector<std::byte>& datagram) {
    charge([&] { connection_->handle_datagram(now, datagram); });
    drain();
  }
  Datagrams says() {
    Datagrams said;
    for (;;) {
      std::vector<std::byte> datagram(options_.datagram_bytes_max);
      datagram.resize(charge([&] { return connection_->poll_transmit(now, datagram); }));
      if (datagram.empty()) return said;
      said.push_back(std::move(datagram));
    }
  }

  void end() { connection_.reset(); }

  std::size_t most() const { return account_.most; }
  std::size_t live() const { return account_.live; }
  const Peer& connection() const { return *connection_; }

  TimePoint now{1h};

 private:
  template <class Call>
  auto charge(Call&& call) {
    struct Charging {
      explicit Charging(Account* account) { charged = account; }
      ~Charging() { charged = nullptr; }
    } const charging{&account_};
    return call();
  }

  Options options_;
  Account account_;
  std::unique_ptr<Peer> connection_;
};

/// Two ends, both of which do all that a sender can to fill every table, here and at the other.
template <std::size_t N>
class Pair {
 public:
  explicit Pair(const Options& options) : options_{options}, a_{of('a')}, z_{of('z')} {}

  void drive() {
    a_.connect();
    run(1s, 0);
    fill_tables();
    fill_peer();
    fill_bytes();
    run(options_.idle_timeout / 2, 20);
    // Everything that waited goes through, and once more with the messages in another order.
    run(5s, 0);
    fill_bytes();
    fill_peer();
    run(5s, 30);
    flood(a_, z_);
  }

  /// Within the formula, and no less than `fraction` of it, or it would say little.
  void expect_within(double fraction) const {
    const std::uint64_t formula = End<N>::Peer::memory_bytes_max(options_);
    const auto most = static_cast<double>((std::max)(a_.most(), z_.most()));
    EXPECT_GE(answers_, 20'000u) << "of the flood";
    EXPECT_LE(a_.most(), formula);
    EXPECT_LE(z_.most(), formula);
    std::printf("%g of %llu bytes\n", most / static_cast<double>(formula), static_cast<unsigned long long>(formula));
    EXPECT_GE(most, fraction * static_cast<double>(formula));
  }

  /// Both together within their formulas and the limit of the pool they share.
  void expect_within(double fraction, const MemoryPool& pool) const {
    const std::uint64_t bound = 2 * End<N>::Peer::memory_bytes_max(options_) + pool.bytes_max();
    const std::size_t most = a_.most() + z_.most();
    EXPECT_LE(most, bound);
    const double share = static_cast<double>(most) / static_cast<double>(bound);
    std::printf("%g of %llu bytes\n", share, static_cast<unsigned long long>(bound));
    EXPECT_GE(share, fraction);
  }

  void end() { a_.end(), z_.end(); }
  std::size_t live() const { return a_.live() + z_.live(); }

 private:
  Options of(char name) const {
    Options options = options_;
    options.entropy = {static_cast<std::uint64_t>(name), 1};
    return options;
  }

  /// As many messages as there may be, each with a key and a deadline. All expire, and nobody takes the outcomes.
  void fill_tables() {
    for (End<N>* end : {&a_, &z_}) {
      SendOptions options{.deadline = 500ms, .report_ack = true};
      for (options.key = 1; end->send(payload(1 + random_.below(300)), options); ++options.key) continue;
    }
    static_cast<void>(a_.says()), static_cast<void>(z_.says());
    pass(600ms);
    a_.wake(), z_.wake();
    static_cast<void>(a_.says()), static_cast<void>(z_.says());
    a_.drain(), z_.drain();
    run(3s, 20);
  }

  /// Messages that the other end has to hold, and messages in parts, as many as it takes; something is lost of each.
  void fill_peer() {
    for (End<N>* end : {&a_, &z_}) {
      const MessageId head = end->send(payload(1), {.deadline = 2s});
      static_cast<void>(end->says());  // It is lost.
      const std::uint64_t each = std::uint64_t{options_.held_bytes_max} / options_.window + 1;
      for (std::uint32_t i = 0; i < options_.window / 2; ++i) {
        end->send(payload((std::min)(each, std::uint64_t{900})), {.after = head});
        end->send(payload(1 + random_.below(40)), {.after = head, .reliable = false});
      }
      for (std::uint64_t bytes = 0; bytes < options_.reassembly_bytes_max; bytes += options_.message_bytes_max) {
        end->send(payload(options_.message_bytes_max), {.priority = Priority::high});
      }
      end->send(payload((std::min)(options_.message_bytes_max, options_.reassembly_unreliable_bytes_max)),
                {.reliable = false});
    }
    run(1s, 5);
  }

  /// Payloads a byte longer than one of the sizes of the pool, until no more are taken.
  void fill_bytes() {
    for (End<N>* end : {&a_, &z_}) {
      const auto sizes = static_cast<std::uint64_t>(std::bit_width(options_.message_bytes_max));
      while (end->send(payload((std::uint64_t{1} << random_.below(sizes)) + 1), {})) continue;
      while (end->send(payload(1), {})) continue;
    }
  }

  /// As fast as the clock stands still `from` asks `to`, which waits for an answer itself, for one after the other, and
  /// gives none. Each number left out makes `to` answer at once.
  void flood(End<N>& to, const End<N>& from) {
    to.send(payload(1), {});
    const std::uint64_t tag = session_tag(from.connection().nonce(), to.connection().nonce());
    for (PacketNumber number = 1'000'000; number < 1'040'000; number += 2) {
      const auto ask = [](Writer& writer) { PingFrame::write(writer); };
      auto ping = make_packet<Crc32cSeal, WireNumber<>>(tag, number, ask);
      to.hear(ping);
      answers_ += to.says().size();
    }
  }

  Bytes payload(std::uint64_t bytes) {
    bytes_.resize((std::max)(bytes_.size(), std::size_t{options_.message_bytes_max}));
    return Bytes{bytes_}.first((std::min)(static_cast<std::size_t>(bytes), bytes_.size()));
  }

  void pass(Duration time) { a_.now += time, z_.now += time; }

  /// Both talk for a while, and lose `loss` of a hundred datagrams.
  void run(Duration time, std::uint64_t loss) {
    for (const TimePoint end = a_.now + time; a_.now < end; pass(10ms)) {
      a_.wake(), z_.wake();
      Datagrams from_a = a_.says(), from_z = z_.says();
      deliver(from_a, z_, loss);
      deliver(from_z, a_, loss);
      a_.drain(), z_.drain();
    }
  }

  void deliver(Datagrams& datagrams, End<N>& to, std::uint64_t loss) {
    for (std::vector<std::byte>& datagram : datagrams) {
      if (random_.below(100) >= loss) to.hear(datagram);
    }
  }

  Options options_;
  Random random_{1};
  std::vector<std::byte> bytes_;
  std::size_t answers_ = 0;
  End<N> a_, z_;
};

/// A line of the table in docs/MEMORY.md.
std::uint64_t print(const char* part, std::uint64_t bytes) {
  std::printf("| %s | %llu |\n", part, static_cast<unsigned long long>(bytes));
  return bytes;
}

TEST(MemoryBytesMax, of_the_default_is_the_sum_of_its_parts) {
  using Channel = ReliableChannel<UdpTransport>;
  const Options options;
  std::uint64_t sum = print("the channel itself", sizeof(Channel));
  MemoryBound all = Handshake::memory_max();
  const auto part = [&](const char* name, const MemoryBound& bound) {
    sum += print(name, bound.held);
    all = all + bound;
  };
  sum += print("HELLOs to answer", all.held);
  part("messages to send, their payloads and outcomes", MessageTable::memory_max(options));
  part("sequence numbers, queues, tombstones, keys and deadlines",
       Outbox::memory_max(options) + MemoryBound{0 - MessageTable::memory_max(options).held, 0});
  part("packets that left", PacketLog::memory_max(options));
  part("messages of the peer that wait for another", HeldMessages::memory_max(options));
  part("messages of the peer in parts", Reassembler::memory_max(options));
  part("what else is known of the peer's messages and packets",
       Channel::ConnectionType::SessionType::memory_max(options) +
           MemoryBound{0 - Outbox::memory_max(options).held - PacketLog::memory_max(options).held -
                           HeldMessages::memory_max(options).held - Reassembler::memory_max(options).held,
                       0});
  sum += print("the largest table, while it moves", all.growing);
  print("all", sum);
  EXPECT_EQ(sum, Channel::memory_bytes_max(options));
}

TEST(MemoryBytesMax, holds_for_a_tiny_channel) {
  Pair<31> pair{{.window = 16,
                 .packets_tracked = 64,
                 .datagram_bytes_max = 256,
                 .path_mtu_discovery = false,
                 .message_bytes_max = 5000,
                 .reassembly_bytes_max = 20'000,
                 .reassembly_unreliable_bytes_max = 5000,
                 .messages_max = 40,
                 .send_bytes_max = 40'000,
                 .outcomes_remembered = 64,
                 .held_bytes_max = 4000,
                 .held_unreliable_bytes_max = 1000}};
  pair.drive();
  pair.expect_within(0.25);
}

TEST(MemoryBytesMax, holds_for_two_channels_and_the_pool_they_share) {
  auto pool = std::make_unique<MemoryPool>(200'000);
  Pair<31> pair{{.window = 16,
                 .packets_tracked = 64,
                 .datagram_bytes_max = 256,
                 .path_mtu_discovery = false,
                 .message_bytes_max = 60'000,
                 .reassembly_bytes_max = 60'000,
                 .reassembly_unreliable_bytes_max = 5000,
                 .messages_max = 400,
                 .send_bytes_max = 4'000'000,
                 .outcomes_remembered = 64,
                 .held_bytes_max = 4000,
                 .held_unreliable_bytes_max = 1000,
                 .payload_pool = pool.get()}};
  pair.drive();
  pair.expect_within(0.35, *pool);
  pair.end();
  EXPECT_EQ(pool->in_use_bytes(), 0u);
  pool.reset();
  EXPECT_EQ(pair.live(), 0u);
}

TEST(MemoryBytesMax, holds_for_the_default) {
  Pair<8192> pair{{}};
  pair.drive();
  pair.expect_within(0.8);
}

TEST(MemoryBytesMax, holds_for_a_large_window_and_small_messages) {
  Pair<8192> pair{{.window = 4096,
                   .packets_tracked = 16384,
                   .message_bytes_max = 100'000,
                   .reassembly_bytes_max = 4u << 20,
                   .messages_max = 65536,
                   .send_bytes_max = 8u << 20,
                   .outcomes_remembered = 65536,
                   .held_bytes_max = 4u << 20}};
  pair.drive();
  pair.expect_within(0.4);
}

}  // namespace
}  // namespace bowline::test
