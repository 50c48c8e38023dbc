// SPDX-License-Identifier: BSL-1.0
// What is known of a message of the peer that comes in parts.
#pragma once

#include <cstdint>

#include "bowline/base/ids.hpp"
#include "bowline/core/collected_parts.hpp"
#include "bowline/core/departure.hpp"
#include "bowline/wire/fragment.hpp"

namespace bowline::inline v0_1 {

/// A message of which a part has arrived.
struct Assembly {
  enum class State : std::uint8_t {
    free,
    partial,
    whole,  ///< All of it is here; it may wait for its dependency.
    ready,  ///< The application is to take it. Its name means nothing any more.
  };

  Fragment name;                  ///< What all of its parts agree on; `index` counts for nothing.
  State state = State::free;
  bool reliable = true;
  bool refused = false;           ///< What it waits for was abandoned, and it fails with that.
  bool fail_with_dependency = false;
  bool newest_only = false;
  SequenceNumber number = 0;      ///< That of its last part; 0 until that has arrived.
  SequenceNumber dependency = 0;  ///< What it waits for, until that is settled; 0 before its first part has arrived.
  Departure departure;            ///< That of its first part, by which the newest message is known.
  std::uint32_t arrived = 0;
  CollectedParts parts;

  /// Whether its name means something.
  [[nodiscard]] bool open() const noexcept { return state == State::partial || state == State::whole; }
};

}  // namespace bowline::inline v0_1
