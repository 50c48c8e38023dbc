// SPDX-License-Identifier: BSL-1.0
// A sender that always has something to send, over a simulated link.
#pragma once

#include <cstdint>
#include <vector>

#include "bowline/dedup/fixed_queue_dedup.hpp"
#include "bowline/reliable_channel.hpp"
#include "bowline/sim/world.hpp"

namespace bowline::bench {

/// Larger than a segment, so that it travels in two parts; smaller than a datagram of 1,472, which takes both.
inline constexpr std::size_t message_bytes = 1300;

template <class Congestion>
struct BulkExtras {
  Congestion congestion;
  Crc32cSeal seal;
};

/// A sends to z as much as it can. With the default options and filter unless told. Stays where it is.
template <class Congestion, DuplicateFilter Dedup = FixedQueueDedup<>>
class BulkFlow {
 public:
  using Channel = ReliableChannel<sim::LinkEnd, ManualClock, Dedup, AdaptiveResend, BulkExtras<Congestion>>;

  BulkFlow(sim::World& world, const sim::LinkPair& link, Congestion congestion,
           const Options& options = {})
      : world_{world},
        link_{link},
        a_{link.a, options, world.clock(), {}, {}, {congestion, {}}},
        z_{link.z, options, world.clock(), {}, {}, {congestion, {}}} {
    world.drive(z_, [this](const Received& m) { delivered_bytes_ += m.payload.size(); });
  }
  BulkFlow(const BulkFlow&) = delete;
  BulkFlow& operator=(const BulkFlow&) = delete;

  void start() {
    world_.drive(a_, [this](const Writable&) { fill(); });
    fill();
  }

  /// Payload delivered so far.
  [[nodiscard]] std::uint64_t delivered_bytes() const noexcept { return delivered_bytes_; }
  [[nodiscard]] std::uint64_t datagrams_sent() const noexcept { return link_.a_to_z.counters().offered; }
  [[nodiscard]] sim::LinkPair& link() noexcept { return link_; }
  [[nodiscard]] Channel& a() noexcept { return a_; }

 private:
  void fill() {
    while (a_.send(message_)) {}
  }

  sim::World& world_;
  sim::LinkPair link_;
  Channel a_, z_;
  std::vector<std::byte> message_ = std::vector<std::byte>(message_bytes);
  std::uint64_t delivered_bytes_ = 0;
};

}  // namespace bowline::bench
