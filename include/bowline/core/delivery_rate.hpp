// SPDX-License-Identifier: BSL-1.0
// How fast the path delivers: draft-cheng-iccrg-delivery-rate-estimation.
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <type_traits>

#include "bowline/base/time.hpp"
#include "bowline/congestion/concept.hpp"

namespace bowline::inline v0_1 {

/// What is noted with a datagram that leaves, to make a sample when it is acknowledged. Counters without their high
/// bits: what a datagram's own life spans fits 32.
struct DeliveryStamp {
  std::uint32_t delivered_bytes = 0;    ///< Acknowledged when it left.
  std::uint32_t since_delivery_us = 0;  ///< From that acknowledgement until it left.
  std::uint32_t since_first_us = 0;     ///< From the first sending of its flight until it left.
  std::uint32_t app_limited = 0;        ///< 0 or 1.
};

// Without padding it is copied in whole words, which a load of them need not wait for.
static_assert(std::has_unique_object_representations_v<DeliveryStamp>);

/// Counts what is acknowledged, and makes one sample an acknowledgement: bytes over the longer of the time they took
/// to leave and the time they took to be acknowledged, so that neither a burst nor compressed acknowledgements look
/// like a fast path. No division, O(1).
class DeliveryRate {
 public:
  [[nodiscard]] std::uint64_t delivered_bytes() const noexcept { return delivered_; }

  /// A datagram leaves while `in_flight_bytes` are on the way.
  [[nodiscard]] DeliveryStamp stamp(TimePoint now, std::size_t in_flight_bytes) noexcept {
    // After a silence the path owes nothing: time counts from here.
    if (in_flight_bytes == 0) first_sent_at_ = delivered_at_ = now;
    return {static_cast<std::uint32_t>(delivered_), microseconds(now - delivered_at_),
            microseconds(now - first_sent_at_), app_limited_until_ != 0 ? 1u : 0u};
  }

  /// Less was to be sent than `in_flight_bytes` and the window allow: what is on the way shows no full path.
  void on_app_limited(std::size_t in_flight_bytes) noexcept {
    app_limited_until_ = (std::max)(delivered_ + in_flight_bytes, std::uint64_t{1});
  }

  /// `bytes` were acknowledged at once, the newest of them sent at `sent_at` with `stamp`.
  [[nodiscard]] DeliverySample on_acked(TimePoint now, std::size_t bytes, TimePoint sent_at,
                                        const DeliveryStamp& stamp) noexcept {
    delivered_ += bytes;
    delivered_at_ = now;
    if (delivered_ > app_limited_until_) app_limited_until_ = 0;
    // A datagram declared lost may be acknowledged after later ones; the flight does not begin anew with it.
    first_sent_at_ = (std::max)(first_sent_at_, sent_at);
    const std::uint32_t since = static_cast<std::uint32_t>(delivered_) - stamp.delivered_bytes;
    const Duration acked_in = now - sent_at + Duration{stamp.since_delivery_us};
    return {delivered_, delivered_ - since, (std::max)(acked_in, Duration{stamp.since_first_us}),
            stamp.app_limited != 0};
  }

 private:
  /// As many as 32 bits hold: over an hour, and then only the sample is too low.
  [[nodiscard]] static constexpr std::uint32_t microseconds(Duration time) noexcept {
    return static_cast<std::uint32_t>((std::min)(time.count(), std::int64_t{0xffffffff}));
  }

  std::uint64_t delivered_ = 0;
  std::uint64_t app_limited_until_ = 0;  // delivered_ beyond which samples count in full again; 0: they do.
  TimePoint delivered_at_{};
  TimePoint first_sent_at_{};
};

}  // namespace bowline::inline v0_1
