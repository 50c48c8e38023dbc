// SPDX-License-Identifier: BSL-1.0
// What the numbers and moments of one end are counted from.
#pragma once

#include <limits>

#include "bowline/base/ids.hpp"
#include "bowline/base/time.hpp"
#include "explore/digest.hpp"

namespace bowline::explore {

/// Two ends whose numbers differ by a constant have the same future, and so have two at different times of
/// the day.
struct Bases {
  TimePoint now{};
  PacketNumber packet_sent = 0;        ///< The next packet number of ours.
  SequenceNumber number_sent = 0;      ///< The next sequence number of ours.
  PacketNumber packet_received = 0;    ///< The newest packet of the peer.
  SequenceNumber number_received = 0;  ///< The lowest number of the peer that was not seen.

  [[nodiscard]] std::int64_t time(TimePoint moment) const noexcept {
    return moment == never ? std::numeric_limits<std::int64_t>::max() : (moment - now).count();
  }
};

/// `number` as a distance back from `base`. 0 names nothing and stays apart.
[[nodiscard]] constexpr std::uint64_t back(std::uint64_t base, std::uint64_t number) noexcept {
  return number == 0 ? ~std::uint64_t{0} : base - number;
}

/// Fails to compile when a part has grown: a field that its canoniser does not know would let unlike states
/// pass for one. `Bytes` are those of a 64-bit build with libstdc++; other builds trust those.
template <class Part, std::size_t Bytes>
[[nodiscard]] consteval bool known() {
#if defined(__GLIBCXX__) && defined(__x86_64__)
  return sizeof(Part) == Bytes;
#else
  return true;
#endif
}

}  // namespace bowline::explore
