// SPDX-License-Identifier: BSL-1.0
// How much of the room that the peer has announced our messages may take up there, and which wait for it.
#pragma once

#include <cstddef>
#include <cstdint>
#include <utility>

#include "bowline/core/message.hpp"
#include "bowline/core/message_list.hpp"
#include "bowline/wire/fragment.hpp"
#include "bowline/wire/hello.hpp"

namespace bowline::inline v0_1 {

/// Two budgets: for whole messages that may have to wait there for their dependency, and for messages in parts. A
/// message takes its share before it is transmitted and gives it back when nothing of it can be at the peer any more.
///
/// Of the messages that have a share of the second one at most 64 have parts that are yet to leave. These take turns,
/// and each that joins them puts off the end of all of them.
///
/// Invariants:
///   1. Each budget's use is the sum of the shares that messages have of it.
///   2. leaving() is the number of messages with a share whose `parts_leaving` is set.
class PeerRoom {
 public:
  static constexpr std::uint32_t leaving_max = 64;

  [[nodiscard]] std::size_t held_bytes() const noexcept { return held_bytes_; }
  [[nodiscard]] std::size_t reassembly_bytes() const noexcept { return reassembly_bytes_; }
  [[nodiscard]] std::uint32_t leaving() const noexcept { return leaving_; }

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
    return messages_in_parts_ < Fragment::messages_max(peer.window) && leaving_ < leaving_max &&
           reassembly_bytes_ + message.payload.bytes <= peer.reassembly_bytes_max;
  }

  void reserve_reassembly(Message& message) noexcept {
    message.reassembly_bytes = message.payload.bytes;
    reassembly_bytes_ += message.reassembly_bytes;
    message.parts_leaving = true;
    ++messages_in_parts_;
    ++leaving_;
  }

  /// The last part of a message has left, or none will any more.
  void end_leaving(Message& message) noexcept {
    leaving_ -= message.parts_leaving ? 1u : 0u;
    message.parts_leaving = false;
  }

  /// Messages in parts that have no share yet, in order.
  [[nodiscard]] MessageList& line() noexcept { return line_; }
  [[nodiscard]] const MessageList& line() const noexcept { return line_; }

  /// Gives the first ones in the line their shares as far as there is room, and calls `each(MessageId)` for each.
  template <class Each>
  void serve_line(const Limits& peer, MessageRing& ring, Each&& each) {
    while (!line_.empty() && has_reassembly_room(peer, ring[line_.front().value])) {
      const MessageId id = line_.front();
      line_.remove(ring, id);
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
  std::size_t held_bytes_ = 0;
  std::size_t reassembly_bytes_ = 0;
  std::uint32_t messages_in_parts_ = 0;
  std::uint32_t leaving_ = 0;
  MessageList line_;
};

}  // namespace bowline::inline v0_1
