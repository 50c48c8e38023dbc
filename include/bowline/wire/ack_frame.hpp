// SPDX-License-Identifier: BSL-1.0
// ACK: which datagrams arrived, newest first. WIRE section 6.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>

#include "bowline/base/ids.hpp"
#include "bowline/base/time.hpp"
#include "bowline/wire/reader.hpp"

namespace bowline::inline v0_1 {

/// Packet numbers `first` to `last`, both included.
struct PacketRange {
  PacketNumber first = 0;
  PacketNumber last = 0;

  friend constexpr bool operator==(const PacketRange&, const PacketRange&) noexcept = default;
};

/// An ACK frame as received. Its ranges stay in the datagram and are read one by one, so that a frame costs what
/// its bytes cost, whatever it claims.
class AckFrame {
 public:
  /// The most ranges a frame may carry.
  static constexpr std::uint32_t ranges_max = 64;

  AckFrame(PacketNumber largest, Duration delay, std::uint32_t ranges, Bytes encoded) noexcept
      : largest_{largest}, delay_{delay}, ranges_{ranges}, encoded_{encoded} {}

  /// The highest packet number acknowledged.
  [[nodiscard]] PacketNumber largest() const noexcept { return largest_; }

  /// How long the receiver of `largest()` took to say so.
  [[nodiscard]] Duration delay() const noexcept { return delay_; }

  /// Calls `each(PacketRange)` from the newest range to the oldest. False when one would reach below number 1.
  template <class Each>
  bool for_each_range(Each&& each) const {
    Reader reader{encoded_};
    PacketNumber last = largest_;
    for (std::uint32_t i = 0; i < ranges_; ++i) {
      if (i > 0) {
        const std::uint64_t gap = std::uint64_t{reader.varint()} + 1;
        if (gap >= last) return false;
        last -= gap;
      }
      const std::uint64_t more = reader.varint();
      if (reader.failed() || more >= last) return false;
      each(PacketRange{last - more, last});
      last -= more + 1;
      if (last == 0 && i + 1 < ranges_) return false;
    }
    return true;
  }

 private:
  PacketNumber largest_;
  Duration delay_;
  std::uint32_t ranges_;
  Bytes encoded_;
};

}  // namespace bowline::inline v0_1
