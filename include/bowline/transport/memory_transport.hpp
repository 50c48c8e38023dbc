// SPDX-License-Identifier: BSL-1.0
// Two ends in one process: the shortest transport, and the one to copy when writing another.
#pragma once

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <utility>
#include <vector>

#include "bowline/base/assert.hpp"
#include "bowline/base/bytes.hpp"
#include "bowline/transport/concept.hpp"

namespace bowline::inline v0_1 {

/// Carries datagrams between two ends in memory: none is lost while the queue has room, none is repeated, and
/// they arrive in order. An end is a handle; copies are the same end. Both ends belong to one thread.
///
/// A send copies the bytes once, a receive once more. Nothing is allocated once every place of the queue has
/// held the largest datagram.
class MemoryTransport {
 public:
  /// The two ends of a new path with room for `queue_max` (at least 1) datagrams each way.
  [[nodiscard]] static std::pair<MemoryTransport, MemoryTransport> pair(std::size_t queue_max = 256) {
    BOWLINE_ASSERT(queue_max > 0);
    const auto path = std::make_shared<Path>();
    for (Queue& queue : *path) queue.places.resize(queue_max);
    return {MemoryTransport{path, 0}, MemoryTransport{path, 1}};
  }

  /// Dropped when the queue to the other end is full.
  SendOutcome send(Bytes datagram) {
    Queue& queue = (*path_)[1 - end_];
    if (queue.waiting == queue.places.size()) return ++queue.dropped_full, SendOutcome::dropped;
    queue.places[(queue.first + queue.waiting) % queue.places.size()].assign(datagram.begin(),
                                                                             datagram.end());
    ++queue.waiting;
    return SendOutcome::sent;
  }

  /// A datagram that does not fit `buffer` is dropped.
  std::optional<std::size_t> receive(Buffer buffer) {
    Queue& queue = (*path_)[end_];
    while (queue.waiting > 0) {
      const std::vector<std::byte>& datagram = queue.places[queue.first];
      queue.first = (queue.first + 1) % queue.places.size();
      --queue.waiting;
      if (datagram.size() <= buffer.size()) {
        std::copy(datagram.begin(), datagram.end(), buffer.begin());
        return datagram.size();
      }
      ++queue.dropped_too_large;
    }
    return std::nullopt;
  }

  /// Datagrams on their way to this end.
  [[nodiscard]] std::size_t waiting() const noexcept { return (*path_)[end_].waiting; }

  /// Datagrams for this end that were dropped because its queue was full.
  [[nodiscard]] std::uint64_t dropped_full() const noexcept { return (*path_)[end_].dropped_full; }

  /// Datagrams for this end that were dropped because they did not fit the buffer of `receive`.
  [[nodiscard]] std::uint64_t dropped_too_large() const noexcept { return (*path_)[end_].dropped_too_large; }

 private:
  /// Invariants: first < places.size(), waiting <= places.size(); the datagrams on their way are the
  /// `waiting` places from `first` on, around the end.
  struct Queue {
    std::vector<std::vector<std::byte>> places;
    std::size_t first = 0;
    std::size_t waiting = 0;
    std::uint64_t dropped_full = 0;
    std::uint64_t dropped_too_large = 0;
  };
  using Path = std::array<Queue, 2>;  // each named for the end that reads it

  MemoryTransport(std::shared_ptr<Path> path, std::size_t end) noexcept : path_{std::move(path)}, end_{end} {}

  std::shared_ptr<Path> path_;
  std::size_t end_;
};

static_assert(DatagramTransport<MemoryTransport>);

}  // namespace bowline::inline v0_1
