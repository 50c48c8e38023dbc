// SPDX-License-Identifier: BSL-1.0
// All stories.
#pragma once

#include <span>

#include "sweeps/stories/story.hpp"

namespace bowline::test::stories {

/// Over a transport that is called for each datagram.
[[nodiscard]] std::span<const Story> plain() noexcept;

/// The same over one with batches.
[[nodiscard]] std::span<const Story> batching() noexcept;

}  // namespace bowline::test::stories
