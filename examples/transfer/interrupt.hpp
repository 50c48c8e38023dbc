// SPDX-License-Identifier: BSL-1.0
// Ctrl-C, as a question.
#pragma once

namespace transfer {

/// From now on the first SIGINT or SIGTERM is only noted; a second one ends the process as usual.
void catch_interrupts();

/// The number of the signal that came, or 0.
[[nodiscard]] int interrupted();

}  // namespace transfer
