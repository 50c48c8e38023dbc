// SPDX-License-Identifier: BSL-1.0
// What may happen next.
#pragma once

#include <cstdint>

namespace bowline::explore {

/// One step of a world. Two bytes, so that a path is short to keep.
struct Choice {
  enum class Kind : std::uint8_t {
    deliver,  ///< The datagram at `which` arrives.
    act,      ///< The application of end `which` does the next thing that it has to do.
    take,     ///< The application of end `which` takes its events.
    fire,     ///< The next timer of end `which` fires.
    repeat,   ///< The datagram at `which` arrives, and will once more.
    drop,     ///< The datagram at `which` is lost.
    spoil,    ///< The datagram at `which` arrives changed.
    restart,  ///< The process of end `which` dies and starts again.
  };

  Kind kind{};
  std::uint8_t which = 0;
};

}  // namespace bowline::explore
