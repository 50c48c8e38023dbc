// SPDX-License-Identifier: BSL-1.0
// How much of the room that the peer has announced our messages may take up there, and which wait for it.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <utility>

#include "bowline/base/options.hpp"
#include "bowline/core/levels.hpp"
#include "bowline/core/message.hpp"
#include "bowline/core/room_line.hpp"
#include "bowline/wire/fragment.hpp"
#include "bowline/wire/hello.hpp"

namespace bowline::inline v0_1 {

/// Two budgets: for whole messages that may have to wait there for their dependency, and for messages in parts. A
/// message takes its share before it is transmitted and gives it back when nothing of it can be at the peer any more.
///
/// Of the messages that have a share of the second one at most 64 of a level have parts that are yet to leave. These
/// take turns, and each that joins them puts off the end of all of them.
///
/// Invariants:
///   1. Each budget's use is the sum of the shares that messages have of it.
///   2. leaving(level) is the number of its messages with a share whose `parts_leaving` is set.
class PeerRoom {
 public:
  static constexpr std::uint32_t leaving_max = 64;

  [[nodiscard]] std::size_t held_bytes() const noexcept { return held_bytes_; }
  [[nodiscard]] std::size_t reassembly_bytes() const noexcept { return reassembly_bytes_; }
  [[nodiscard]] std::uint32_t leaving(Priority priority) const noexcept { return leaving_[level_index(priority)]; }

  /// Whether the peer has no room to hold the message until its dependency is settled. One in parts has its room
  /// already.
  [[nodiscard]] bool over_held_budget(const Limits& peer, const Message& message) const noexcept {
    return held_bytes_ + message.payload.bytes > peer.held_bytes_max && message.reliable &&
           message.payload.bytes < peer.datagram_bytes_max && message.reassembly_bytes == 0;
  }

  void reserve_held(Message& message) noexcept {
    message.held_bytes = message.payload.bytes;
    held_bytes_ += message.held_bytes;
  }

  /// Whether one more message in parts fits.
  [[nodiscard]] bool has_reassembly_room(const Limits& peer, const Message& message) const noexcept {
    return leaving(message.priority) < leaving_max && fits(peer, message);
  }

  void reserve_reassembly(Message& message) noexcept {
    message.reassembly_bytes = message.payload.bytes;
    reassembly_bytes_ += message.reassembly_bytes;
    message.parts_leaving = true;
    ++messages_in_parts_;
    ++leaving_[level_index(message.priority)];
  }

  /// The last part of a message has left, or none will any more.
  void end_leaving(Message& message) noexcept {
    leaving_[level_index(message.priority)] -= message.parts_leaving ? 1u : 0u;
    message.parts_leaving = false;
  }

  /// Messages in parts that have no share yet.
  [[nodiscard]] RoomLine& line() noexcept { return line_; }
  [[nodiscard]] const RoomLine& line() const noexcept { return line_; }

  /// Gives those in the line whose turn it is their shares as far as there is room, and calls `each(MessageId)` for
  /// each. Nobody passes one that has its turn and does not fit, or a large one would never fit.
  template <class Each>
  void serve_line(const Limits& peer, MessageRing& ring, Each&& each) {
    for (Levels ready = may_begin(); !ready.empty(); ready = may_begin()) {
      const MessageId id = line_.front(ready);
      if (!fits(peer, ring[id.value])) return;
      line_.pop_front(ring, ready);
      reserve_reassembly(ring[id.value]);
      each(id);
    }
  }

  /// Gives both shares back.
  void release(Message& message) noexcept {
    held_bytes_ -= std::exchange(message.held_bytes, 0u);
    if (message.reassembly_bytes == 0) return;
    reassembly_bytes_ -= std::exchange(message.reassembly_bytes, 0u);
    --messages_in_parts_;
  }

  /// Nothing of ours is at the peer: it is another one.
  void clear() noexcept { *this = {}; }

 private:
  /// Whether the peer has room for one more, and takes so many at once.
  [[nodiscard]] bool fits(const Limits& peer, const Message& message) const noexcept {
    return messages_in_parts_ < Fragment::messages_max(peer.window) &&
           reassembly_bytes_ + message.payload.bytes <= peer.reassembly_bytes_max;
  }

  /// The levels of which messages wait, and one more may begin to leave.
  [[nodiscard]] Levels may_begin() const noexcept {
    Levels levels = line_.waiting();
    for (Levels rest = levels; !rest.empty(); rest.remove(rest.first())) {
      if (leaving(rest.first()) == leaving_max) levels.remove(rest.first());
    }
    return levels;
  }

  std::size_t held_bytes_ = 0;
  std::size_t reassembly_bytes_ = 0;
  std::uint32_t messages_in_parts_ = 0;
  std::array<std::uint32_t, priority_levels> leaving_{};
  RoomLine line_;
};

}  // namespace bowline::inline v0_1
