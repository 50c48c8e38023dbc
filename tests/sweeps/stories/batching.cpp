// SPDX-License-Identifier: BSL-1.0
#include "sweeps/stories/all.hpp"
#include "sweeps/stories/list.hpp"
#include "sweeps/support/faulty_end.hpp"

namespace bowline::test::stories {

std::span<const Story> batching() noexcept { return list<FaultyBatchingEnd>; }

}  // namespace bowline::test::stories
