// SPDX-License-Identifier: BSL-1.0
// The k-th allocation of an end that receives fails, for every k; then everything arrives all the same, once.
#include <gtest/gtest.h>

#if defined(__cpp_exceptions)

#include <algorithm>
#include <functional>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "bowline/base/memory_pool.hpp"
#include "bowline/dedup/fixed_queue_dedup.hpp"
#include "bowline/dedup/window_dedup.hpp"
#include "core/support/pair.hpp"
#include "sweeps/support/allocation_fault.hpp"

namespace bowline::test {
namespace {

/// A filter such as anybody writes, which allocates for each number. `insert` either has an effect or throws.
class SetDedup {
 public:
  [[nodiscard]] static constexpr bool covers(std::uint32_t) noexcept { return true; }
  Admission admit(SequenceNumber number) {
    return seen_.insert(number).second ? Admission::fresh : Admission::duplicate;
  }
  [[nodiscard]] Admission check(SequenceNumber number) const noexcept {
    return seen_.count(number) == 0 ? Admission::fresh : Admission::duplicate;
  }
  void clear() noexcept { seen_.clear(); }

 private:
  std::set<SequenceNumber> seen_;
};
static_assert(DuplicateFilter<SetDedup>);

constexpr long long failures_max = 1000;  // Far more than any of the scripts allocates.

/// a talks to z over a network that repeats every datagram; allocation `k` of z's fails while it takes something in.
template <class DedupPolicy>
class Receiving {
 public:
  explicit Receiving(long long k, Options options = prompt()) : fault_{k}, pair_{options, pooled(options)} {}

  auto& a() { return pair_.a; }
  bool struck() const { return fault_.struck(); }
  const Lines& received() const { return received_; }
  void connect() { pair_.connect(); }

  /// z looks for a.
  void looks() { pair_.z->connect(pair_.z.now()); }

  /// What a has to say, of which the test chooses what arrives, in which order.
  std::vector<Datagram> says() { return pair_.a.says(); }

  void hears(const Datagram& datagram) {
    for (int copy = 0; copy < 2; ++copy) {
      inbound_ = datagram;
      fault_.strikes([&] { pair_.z->handle_datagram(pair_.z.now(), inbound_); });
      drain();
    }
  }

  /// The network is well from now on, and a's timers fire until all of its messages have ended. Then z keeps an empty
  /// page each of the blocks of what was held and of parts, and `kept_bytes` more.
  void heals(std::size_t kept_bytes = 0) {
    for (int turn = 0; turn < 100 && !pair_.a->settled(); ++turn) {
      exchange();
      pair_.pass((std::min)(pair_.a.deadline(), pair_.z.deadline()) - pair_.now());
    }
    exchange();
    EXPECT_TRUE(pair_.a->settled());
    EXPECT_TRUE(pair_.a->invariants_hold());
    EXPECT_LE(pool_.in_use_bytes(), 2u * 512 + kept_bytes);
  }

 private:
  Options pooled(Options options) {
    options.payload_pool = &pool_;
    return options;
  }

  void drain() {
    for (;;) {
      std::optional<Event> event;
      if (fault_.strikes([&] { event = pair_.z->next_event(); })) continue;
      if (!event) break;
      event->visit([&](const Received& message) { received_.emplace_back(text(message.payload)); });
    }
    ASSERT_TRUE(pair_.z->invariants_hold());
  }

  void exchange() {
    for (int turn = 0; turn < 1000; ++turn) {
      const auto from_a = pair_.a.says();
      const auto from_z = pair_.z.says();
      if (from_a.empty() && from_z.empty()) return;
      for (const Datagram& datagram : from_a) hears(datagram);
      pair_.a.hears(from_z);
    }
    ADD_FAILURE() << "the two never fall silent";
  }

