// SPDX-License-Identifier: BSL-1.0
// What one direction of a simulated link does to datagrams.
#pragma once

#include <cstddef>
#include <cstdint>

#include "bowline/base/time.hpp"
#include "bowline/sim/loss_model.hpp"
#include "bowline/sim/share.hpp"

namespace bowline::inline v0_1::sim {

/// One direction of a link. The default is perfect: no delay, no loss, no limit. Name what should be worse:
/// `{.delay = 25ms, .jitter = 10ms, .loss = 0.2}`.
struct LinkOptions {
  /// From one end to the other, once the datagram has left the queue.
  Duration delay = Duration::zero();

  /// Added to `delay`: drawn evenly from [0, jitter] for each datagram.
  Duration jitter = Duration::zero();

  /// False: jitter reorders. True: a datagram waits for the ones before it, as in a router's queue.
  bool keep_order = false;

  /// Share lost, each datagram by itself.
  Share loss{};

  /// Losses in bursts, on top.
  Burst burst{};

  /// Share of the datagrams not lost that arrive twice.
  Share duplicate{};

  /// How much longer the copy takes, besides jitter of its own.
  Duration duplicate_delay = Duration::zero();

  /// Share that takes `reorder_delay` longer and is overtaken meanwhile, with `keep_order` too.
  Share reorder{};
  Duration reorder_delay = std::chrono::milliseconds{20};

  /// Share in which `corrupt_bits` different bits are flipped.
  Share corrupt{};
  std::uint32_t corrupt_bits = 1;

  /// Share that arrives cut to a shorter length, evenly drawn from none of its bytes to all but one.
  Share truncate{};

  /// 0: no limit. A datagram needs (its bytes + `overhead_bytes`) · 8 / rate on the line.
  std::uint64_t rate_bits_per_second = 0;

  /// Bytes, overhead included, that wait for the line, the datagram on it counted too; beyond them it is dropped.
  std::uint64_t queue_bytes = 128u << 10;

  /// Bytes of the largest packet, overhead included. Larger ones vanish.
  std::size_t mtu_bytes = 65535;

  /// Bytes that the layers below add to each datagram: 20 for IPv4 and 8 for UDP.
  std::size_t overhead_bytes = 28;

  /// Datagrams that wait to be read at the far end; beyond them they are dropped, as by a socket.
  std::size_t unread_max = 4096;

  /// A sentence that names the first option out of bounds; null if all is well.
  [[nodiscard]] constexpr const char* fault() const noexcept {
    constexpr Duration day = std::chrono::hours{24};
    const auto out_of_bounds = [&](Duration time) { return time < Duration::zero() || time > day; };
    if (out_of_bounds(delay)) return "sim::LinkOptions::delay must be 0 to 24 h";
    if (out_of_bounds(jitter)) return "sim::LinkOptions::jitter must be 0 to 24 h";
    if (out_of_bounds(duplicate_delay)) return "sim::LinkOptions::duplicate_delay must be 0 to 24 h";
    if (out_of_bounds(reorder_delay)) return "sim::LinkOptions::reorder_delay must be 0 to 24 h";
    if (corrupt_bits < 1) return "sim::LinkOptions::corrupt_bits must be at least 1";
    if (rate_bits_per_second > 1'000'000'000'000u) {
      return "sim::LinkOptions::rate_bits_per_second must be up to 1 Tbit/s";
    }
    if (queue_bytes > (1u << 30)) return "sim::LinkOptions::queue_bytes must be up to 1 GiB";
    if (mtu_bytes <= overhead_bytes) return "sim::LinkOptions::mtu_bytes must exceed overhead_bytes";
    if (unread_max < 1) return "sim::LinkOptions::unread_max must be at least 1";
    return nullptr;
  }
};

static_assert(LinkOptions{}.fault() == nullptr);

}  // namespace bowline::inline v0_1::sim
