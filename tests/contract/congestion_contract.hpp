// SPDX-License-Identifier: BSL-1.0
// The contract of congestion/concept.hpp as tests for any model: clause N of the comment there is clause_N_…
// here. Instantiate it with your own control: INSTANTIATE_TYPED_TEST_SUITE_P(Mine, CongestionContract,
// MyControl).
#pragma once

#include <gtest/gtest.h>

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

  /// One datagram sent, then acknowledged or lost after 50 ms.
  void send_one(std::uint32_t loss_per_million) {
    const TimePoint sent_at = now_;
    control.on_sent({now_, datagram_bytes, datagram_bytes, sent_at});
    now_ += std::chrono::milliseconds{50};
    const CongestionSample outcome{now_, datagram_bytes, 0, sent_at};
    if (random_.chance(loss_per_million)) {
      control.on_lost(outcome);
    } else {
      control.on_acked(outcome);
    }
  }

  Control control{};

 private:
  TimePoint now_{std::chrono::seconds{1}};
  Random random_{1};
};

TYPED_TEST_SUITE_P(CongestionContract);

TYPED_TEST_P(CongestionContract, clause_1_the_window_holds_two_datagrams_whatever_is_lost) {
  for (const std::uint32_t loss : {1'000'000u, 500'000u, 0u, 1'000'000u}) {
    for (int i = 0; i < 1000; ++i) {
      ASSERT_GE(this->control.window_bytes(), 2 * this->datagram_bytes);
      this->send_one(loss);
    }
  }
}

TYPED_TEST_P(CongestionContract, clause_2_the_same_samples_give_the_same_window) {
  TypeParam first{};
  TypeParam second{};
  Random random{2};
  for (int i = 0; i < 2000; ++i) {
    const TimePoint now{std::chrono::milliseconds{10 * i}};
    const CongestionSample sample{now, 100 + random.below(1100), random.below(100'000), now};
    switch (random.below(3)) {
      case 0:
        first.on_sent(sample), second.on_sent(sample);
        break;
      case 1:
        first.on_acked(sample), second.on_acked(sample);
        break;
      default:
        first.on_lost(sample), second.on_lost(sample);
        break;
    }
    ASSERT_EQ(first.window_bytes(), second.window_bytes());
  }
}

REGISTER_TYPED_TEST_SUITE_P(CongestionContract, clause_1_the_window_holds_two_datagrams_whatever_is_lost,
                            clause_2_the_same_samples_give_the_same_window);

/// The least that a congestion control can be. It proves that the concept and whatever is built on it ask for
/// no more.
struct CongestionArchetype {
  void on_sent(const CongestionSample&) {}
  void on_acked(const CongestionSample&) {}
  void on_lost(const CongestionSample&) {}
  std::size_t window_bytes() const { return 65'536; }
};

}  // namespace bowline::contract