  MemoryPool pool_{std::size_t{1} << 24};
  AllocationFault fault_;
  Pair<DedupPolicy> pair_;
  Lines received_;
  Datagram inbound_;
};

template <class DedupPolicy>
class ReceivingSweep : public testing::Test {
 public:
  using World = Receiving<DedupPolicy>;

  /// Plays `script` with each allocation failing in turn. `least` of them are known, so that a script that never comes
  /// to its point is found.
  template <class Script>
  static void sweep(long long least, Script&& script, const Options& options = prompt(), bool connected = true) {
    long long k = 0;
    for (; k < failures_max; ++k) {
      SCOPED_TRACE("allocation " + std::to_string(k));
      World world{k, options};
      if (connected) world.connect();
      script(world);
      if (testing::Test::HasFailure() || !world.struck()) break;
    }
    EXPECT_GE(k, least);
    EXPECT_LT(k, failures_max);
  }

  static Lines sorted(Lines lines) { return std::sort(lines.begin(), lines.end()), lines; }

  /// Each of `lines` is there at most once.
  static bool unique(Lines lines) {
    lines = sorted(std::move(lines));
    return std::adjacent_find(lines.begin(), lines.end()) == lines.end();
  }
};

using Policies = testing::Types<FixedQueueDedup<>, WindowDedup<>, SetDedup>;
TYPED_TEST_SUITE(ReceivingSweep, Policies);

std::string large(char letter, std::size_t bytes = 5000) { return std::string(bytes, letter); }

SendOptions unreliable(MessageId after = {}, bool newest_only = false) {
  SendOptions options;
  options.reliable = false;
  options.after = after;
  options.newest_only = newest_only;
  return options;
}

SendOptions fails_with(MessageId after) {
  SendOptions options;
  options.after = after;
  options.on_dependency_failure = OnDependencyFailure::fail;
  return options;
}

TYPED_TEST(ReceivingSweep, a_peer_that_binds_is_told_and_heard) {
  const auto script = [&](auto& world) {
    world.a().sends("first");
    world.heals();
    EXPECT_EQ(world.received(), Lines{"first"});
  };
  this->sweep(3, script, prompt(), /*connected=*/false);
}

TYPED_TEST(ReceivingSweep, a_peer_that_was_looked_for_is_found_and_heard) {
  const auto script = [&](auto& world) {
    world.looks();
    world.heals();
    world.a().sends("first");
    world.heals();
    EXPECT_EQ(world.received(), Lines{"first"});
  };
  this->sweep(3, script, prompt(), /*connected=*/false);
}

TYPED_TEST(ReceivingSweep, whole_messages_arrive_once_and_in_the_order_of_their_chain) {
  // More frames in a datagram than are kept as they were read.
  this->sweep(3, [&](auto& world) {
    Lines sent;
    MessageId last;
    for (int i = 0; i < 100; ++i) {
      sent.push_back(std::to_string(i));
      SendOptions options;
      options.after = last;
      last = world.a().sends(sent.back(), options);
    }
    world.heals();
    EXPECT_EQ(world.received(), sent);
  });
}

TYPED_TEST(ReceivingSweep, held_messages_arrive_once_when_what_they_wait_for_does) {
  this->sweep(8, [&](auto& world) {
    Lines sent;
    MessageId last;
    for (int i = 0; i < 12; ++i) {
      // Almost a datagram, so that a copy that nobody releases shows.
      sent.push_back(std::to_string(i) + std::string(1150, '.'));
      SendOptions options;
      options.after = last;
      last = world.a().sends(sent.back(), options);
      const auto datagrams = world.says();
      // The first is lost, so that all others are held.
      if (i != 0) world.hears(datagrams.front());
    }
    world.heals();
    EXPECT_EQ(world.received(), sent);
  });
}

TYPED_TEST(ReceivingSweep, large_messages_arrive_once_whatever_the_order_of_their_parts) {
  this->sweep(8, [&](auto& world) {
    const MessageId first = world.a().sends("first");
    world.says();
    SendOptions after;
    after.after = first;
    world.a().sends(large('b'), after);
    world.a().sends(large('c'));
    world.a().sends(large('d'), fails_with(first));
    auto datagrams = world.says();
    std::reverse(datagrams.begin(), datagrams.end());
    for (const Datagram& datagram : datagrams) world.hears(datagram);
    world.heals();
    EXPECT_EQ(this->sorted(world.received()), (Lines{large('b'), large('c'), large('d'), "first"}));
  });
}

TYPED_TEST(ReceivingSweep, unreliable_messages_arrive_at_most_once_beside_reliable_ones_that_arrive) {
  this->sweep(6, [&](auto& world) {
    const MessageId first = world.a().sends("first");
    world.says();
    Lines reliable{"first"};
    for (int i = 0; i < 6; ++i) {
      world.a().sends("u" + std::to_string(i), unreliable());
      world.a().sends("n" + std::to_string(i), unreliable({}, /*newest_only=*/true));
      world.a().sends("w" + std::to_string(i), unreliable(first));
      reliable.push_back("r" + std::to_string(i));
      world.a().sends(reliable.back());
    }
    world.a().sends(large('u', 3000), unreliable());
    world.a().sends(large('w', 3000), unreliable(first));
    world.a().sends(large('n', 3000), unreliable({}, /*newest_only=*/true));
    for (const Datagram& datagram : world.says()) world.hears(datagram);
    // Two large ones that lack a part for good: a block of 3,072 bytes, of which 512 are a page.
    world.heals(2 * 3072);
    EXPECT_TRUE(this->unique(world.received()));
    Lines arrived;
    std::copy_if(world.received().begin(), world.received().end(), std::back_inserter(arrived),
                 [](const std::string& line) { return line == "first" || line.front() == 'r'; });
    EXPECT_EQ(this->sorted(arrived), reliable);
    EXPECT_TRUE(world.struck() || world.received().size() == 7 + 18 + 3);
  });
}

TYPED_TEST(ReceivingSweep, an_unreliable_message_that_finds_no_place_to_wait_is_in_nobodys_way) {
  // Room for one message in parts, which takes that of one that is here in part, but not of one that waits.
  Options options = prompt();
  options.message_bytes_max = options.reassembly_unreliable_bytes_max = 3000;
  const auto script = [&](auto& world) {
    const MessageId first = world.a().sends("first");
    world.says();
    world.a().sends(large('w', 3000), unreliable(first));
    for (const Datagram& datagram : world.says()) world.hears(datagram);
    world.heals(3072 + 512);
    const bool struck_before = world.struck();
    world.a().sends(large('v', 3000), unreliable());
    world.heals(3072 + 512);
    const Lines& received = world.received();
    EXPECT_TRUE(!struck_before || std::find(received.begin(), received.end(), large('v', 3000)) != received.end());
  };
  this->sweep(6, script, options);
}

TYPED_TEST(ReceivingSweep, what_is_recalled_is_refused_and_what_waited_for_it_passes_or_fails_as_it_was_to) {
  this->sweep(8, [&](auto& world) {
    const MessageId first = world.a().sends("first");
    const MessageId recalled = world.a().sends(large('x'));
    world.says();
    SendOptions after;
    after.after = first;
    world.a().sends("passes", after);
    world.a().sends("fails", fails_with(first));
    world.a().sends(large('p'), after);
    world.a().sends(large('f'), fails_with(recalled));
    const auto datagrams = world.says();
    for (const Datagram& datagram : datagrams) world.hears(datagram);
    world.a().cancels(first);
    world.a().cancels(recalled);
    // Copies that come late, with and after the tombstones.
    for (const Datagram& datagram : world.says()) world.hears(datagram);
    for (const Datagram& datagram : datagrams) world.hears(datagram);
    world.heals();
    EXPECT_EQ(this->sorted(world.received()), (Lines{"passes", large('p')}));
  });
}

}  // namespace
}  // namespace bowline::test

#endif
