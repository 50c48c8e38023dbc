// SPDX-License-Identifier: BSL-1.0
// Policies chosen at run time, so that one type of channel has all of them.
#pragma once

#include <cstdint>
#include <variant>

#include "bowline/congestion/bottleneck_control.hpp"
#include "bowline/congestion/cubic.hpp"
#include "bowline/congestion/fixed_window.hpp"
#include "bowline/dedup/fixed_queue_dedup.hpp"
#include "bowline/dedup/no_dedup.hpp"
#include "bowline/dedup/window_dedup.hpp"
#include "bowline/resend/adaptive_resend.hpp"
#include "bowline/resend/no_resend.hpp"
#include "bowline/resend/periodic_resend.hpp"

namespace bowline::test::swarm {

/// Any filter, each at the smallest size that covers one of the windows drawn: 1, 2, 8, 32, 128, 1024.
class DrawnDedup {
 public:
  using Any = std::variant<FixedQueueDedup<1>, FixedQueueDedup<3>, FixedQueueDedup<15>, FixedQueueDedup<63>,
                           FixedQueueDedup<255>, FixedQueueDedup<2047>, WindowDedup<1>, WindowDedup<2>, WindowDedup<8>,
                           WindowDedup<32>, WindowDedup<128>, WindowDedup<1024>, NoDedup>;
  static constexpr std::uint32_t windows[] = {1, 2, 8, 32, 128, 1024};

  enum class Kind : std::uint8_t { queue, window, none };

  /// The filter for `windows[size]`.
  DrawnDedup(Kind kind, std::size_t size) : any_{make(kind, size)} {}

  Admission admit(SequenceNumber number) {
    return std::visit([number](auto& filter) { return filter.admit(number); }, any_);
  }
  [[nodiscard]] Admission check(SequenceNumber number) const {
    return std::visit([number](const auto& filter) { return filter.check(number); }, any_);
  }
  [[nodiscard]] bool covers(std::uint32_t window) const {
    return std::visit([window](const auto& filter) { return filter.covers(window); }, any_);
  }
  void clear() {
    std::visit([](auto& filter) { filter.clear(); }, any_);
  }

 private:
  static Any make(Kind kind, std::size_t size) {
    if (kind == Kind::none) return NoDedup{};
    const bool queue = kind == Kind::queue;
    switch (size) {
      case 0: return queue ? Any{FixedQueueDedup<1>{}} : Any{WindowDedup<1>{}};
      case 1: return queue ? Any{FixedQueueDedup<3>{}} : Any{WindowDedup<2>{}};
      case 2: return queue ? Any{FixedQueueDedup<15>{}} : Any{WindowDedup<8>{}};
      case 3: return queue ? Any{FixedQueueDedup<63>{}} : Any{WindowDedup<32>{}};
      case 4: return queue ? Any{FixedQueueDedup<255>{}} : Any{WindowDedup<128>{}};
      default: return queue ? Any{FixedQueueDedup<2047>{}} : Any{WindowDedup<1024>{}};
    }
  }

  Any any_;
};

static_assert(DuplicateFilter<DrawnDedup>);

/// Any schedule but `EagerResend`, which can do more and is a type of channel of its own.
class DrawnResend {
 public:
  using Any = std::variant<AdaptiveResend, PeriodicResend, NoResend>;
  explicit DrawnResend(Any any) : any_{any} {}

  [[nodiscard]] Duration timeout(const ResendQuery& query) const {
    return std::visit([&query](const auto& schedule) { return schedule.timeout(query); }, any_);
  }
  [[nodiscard]] std::uint32_t resends_max() const {
    return std::visit([](const auto& schedule) { return schedule.resends_max(); }, any_);
  }
  [[nodiscard]] bool follows_acks() const {
    return std::visit([](const auto& schedule) { return schedule.follows_acks(); }, any_);
  }

 private:
  Any any_;
};

static_assert(ResendSchedule<DrawnResend>);

/// Any congestion control.
class DrawnCongestion {
 public:
  enum class Kind : std::uint8_t { bottleneck, cubic, fixed };

  /// `datagram_bytes_max` is that of `Options`.
  DrawnCongestion(Kind kind, std::size_t datagram_bytes_max)
      : kind_{kind},
        bottleneck_{datagram_bytes_max},
        cubic_{datagram_bytes_max},
        fixed_{std::size_t{8} << 10, datagram_bytes_max} {}

  void on_feedback(const CongestionFeedback& feedback) {
    switch (kind_) {
      case Kind::bottleneck: return bottleneck_.on_feedback(feedback);
      case Kind::cubic: return cubic_.on_feedback(feedback);
      case Kind::fixed: return fixed_.on_feedback(feedback);
    }
  }
  [[nodiscard]] std::size_t window_bytes() const {
    if (kind_ == Kind::bottleneck) return bottleneck_.window_bytes();
    return kind_ == Kind::cubic ? cubic_.window_bytes() : fixed_.window_bytes();
  }
  [[nodiscard]] Pacing pacing() const {
    if (kind_ == Kind::bottleneck) return bottleneck_.pacing();
    return kind_ == Kind::cubic ? cubic_.pacing() : fixed_.pacing();
  }

 private:
  Kind kind_;
  BottleneckControl bottleneck_;
  Cubic cubic_;
  FixedWindow fixed_;
};

static_assert(CongestionControl<DrawnCongestion>);

}  // namespace bowline::test::swarm
