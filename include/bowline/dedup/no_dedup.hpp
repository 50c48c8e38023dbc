// SPDX-License-Identifier: BSL-1.0
// The filter that filters nothing.
#pragma once

#include <cstdint>

#include "bowline/dedup/concept.hpp"

namespace bowline::inline v0_1 {

/// Admits everything, and so gives up clause 1 of the contract on purpose: whatever arrives twice is
/// delivered twice. For messages that do no harm when repeated and fit one datagram.
class NoDedup {
 public:
  [[nodiscard]] static constexpr bool covers(std::uint32_t) noexcept { return true; }
  Admission admit(SequenceNumber) noexcept { return Admission::fresh; }
  [[nodiscard]] Admission check(SequenceNumber) const noexcept { return Admission::fresh; }
  void clear() noexcept {}
};

static_assert(DuplicateFilter<NoDedup>);

}  // namespace bowline::inline v0_1
