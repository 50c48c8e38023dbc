// SPDX-License-Identifier: BSL-1.0
// Losses that a test asks for by name: the third one, the next two that look like this.
#pragma once

#include <cstdint>
#include <functional>
#include <utility>
#include <vector>

#include "bowline/base/bytes.hpp"

namespace bowline::inline v0_1::sim {

/// Chooses datagrams by what is in them. An empty one chooses all.
using DatagramPredicate = std::function<bool(Bytes)>;

/// A list of losses to come. Each entry counts on its own; a datagram is dropped when any entry says so.
class DropScript {
 public:
  /// Lets `kept` matching datagrams pass and drops the `dropped` matching ones after them.
  void add(std::uint64_t kept, std::uint64_t dropped, DatagramPredicate matches) {
    if (dropped != 0) entries_.push_back({kept, dropped, std::move(matches)});
  }

  /// True when the script drops this datagram.
  bool drops(Bytes datagram) {
    bool dropped = false;
    for (Entry& entry : entries_) {
      if (entry.matches && !entry.matches(datagram)) continue;
      if (entry.kept > 0) {
        --entry.kept;
      } else {
        --entry.dropped;
        dropped = true;
      }
    }
    std::erase_if(entries_, [](const Entry& entry) { return entry.dropped == 0; });
    return dropped;
  }

  /// True when nothing is left to drop.
  [[nodiscard]] bool done() const noexcept { return entries_.empty(); }

 private:
  struct Entry {
    std::uint64_t kept;
    std::uint64_t dropped;
    DatagramPredicate matches;
  };

  std::vector<Entry> entries_;
};

}  // namespace bowline::inline v0_1::sim
