// SPDX-License-Identifier: BSL-1.0
// Every filter of the library against the contract, and what the concept refuses.
#include "dedup_contract.hpp"

#include <memory>

#include "bowline/dedup/fixed_queue_dedup.hpp"
#include "bowline/dedup/no_dedup.hpp"
#include "bowline/dedup/window_dedup.hpp"

namespace bowline::contract {

template <>
inline constexpr bool admits_once<NoDedup> = false;

namespace {

using Filters = testing::Types<FixedQueueDedup<>, FixedQueueDedup<1>, FixedQueueDedup<2>, FixedQueueDedup<9>,
                               FixedQueueDedup<127>, WindowDedup<>, WindowDedup<1>, WindowDedup<5>,
                               WindowDedup<64>, WindowDedup<65>, NoDedup, DedupArchetype>;
INSTANTIATE_TYPED_TEST_SUITE_P(Every, DedupContract, Filters, );

struct AnswersYesOrNo : DedupArchetype {
  bool admit(SequenceNumber);
};
struct AsksOnlyWhenMutable : DedupArchetype {
  Admission check(SequenceNumber);
};
struct MovesOnly : DedupArchetype {
  std::unique_ptr<int> owned;
};
struct HidesCovers : DedupArchetype {
 private:
  bool covers(std::uint32_t) const;
};
struct HidesClear : DedupArchetype {
 private:
  void clear();
};

static_assert(DuplicateFilter<DedupArchetype>);
static_assert(!DuplicateFilter<int>);
static_assert(!DuplicateFilter<AnswersYesOrNo>);
static_assert(!DuplicateFilter<AsksOnlyWhenMutable>);
static_assert(!DuplicateFilter<MovesOnly>);
static_assert(!DuplicateFilter<HidesCovers>);
static_assert(!DuplicateFilter<HidesClear>);

}  // namespace
}  // namespace bowline::contract
