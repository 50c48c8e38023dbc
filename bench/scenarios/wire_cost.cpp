// SPDX-License-Identifier: BSL-1.0
// What 64-byte messages in bulk cost on the wire: bytes beside the payload, and datagrams of acknowledgements.
#include <array>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <cstdio>
#include <cstdlib>

#include "bowline/congestion/fixed_window.hpp"
#include "bowline/reliable_channel.hpp"
#include "bowline/sim/world.hpp"
#include "bowline/wire/header.hpp"
#include "figure.hpp"

namespace {

using namespace std::chrono_literals;

/// A row; figures where it is `held_to_it`.
template <class Extras>
void measure(const char* name, const Extras& extras, bool held_to_it) {
  constexpr std::size_t payload_bytes = 64;
  constexpr double datagram_share = bowline::Header::bytes + bowline::Crc32cSeal::overhead_bytes;

  bowline::sim::World world{1};
  auto link = world.link({.delay = 25ms, .rate_bits_per_second = 50'000'000, .queue_bytes = 312'500});
  using Channel = bowline::ReliableChannel<bowline::sim::LinkEnd, bowline::ManualClock, bowline::FixedQueueDedup<>,
                                           bowline::AdaptiveResend, Extras>;
  Channel a{link.a, {}, world.clock(), {}, {}, extras};
  Channel z{link.z, {}, world.clock(), {}, {}, extras};
  world.drive(a);
  world.drive(z);
  a.connect();
  const bool connected = world.run_until([&] { return a.connection().confirmed() && z.connection().confirmed(); }, 10s);

  const std::array<std::byte, payload_bytes> payload{};
  bowline::MessageId last;
  world.every(1ms, [&] {
    // As many as the channel takes, within what keeps it busy for a few milliseconds.
    while (a.stats().messages_accepted - a.stats().messages_acked < 8192) {
      const bowline::SendResult result = a.send(payload, {.after = last});
      if (!result) return;
      last = result.id;
    }
  });
  // From an acknowledgement to one that leaves 8 s later, since the datagrams before the first and behind the last one
  // belong to others.
  const auto run_to_acknowledgement = [&] {
    const std::uint64_t seen = link.z_to_a.counters().offered;
    world.run_until([&] { return link.z_to_a.counters().offered != seen; }, 1s);
  };
  world.run_for(2s);
  run_to_acknowledgement();
  const auto messages = a.stats().segments_sent;
  const auto forth = link.a_to_z.counters();
  const auto back = link.z_to_a.counters();
  world.run_for(8s);
  run_to_acknowledgement();
  const auto sent = static_cast<double>(a.stats().segments_sent - messages);
  const auto datagrams_forth = static_cast<double>(link.a_to_z.counters().offered - forth.offered);
  const auto bytes_forth = static_cast<double>(link.a_to_z.counters().offered_bytes - forth.offered_bytes);
  const auto datagrams_answered = static_cast<double>(link.a_to_z.counters().delivered - forth.delivered);
  const auto datagrams_back = static_cast<double>(link.z_to_a.counters().offered - back.offered);
  if (!connected || sent == 0 || datagrams_back == 0) std::fputs("broken: nothing was sent\n", stderr), std::exit(1);

  const double over = (bytes_forth - datagrams_forth * datagram_share) / sent - static_cast<double>(payload_bytes);
  std::printf("ROW wire %s bytes_over_payload=%.2f bytes_over_payload_with_datagram=%.2f messages_a_datagram=%.1f "
              "datagrams_an_ack=%.1f\n",
              name, over, bytes_forth / sent - static_cast<double>(payload_bytes), sent / datagrams_forth,
              datagrams_answered / datagrams_back);
  if (!held_to_it) return;
  bench::figure_at_most("wire_bytes_over_payload", over, 4);
  bench::figure_at_least("wire_datagrams_an_ack", datagrams_answered / datagrams_back, 8);
}

struct Fixed : bowline::DefaultExtras {
  bowline::FixedWindow congestion{312'500};  // 50 Mbit/s times 50 ms.
};

}  // namespace

int main() {
  measure("bulk_64", bowline::DefaultExtras{}, true);
  measure("bulk_64_fixed_window", Fixed{}, false);
}
