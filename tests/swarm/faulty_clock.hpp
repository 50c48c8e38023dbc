// SPDX-License-Identifier: BSL-1.0
// A clock that jumps, freezes and drifts.
#pragma once

#include <cstdint>

#include "bowline/base/assert.hpp"
#include "bowline/base/time.hpp"
#include "bowline/clock/concept.hpp"
#include "bowline/clock/manual_clock.hpp"

namespace bowline::test::swarm {

/// Follows the world's time at a rate of its own. A handle: copies agree.
class FaultyClock {
 public:
  static constexpr std::uint32_t right = 1'000'000;

  /// What the copies share.
  struct Setting {
    explicit Setting(ManualClock clock) noexcept : world{clock}, world_then{clock.now()}, shown_then{clock.now()} {}

    ManualClock world;
    TimePoint world_then, shown_then;
    std::uint32_t parts_per_million = right;
  };

  explicit FaultyClock(Setting& setting) noexcept : setting_{&setting} {}

  [[nodiscard]] TimePoint now() const noexcept {
    const std::int64_t elapsed = (setting_->world.now() - setting_->world_then).count();
    return setting_->shown_then + Duration{elapsed * std::int64_t{setting_->parts_per_million} / right};
  }

  /// From now on it shows `delta` more, or less, than it did.
  void jump(Duration delta) noexcept { start_from(now() + delta); }

  /// From now on it shows so many microseconds for a million of the world's; 0 freezes it.
  void run_at(std::uint32_t parts_per_million) noexcept {
    start_from(now());
    setting_->parts_per_million = parts_per_million;
  }

  /// The first moment of the world at which this clock shows `shown` or more, if it goes on like this.
  [[nodiscard]] TimePoint in_world_time(TimePoint shown) const noexcept {
    const std::int64_t rate = setting_->parts_per_million;
    if (shown <= now()) return setting_->world.now();
    if (rate == 0 || shown - setting_->shown_then > longest) return never;
    const std::int64_t wanted = (shown - setting_->shown_then).count();
    return setting_->world_then + Duration{(wanted * right + rate - 1) / rate};
  }

 private:
  // Longer waits would not fit when multiplied by a million. Nothing in a swarm waits for them.
  static constexpr Duration longest = std::chrono::hours{24 * 100};

  void start_from(TimePoint shown) noexcept {
    setting_->world_then = setting_->world.now();
    setting_->shown_then = shown;
  }

  Setting* setting_;
};

static_assert(MonotonicClock<FaultyClock>);

}  // namespace bowline::test::swarm
