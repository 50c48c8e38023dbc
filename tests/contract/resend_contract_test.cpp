// SPDX-License-Identifier: BSL-1.0
// Every schedule of the library against the contract, and what the concept refuses.
#include "resend_contract.hpp"

#include "bowline/resend/adaptive_resend.hpp"
#include "bowline/resend/eager_resend.hpp"
#include "bowline/resend/no_resend.hpp"
#include "bowline/resend/periodic_resend.hpp"

namespace bowline::contract {
namespace {

using Schedules = testing::Types<AdaptiveResend, EagerResend, PeriodicResend, NoResend, ResendArchetype>;
INSTANTIATE_TYPED_TEST_SUITE_P(Every, ResendContract, Schedules, );

struct CountsInDoubles : ResendArchetype {
  double timeout(const ResendQuery&) const;
};
struct AsksOnlyWhenMutable : ResendArchetype {
  Duration timeout(const ResendQuery&);
};
struct HidesTheLimit : ResendArchetype {
 private:
  std::uint32_t resends_max() const;
};
struct HidesTheKind : ResendArchetype {
 private:
  bool follows_acks() const;
};

static_assert(ResendSchedule<ResendArchetype>);
static_assert(!ResendSchedule<int>);
static_assert(!ResendSchedule<CountsInDoubles>);
static_assert(!ResendSchedule<AsksOnlyWhenMutable>);
static_assert(!ResendSchedule<HidesTheLimit>);
static_assert(!ResendSchedule<HidesTheKind>);
static_assert(EagerSchedule<EagerResend> && !EagerSchedule<AdaptiveResend>);

}  // namespace
}  // namespace bowline::contract
