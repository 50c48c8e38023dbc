// SPDX-License-Identifier: BSL-1.0
// A clock that is wrong, and more so when a test says.
#pragma once

#include "bowline/base/time.hpp"
#include "bowline/clock/concept.hpp"

namespace bowline::inline v0_1::sim {

/// Shows the world's time plus an offset that `jump` changes, forwards or back, while the network's time goes on as
/// before. A handle: copies agree. `World::skewed_clock()` makes one; valid as long as that world is.
class SkewedClock {
 public:
  /// What the copies share.
  struct Setting {
    const TimePoint* world_time;
    Duration offset{};
  };

  explicit SkewedClock(Setting& setting) noexcept : setting_{&setting} {}

  [[nodiscard]] TimePoint now() const noexcept { return *setting_->world_time + setting_->offset; }

  /// From now on the clock shows `delta` more, or less, than it did.
  void jump(Duration delta) noexcept { setting_->offset += delta; }

  [[nodiscard]] Duration offset() const noexcept { return setting_->offset; }

  /// The world's time when this clock shows `shown`; `never` stays `never`.
  [[nodiscard]] TimePoint in_world_time(TimePoint shown) const noexcept {
    if (shown == never) return never;
    return setting_->offset < Duration::zero() ? later(shown, -setting_->offset) : shown - setting_->offset;
  }

 private:
  Setting* setting_;
};

static_assert(MonotonicClock<SkewedClock>);

}  // namespace bowline::inline v0_1::sim
