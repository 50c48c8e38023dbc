// SPDX-License-Identifier: BSL-1.0
// Messages to put into queues.
#pragma once

#include <cstdint>

#include "bowline/core/message_list.hpp"

namespace bowline::test {

/// So many, with the ids from 1 on.
inline MessageRing messages(std::uint64_t count) {
  MessageRing ring;
  for (std::uint64_t i = 0; i < count; ++i) ring.push_back({});
  return ring;
}

}  // namespace bowline::test
