// SPDX-License-Identifier: BSL-1.0
// Filters and schedules that a plan can choose from, so that one search program serves all of them.
#pragma once

#include <cstdint>
#include <utility>
#include <variant>

#include "bowline/congestion/fixed_window.hpp"
#include "bowline/dedup/fixed_queue_dedup.hpp"
#include "bowline/dedup/no_dedup.hpp"
#include "bowline/dedup/window_dedup.hpp"
#include "bowline/resend/adaptive_resend.hpp"
#include "bowline/resend/eager_resend.hpp"
#include "bowline/resend/no_resend.hpp"
#include "bowline/resend/periodic_resend.hpp"
#include "bowline/seal/crc32c_seal.hpp"

namespace bowline::explore {

/// One of the library's filters, most at the smallest size that covers a window of 1, 2, 3 or 4.
class AnyFilter {
 public:
  using Filters = std::variant<FixedQueueDedup<7>, FixedQueueDedup<1>, FixedQueueDedup<3>, FixedQueueDedup<5>,
                               WindowDedup<1>, WindowDedup<2>, WindowDedup<3>, NoDedup>;

  AnyFilter() = default;
  template <class Filter>
  requires std::is_constructible_v<Filters, Filter> AnyFilter(Filter filter) : filter_{std::move(filter)} {}

  Admission admit(SequenceNumber number) {
    return std::visit([&](auto& filter) { return filter.admit(number); }, filter_);
  }
  [[nodiscard]] Admission check(SequenceNumber number) const {
    return std::visit([&](const auto& filter) { return filter.check(number); }, filter_);
  }
  [[nodiscard]] bool covers(std::uint32_t window) const {
    return std::visit([&](const auto& filter) { return filter.covers(window); }, filter_);
  }
  void clear() {
    std::visit([](auto& filter) { filter.clear(); }, filter_);
  }

  [[nodiscard]] bool filters() const noexcept { return !std::holds_alternative<NoDedup>(filter_); }
  [[nodiscard]] const Filters& filter() const noexcept { return filter_; }

 private:
  Filters filter_;
};

static_assert(DuplicateFilter<AnyFilter>);

/// One of the library's schedules that do not repeat.
class AnySchedule {
 public:
  using Schedules = std::variant<AdaptiveResend, PeriodicResend, NoResend>;

  AnySchedule() = default;
  template <class Schedule>
  requires std::is_constructible_v<Schedules, Schedule> AnySchedule(Schedule schedule)
      : schedule_{std::move(schedule)} {}

  [[nodiscard]] Duration timeout(const ResendQuery& query) const {
    return std::visit([&](const auto& schedule) { return schedule.timeout(query); }, schedule_);
  }
  [[nodiscard]] std::uint32_t resends_max() const {
    return std::visit([](const auto& schedule) { return schedule.resends_max(); }, schedule_);
  }
  [[nodiscard]] bool follows_acks() const {
    return std::visit([](const auto& schedule) { return schedule.follows_acks(); }, schedule_);
  }

 private:
  Schedules schedule_;
};

static_assert(ResendSchedule<AnySchedule>);

/// EagerResend with few resends.
struct Eager : EagerResend {
  Eager() { resend_count_max = 1; }
  explicit Eager(const AnySchedule&) : Eager{} {}
};

/// What bounds no small world: a window of bytes that is never full, and the default seal.
struct WideExtras {
  FixedWindow congestion;
  Crc32cSeal seal;
};

/// Numbers of `Bits` bits on the wire.
template <unsigned Bits>
struct NarrowExtras {
  static constexpr unsigned wire_number_bits = Bits;
  FixedWindow congestion;
  Crc32cSeal seal;
};

}  // namespace bowline::explore
