// SPDX-License-Identifier: BSL-1.0
// Which datagrams a simulated link loses: each by itself, or in bursts.
#pragma once

#include "bowline/base/random.hpp"
#include "bowline/sim/share.hpp"

namespace bowline::inline v0_1::sim {

/// Bursts of loss: the bad state of a Gilbert-Elliott model. Its state may change at each datagram, so a burst
/// lasts 1 / `end` datagrams on average and `start` / (`start` + `end`) of all datagrams meet one.
struct Burst {
  Share start{};       ///< Chance at each datagram that a burst begins. 0: there are none.
  Share end = 0.25;    ///< Chance at each further datagram that it is over.
  Share loss = 1.0;    ///< Share of datagrams lost within it.
};

/// Decides about one datagram after the other (Gilbert 1960, Elliott 1963). Without bursts losses are independent.
class LossModel {
 public:
  constexpr LossModel(Share loss, const Burst& burst, std::uint64_t seed) noexcept
      : loss_{loss}, burst_{burst}, random_{seed} {}

  /// True when the next datagram is lost.
  constexpr bool loses_next() noexcept {
    const bool turns = random_.chance((in_burst_ ? burst_.end : burst_.start).parts_per_million());
    in_burst_ = in_burst_ != turns;
    return random_.chance((in_burst_ ? burst_.loss : loss_).parts_per_million());
  }

  /// Other shares from now on. A burst goes on until its end is drawn, or where there are to be none ends at once.
  constexpr void change(Share loss, const Burst& burst) noexcept {
    loss_ = loss;
    burst_ = burst;
    if (burst.start.parts_per_million() == 0) in_burst_ = false;
  }

 private:
  Share loss_;
  Burst burst_;
  Random random_;
  bool in_burst_ = false;
};

}  // namespace bowline::inline v0_1::sim
