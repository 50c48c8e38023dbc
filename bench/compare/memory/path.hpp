// SPDX-License-Identifier: BSL-1.0
// One direction of a path in memory: a constant delay in ticks, and losses.
#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

#include "bowline/base/bytes.hpp"
#include "bowline/base/random.hpp"
#include "compare/numbered_message.hpp"

namespace bench {

/// Virtual milliseconds since the start.
using Tick = std::uint64_t;

/// A ring of places that are allocated once. It starts over whenever it is empty, so that no peer pays for a cache
/// that another one's delay would spare.
class Path {
 public:
  static constexpr std::size_t datagram_bytes_max = 2048;

  Path(Tick delay, std::uint32_t loss_per_million, std::uint64_t seed)
      : delay_{delay}, loss_per_million_{loss_per_million}, random_{seed}, places_(64) {}

  /// A place for the next datagram, of `datagram_bytes_max`.
  [[nodiscard]] bowline::Buffer place() {
    if (first_ == end_) first_ = end_ = 0;
    if (end_ - first_ == places_.size()) grow();
    return places_[end_ % places_.size()].bytes;
  }

  /// The first `bytes` of the place leave.
  void leave(Tick now, std::size_t bytes) {
    ++datagrams_;
    bytes_ += bytes;
    if (random_.chance(loss_per_million_)) return;
    Place& place = places_[end_++ % places_.size()];
    place.used = bytes;
    place.due = now + delay_;
  }

  /// The next datagram that has arrived; empty if there is none. Valid until the next `place`.
  [[nodiscard]] bowline::Buffer arrive(Tick now) noexcept {
    if (!waiting(now)) return {};
    Place& place = places_[first_++ % places_.size()];
    return bowline::Buffer{place.bytes}.first(place.used);
  }

  [[nodiscard]] bool waiting(Tick now) const noexcept {
    return first_ != end_ && places_[first_ % places_.size()].due <= now;
  }

  [[nodiscard]] std::uint64_t datagrams() const noexcept { return datagrams_; }
  [[nodiscard]] std::uint64_t bytes() const noexcept { return bytes_; }

 private:
  struct Place {
    std::vector<std::byte> bytes = std::vector<std::byte>(datagram_bytes_max);
    std::size_t used = 0;
    Tick due = 0;
  };

  void grow() {
    std::vector<Place> larger(2 * places_.size());
    for (std::uint64_t i = first_; i != end_; ++i) larger[i % larger.size()] = std::move(places_[i % places_.size()]);
    for (Place& place : larger) place.bytes.resize(datagram_bytes_max);
    places_ = std::move(larger);
  }

  Tick delay_;
  std::uint32_t loss_per_million_;
  bowline::Random random_;
  std::vector<Place> places_;
  std::uint64_t first_ = 0;
  std::uint64_t end_ = 0;
  std::uint64_t datagrams_ = 0;
  std::uint64_t bytes_ = 0;
};

/// Both directions, and the time.
struct Paths {
  Tick now = 1000;
  Path forth;
  Path back;
};

}  // namespace bench
