// SPDX-License-Identifier: BSL-1.0
// Every congestion control of the library against the contract, and what the concept refuses.
#include "congestion_contract.hpp"

#include "bowline/congestion/bottleneck_control.hpp"
#include "bowline/congestion/cubic.hpp"
#include "bowline/congestion/fixed_window.hpp"

namespace bowline::contract {
namespace {

using Controls = testing::Types<FixedWindow, Cubic, BottleneckControl, CongestionArchetype>;
INSTANTIATE_TYPED_TEST_SUITE_P(Every, CongestionContract, Controls, );

struct CountsInDoubles : CongestionArchetype {
  double window_bytes() const;
};
struct AsksOnlyWhenMutable : CongestionArchetype {
  std::size_t window_bytes();
};
struct HidesFeedback : CongestionArchetype {
 private:
  void on_feedback(const CongestionFeedback&);
};

static_assert(CongestionControl<CongestionArchetype>);
static_assert(!CongestionControl<int>);
static_assert(!CongestionControl<CountsInDoubles>);
static_assert(!CongestionControl<AsksOnlyWhenMutable>);
static_assert(!CongestionControl<HidesFeedback>);

}  // namespace
}  // namespace bowline::contract
