// SPDX-License-Identifier: BSL-1.0
// Who drops a duplicate, and what it must promise.
#pragma once

#include <concepts>
#include <cstdint>

#include "bowline/base/ids.hpp"

namespace bowline::inline v0_1 {

/// What a filter says of a sequence number.
enum class Admission : std::uint8_t {
  fresh,      ///< Not seen before: deliver it.
  duplicate,  ///< Seen before: drop it, and acknowledge it again.
  too_old,    ///< Forgotten, so perhaps seen before: drop it unacknowledged.
};

/// Decides whether a message was delivered before, by the sequence number it came under.
///
/// A model promises, for every sequence of calls since `clear`:
///   1. `admit(n)` returns fresh at most once for each n. (Safety: nothing is delivered twice.)
///   2. `check(n)` answers as `admit(n)` would, and changes nothing.
///   3. A model may forget; it then answers too_old, never fresh.
///   4. If `covers(w)`: as long as admitted numbers stay below L + w, where every number below L was admitted,
///      it answers neither too_old for a number from L on that it has not admitted, nor for one of the last w
///      up to the highest admitted. (A false refusal is a lost message.)
///   5. Time a call is O(1), amortised; memory is bounded by the model's own parameters.
///   6. `admit` that throws, because memory runs out, has changed nothing: insert first, count after. The others do not
///      throw.
///
/// `NoDedup` gives up the first promise on purpose, and says so.
template <class F>
concept DuplicateFilter = std::copyable<F> && requires(F& filter, const F& seen, SequenceNumber number) {
  { filter.admit(number) } -> std::same_as<Admission>;
  { seen.check(number) } -> std::same_as<Admission>;
  { seen.covers(std::uint32_t{}) } -> std::same_as<bool>;
  filter.clear();
};

}  // namespace bowline::inline v0_1
