// SPDX-License-Identifier: BSL-1.0
// How much longer than a round trip a packet may take that others have overtaken: RFC 8985 section 6.2.
#pragma once

#include <algorithm>
#include <cstdint>

#include "bowline/core/rtt_estimator.hpp"

namespace bowline::inline v0_1 {

/// Closed until a packet that counted as lost arrives after later ones. Then a quarter of the least round trip wide, a
/// quarter more for each round trip in which that happens again, up to a smoothed round trip; closed again when nothing
/// has been overtaken for `round_trips_kept`. Packets have numbers of their own, so an acknowledgement tells what
/// RFC 8985 needs DSACK for. On a path that keeps the order it never opens.
///
/// Invariants: quarters_ is at most quarters_max; while it is open, widened_at_ <= overtaken_at_.
class ReorderingWindow {
 public:
  static constexpr int round_trips_kept = 16;

  /// A packet was acknowledged after a later one. `was_lost`: it had been declared lost.
  void on_overtaken(TimePoint now, bool was_lost, const RttEstimator& rtt) noexcept {
    if (was_lost && (!open() || now >= later(widened_at_, rtt.smoothed()))) {
      quarters_ = (std::min)(quarters_ + 1, quarters_max);
      widened_at_ = now;
    }
    if (open()) overtaken_at_ = now;
  }

  /// Closes when the path has kept the order for long enough.
  void on_detection(TimePoint now, const RttEstimator& rtt) noexcept {
    if (open() && now >= later(overtaken_at_, round_trips_kept * rtt.smoothed())) quarters_ = 0;
  }

  /// Packets come out of order: how many later ones have arrived says nothing.
  [[nodiscard]] bool open() const noexcept { return quarters_ != 0; }

  /// Zero while it is closed.
  [[nodiscard]] Duration width(const RttEstimator& rtt) const noexcept {
    return (std::min)(quarters_ * (rtt.least() / 4), rtt.smoothed());
  }

  [[nodiscard]] bool invariants_hold() const noexcept {
    return quarters_ <= quarters_max && (!open() || widened_at_ <= overtaken_at_);
  }

 private:
  static constexpr int quarters_max = 64;

  TimePoint widened_at_{};
  TimePoint overtaken_at_{};
  int quarters_ = 0;
};

}  // namespace bowline::inline v0_1
