// SPDX-License-Identifier: BSL-1.0
// The contract of congestion/concept.hpp as tests for any model: clause N of the comment there is clause_N_…
// here. Instantiate it with your own control: INSTANTIATE_TYPED_TEST_SUITE_P(Mine, CongestionContract,
// MyControl).
#pragma once

#include <gtest/gtest.h>

#include <algorithm>
#include <chrono>
#include <cstddef>
#include <cstdint>

#include "bowline/base/random.hpp"
#include "bowline/congestion/concept.hpp"

namespace bowline::contract {

template <class Control>
class CongestionContract : public testing::Test {
 protected:
  static_assert(CongestionControl<Control>);

  static constexpr std::size_t datagram_bytes = 1200;

  /// A flight of up to ten datagrams that is acknowledged after 50 ms, but for what is lost of it.
  CongestionFeedback next(std::uint32_t loss_per_million) {
    CongestionFeedback shown;
    shown.acked_sent_at = shown.lost_sent_at = now_;
    shown.delivery.before_bytes = delivered_;
    now_ += std::chrono::milliseconds{50};
    shown.now = now_;
    for (std::uint64_t i = 0; i <= random_.below(10); ++i) {
      (random_.chance(loss_per_million) ? shown.lost_bytes : shown.acked_bytes) += datagram_bytes;
    }
    delivered_ += shown.acked_bytes;
    shown.timed_out = shown.acked_bytes == 0 && random_.below(2) == 0;
    shown.rtt_smoothed = std::chrono::milliseconds{50};
    shown.delivery.delivered_bytes = delivered_;
    if (shown.acked_bytes != 0) shown.rtt = shown.delivery.interval = std::chrono::milliseconds{50};
    shown.delivery.app_limited = random_.below(2) == 0;
    return shown;
  }

  /// Feedback that means nothing: a peer may acknowledge what and when it likes.
  CongestionFeedback nonsense() {
    const auto time = [&] { return Duration{static_cast<std::int64_t>(random_.next() >> (20 + random_.below(40)))}; };
    CongestionFeedback shown;
    shown.now = now_ += time();
    shown.acked_bytes = static_cast<std::size_t>(random_.below(1u << 28));
    shown.lost_bytes = static_cast<std::size_t>(random_.below(1u << 28));
    shown.in_flight_bytes = static_cast<std::size_t>(random_.below(1u << 28));
    shown.acked_sent_at = now_ - (std::min)(time(), now_.time_since_epoch());
    shown.lost_sent_at = now_ - (std::min)(time(), now_.time_since_epoch());
    shown.timed_out = random_.below(8) == 0;
    shown.rtt = time();
    shown.rtt_smoothed = time();
    shown.delivery.before_bytes = delivered_;
    delivered_ += shown.acked_bytes;
    shown.delivery.delivered_bytes = delivered_;
    shown.delivery.interval = time();
    shown.delivery.app_limited = random_.below(2) == 0;
    return shown;
  }

  Control control{};

 private:
  TimePoint now_{std::chrono::seconds{1}};
  std::uint64_t delivered_ = 0;
  Random random_{1};
};

TYPED_TEST_SUITE_P(CongestionContract);

TYPED_TEST_P(CongestionContract, clause_1_the_window_holds_two_datagrams_whatever_is_lost) {
  for (const std::uint32_t loss : {1'000'000u, 500'000u, 0u, 1'000'000u}) {
    for (int i = 0; i < 1000; ++i) {
      ASSERT_GE(this->control.window_bytes(), 2 * this->datagram_bytes);
      this->control.on_feedback(this->next(loss));
    }
  }
  for (int i = 0; i < 10'000; ++i) {
    this->control.on_feedback(this->nonsense());
    ASSERT_GE(this->control.window_bytes(), 2 * this->datagram_bytes);
  }
}

TYPED_TEST_P(CongestionContract, clause_2_the_same_feedback_gives_the_same_answers) {
  TypeParam other{};
  for (int i = 0; i < 2000; ++i) {
    const CongestionFeedback shown = i % 3 == 0 ? this->nonsense() : this->next(100'000);
    this->control.on_feedback(shown);
    other.on_feedback(shown);
    ASSERT_EQ(this->control.window_bytes(), other.window_bytes());
    ASSERT_EQ(this->control.pacing().bytes_per_second, other.pacing().bytes_per_second);
    ASSERT_EQ(this->control.pacing().burst_bytes, other.pacing().burst_bytes);
  }
}

TYPED_TEST_P(CongestionContract, clause_4_a_rate_stays_within_its_bounds) {
  const auto within_bounds = [](const Pacing& pacing) {
    return pacing.bytes_per_second == 0 ||
           (pacing.bytes_per_second >= 1000 && pacing.bytes_per_second <= Pacing::bytes_per_second_max);
  };
  for (int i = 0; i < 10'000; ++i) {
    this->control.on_feedback(i % 3 == 0 ? this->nonsense() : this->next(100'000));
    ASSERT_TRUE(within_bounds(this->control.pacing())) << this->control.pacing().bytes_per_second;
  }
}

REGISTER_TYPED_TEST_SUITE_P(CongestionContract, clause_1_the_window_holds_two_datagrams_whatever_is_lost,
                            clause_2_the_same_feedback_gives_the_same_answers,
                            clause_4_a_rate_stays_within_its_bounds);

/// The least that a congestion control can be. It proves that the concept and whatever is built on it ask for
/// no more.
struct CongestionArchetype {
  void on_feedback(const CongestionFeedback&) {}
  std::size_t window_bytes() const { return 65'536; }
  Pacing pacing() const { return {}; }
};

}  // namespace bowline::contract
