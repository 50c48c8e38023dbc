// SPDX-License-Identifier: BSL-1.0
// Everything that is on its way.
#pragma once

#include <cstddef>
#include <memory>
#include <vector>

#include "explore/record.hpp"

namespace bowline::explore {

/// One datagram on its way.
struct Flight {
  Side from{};
  Nonce to = 0;  ///< The incarnation that a packet is for; 0 for a HELLO, which is for whoever is there.
  std::vector<std::byte> bytes;
  Record record;
};

/// A multiset: any of them may arrive next. Kept in the order of sending, so that a fair network has an
/// oldest.
using Network = std::vector<std::shared_ptr<const Flight>>;

}  // namespace bowline::explore
