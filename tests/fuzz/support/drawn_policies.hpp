// SPDX-License-Identifier: BSL-1.0
// Policies that a script draws. One type for all, so that a target is compiled once.
#pragma once

#include <cstdint>
#include <utility>
#include <variant>

#include "bowline/congestion/bottleneck_control.hpp"
#include "bowline/congestion/cubic.hpp"
#include "bowline/congestion/fixed_window.hpp"
#include "bowline/dedup/fixed_queue_dedup.hpp"
#include "bowline/dedup/no_dedup.hpp"
#include "bowline/dedup/window_dedup.hpp"
#include "bowline/resend/adaptive_resend.hpp"
#include "bowline/resend/eager_resend.hpp"
#include "bowline/resend/periodic_resend.hpp"
#include "bowline/seal/plain_seal.hpp"

namespace bowline::fuzz {

/// One of the models, by its place among them.
template <class... Models>
std::variant<Models...> drawn(std::uint32_t which) {
  std::variant<Models...> model;
  std::uint32_t place = 0;
  static_cast<void>(((place++ == which ? (model = Models{}, true) : false) || ...));
  return model;
}

/// A filter that covers a window of 16, and the drawn ones of `window_max`.
class DrawnDedup {
 public:
  static constexpr std::uint32_t models = 4;
  static constexpr std::uint32_t window_max = 1024;
  using Queue = FixedQueueDedup<2 * window_max - 1>;

  DrawnDedup() = default;
  explicit DrawnDedup(std::uint32_t which)
      : model_{drawn<WindowDedup<16>, WindowDedup<window_max>, Queue, NoDedup>(which)} {}

  [[nodiscard]] static constexpr bool covers(std::uint32_t window) noexcept { return window <= window_max; }
  Admission admit(SequenceNumber number) {
    return std::visit([=](auto& model) { return model.admit(number); }, model_);
  }
  [[nodiscard]] Admission check(SequenceNumber number) const {
    return std::visit([=](const auto& model) { return model.check(number); }, model_);
  }
  void clear() {
    std::visit([](auto& model) { model.clear(); }, model_);
  }

 private:
  std::variant<WindowDedup<16>, WindowDedup<window_max>, Queue, NoDedup> model_;
};
static_assert(DuplicateFilter<DrawnDedup>);

/// A schedule; only the eager one has anything repeated.
class DrawnResend {
 public:
  static constexpr std::uint32_t models = 3;
  DrawnResend() = default;
  explicit DrawnResend(std::uint32_t which) : model_{drawn<AdaptiveResend, EagerResend, PeriodicResend>(which)} {}

  [[nodiscard]] Duration timeout(const ResendQuery& query) const {
    return std::visit([&](const auto& model) { return model.timeout(query); }, model_);
  }
  [[nodiscard]] std::uint32_t resends_max() const {
    return std::visit([](const auto& model) { return model.resends_max(); }, model_);
  }
  [[nodiscard]] bool follows_acks() const {
    return std::visit([](const auto& model) { return model.follows_acks(); }, model_);
  }
  [[nodiscard]] std::uint32_t repeat_bytes_max() const {
    const auto* eager = std::get_if<EagerResend>(&model_);
    return eager == nullptr ? 0 : eager->repeat_bytes_max();
  }
  [[nodiscard]] std::uint32_t repeats_max() const {
    const auto* eager = std::get_if<EagerResend>(&model_);
    return eager == nullptr ? 0 : eager->repeats_max();
  }

 private:
  std::variant<AdaptiveResend, EagerResend, PeriodicResend> model_;
};
static_assert(EagerSchedule<DrawnResend>);

class DrawnCongestion {
 public:
  static constexpr std::uint32_t models = 3;
  DrawnCongestion() = default;
  explicit DrawnCongestion(std::uint32_t which) : model_{drawn<FixedWindow, BottleneckControl, Cubic>(which)} {}

  void on_feedback(const CongestionFeedback& feedback) {
    std::visit([&](auto& model) { model.on_feedback(feedback); }, model_);
  }
  [[nodiscard]] std::size_t window_bytes() const {
    return std::visit([](const auto& model) { return model.window_bytes(); }, model_);
  }
  [[nodiscard]] Pacing pacing() const {
    return std::visit([](const auto& model) { return model.pacing(); }, model_);
  }

 private:
  std::variant<FixedWindow, BottleneckControl, Cubic> model_;
};
static_assert(CongestionControl<DrawnCongestion>);

/// No checksum, so that the fuzzer gets behind the seal.
struct DrawnExtras {
  DrawnCongestion congestion;
  PlainSeal seal;
};

/// One of each. All the first ones unless something is drawn.
struct DrawnPolicies {
  DrawnDedup dedup;
  DrawnResend resend;
  DrawnExtras extras;
};

}  // namespace bowline::fuzz
