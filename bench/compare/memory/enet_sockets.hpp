// SPDX-License-Identifier: BSL-1.0
// ENet's sockets and clock, replaced by paths in memory and virtual time.
#pragma once

#include "compare/memory/path.hpp"

namespace bench {

/// ENet's shared library calls `enet_socket_*` and `enet_time_get` through its procedure linkage table, so the
/// program's own definitions win. The first socket made is the end that sends forth, the second answers.
void give_enet(Paths& paths);

}  // namespace bench
