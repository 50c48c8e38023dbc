// SPDX-License-Identifier: BSL-1.0
// Every schedule with every filter, over links that lose, repeat, reorder and spoil.
#include <gtest/gtest.h>

#include <tuple>

#include "bowline/dedup/no_dedup.hpp"
#include "bowline/dedup/window_dedup.hpp"
#include "bowline/resend/no_resend.hpp"
#include "bowline/resend/periodic_resend.hpp"
#include "bowline/seal/plain_seal.hpp"
#include "bowline/sim/presets.hpp"
#include "scenario/support/seeds.hpp"
#include "scenario/support/traffic.hpp"

namespace bowline::test {
namespace {

using namespace std::chrono_literals;

struct Plain : DefaultExtras {
  PlainSeal seal;
};

template <class ResendPolicy, class DedupPolicy, class Extras = DefaultExtras>
struct Policies {
  using Channel = ReliableChannel<sim::LinkEnd, ManualClock, DedupPolicy, ResendPolicy, Extras>;
  static constexpr bool at_most_once = !std::is_same_v<DedupPolicy, NoDedup>;
  static constexpr bool sealed = std::is_same_v<Extras, DefaultExtras>;

  static Channel make(sim::LinkEnd end, sim::World& world) { return Channel{end, Options{}, world.clock()}; }
};

template <class>
class EveryPolicy : public testing::Test {};

using All = testing::Types<Policies<AdaptiveResend, FixedQueueDedup<>>, Policies<AdaptiveResend, WindowDedup<>>,
                           Policies<AdaptiveResend, NoDedup>, Policies<PeriodicResend, FixedQueueDedup<>>,
                           Policies<PeriodicResend, WindowDedup<>>, Policies<PeriodicResend, NoDedup>,
                           Policies<NoResend, FixedQueueDedup<>>, Policies<NoResend, WindowDedup<>>,
                           Policies<NoResend, NoDedup>, Policies<AdaptiveResend, FixedQueueDedup<>, Plain>>;
TYPED_TEST_SUITE(EveryPolicy, All);

template <class Policies>
void exchange_over(sim::LinkOptions link, const Mix& mix, std::uint64_t seeds) {
  // Nothing but the seal tells a spoilt datagram from a whole one.
  if (!Policies::sealed) link.corrupt = link.truncate = 0.0;
  for_each_seed(seeds, [&](std::uint64_t seed) {
    Conversation conversation{seed, link, link, Policies::make, Policies::at_most_once};
    exchange(conversation, mix, seed, 300s);
  });
}

TYPED_TEST(EveryPolicy, keeps_the_laws_on_a_perfect_link) { exchange_over<TypeParam>({.delay = 25ms}, {}, 2); }

TYPED_TEST(EveryPolicy, keeps_the_laws_under_loss_and_repetition) {
  exchange_over<TypeParam>({.delay = 25ms, .loss = 0.2, .duplicate = 0.2, .duplicate_delay = 60ms}, {}, 5);
}

TYPED_TEST(EveryPolicy, keeps_the_laws_under_reordering) {
  exchange_over<TypeParam>({.delay = 5ms, .jitter = 80ms, .reorder = 0.2, .reorder_delay = 300ms}, {}, 5);
}

TYPED_TEST(EveryPolicy, keeps_the_laws_under_corruption) {
  exchange_over<TypeParam>({.delay = 25ms, .corrupt = 0.2, .corrupt_bits = 3, .truncate = 0.1}, {}, 5);
}

TYPED_TEST(EveryPolicy, keeps_the_laws_on_a_hostile_link) { exchange_over<TypeParam>(sim::hostile(), {}, 10); }

}  // namespace
}  // namespace bowline::test
