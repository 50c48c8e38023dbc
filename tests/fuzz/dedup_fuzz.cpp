// SPDX-License-Identifier: BSL-1.0
// Any order of numbers, and what each filter says of them beside a set that forgets nothing.
#include <algorithm>
#include <set>

#include "bowline/dedup/fixed_queue_dedup.hpp"
#include "bowline/dedup/no_dedup.hpp"
#include "bowline/dedup/window_dedup.hpp"
#include "fuzz/support/require.hpp"
#include "fuzz/support/script.hpp"

namespace bowline::fuzz {
namespace {

/// The clauses of dedup/concept.hpp. `once`: the model keeps the first of them.
template <DuplicateFilter Filter, std::uint32_t window>
void run(Script script, bool once) {
  Filter filter;
  require(filter.covers(window), "the filter is made for the window");
  std::set<SequenceNumber> admitted;
  SequenceNumber lowest = 1;
  bool within_window = true;
  while (!script.ended()) {
    const std::uint8_t choice = script.u8();
    if (choice == 0xff) {
      filter.clear();
      admitted.clear();
      lowest = 1;
      within_window = true;
      continue;
    }
    // Mostly numbers that a sender may use; now and then any.
    const bool wild = choice >= 0xf8;
    const SequenceNumber number = wild ? script.any() : lowest + choice % window;
    within_window = within_window && (number < lowest + window) && number != 0;
    const Admission foretold = filter.check(number);
    const Admission answer = filter.admit(number);
    require(foretold == answer, "clause 2: check answers as admit would");
    const bool seen = admitted.count(number) != 0;
    if (once && seen) require(answer != Admission::fresh, "clause 1: fresh at most once");
    if (once && within_window) {
      if (!seen && number >= lowest) require(answer == Admission::fresh, "clause 4: nothing live is refused");
      const SequenceNumber highest = admitted.empty() ? 0 : *admitted.rbegin();
      if (seen && number + window > highest) {
        require(answer == Admission::duplicate, "clause 4: nothing recent is forgotten");
      }
    }
    if (answer == Admission::fresh) admitted.insert(number);
    while (admitted.count(lowest) != 0) ++lowest;
    if constexpr (requires { filter.invariants_hold(); }) require(filter.invariants_hold(), "invariants hold");
  }
}

}  // namespace
}  // namespace bowline::fuzz

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace bowline;
  const fuzz::Script script{data, size};
  fuzz::run<FixedQueueDedup<1>, 1>(script, true);
  fuzz::run<FixedQueueDedup<15>, 8>(script, true);
  fuzz::run<FixedQueueDedup<127>, 64>(script, true);
  fuzz::run<WindowDedup<1>, 1>(script, true);
  fuzz::run<WindowDedup<8>, 8>(script, true);
  fuzz::run<WindowDedup<100>, 100>(script, true);
  fuzz::run<NoDedup, 8>(script, false);
  return 0;
}
