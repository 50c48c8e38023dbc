// SPDX-License-Identifier: BSL-1.0
// Writes segments into one packet, and notes in the log what it carries.
#pragma once

#include <cstddef>
#include <cstdint>

#include "bowline/core/ack_table.hpp"
#include "bowline/core/message_table.hpp"
#include "bowline/core/packet_log.hpp"
#include "bowline/wire/data_frame.hpp"

namespace bowline::inline v0_1 {

/// The DATA frames of one packet, each of which may leave out its number when it follows the one before.
class SegmentWriter {
 public:
  SegmentWriter(const MessageTable& table, PacketLog& log) noexcept : table_{table}, log_{log} {}

  /// Whether anything was written.
  [[nodiscard]] bool wrote() const noexcept { return wrote_; }

  /// The packet that is written.
  [[nodiscard]] PacketNumber packet() const noexcept { return log_.next(); }

  /// Whether the frame fits `room` bytes as the next one.
  [[nodiscard]] bool fits(const DataFrame& frame, std::size_t room) const noexcept {
    return frame.fits(room, previous_);
  }

  /// A part of a message as it travels, less what it depends on before that is fixed.
  [[nodiscard]] DataFrame frame_of(const Message& message, SequenceNumber number, std::uint32_t part) const noexcept {
    DataFrame frame;
    frame.number = number;
    if (part == 0 && message.distance != 0) {
      frame.dependency = number - message.distance;
      frame.fail_with_dependency = message.fail_with_dependency;
    }
    frame.payload = table_.payload(message);
    if (message.parts == 1) return frame;
    frame.fragment = {part == 0 && message.reliable ? number : message.first, part, message.parts,
                      message.payload.bytes};
    frame.payload = frame.payload.subspan(frame.fragment.offset(), frame.fragment.size());
    return frame;
  }

  /// Writes a segment once more. False when there is no room.
  template <class Number>
  bool write_segment(Writer& writer, SequenceNumber number, Segment& segment) {
    if (!write<Number>(writer, frame_of(table_[segment.message], number, segment.part))) return false;
    return sent(segment), true;
  }

  /// Writes a frame that has a number. False when there is no room.
  template <class Number>
  [[gnu::always_inline]] bool write(Writer& writer, const DataFrame& frame) {
    if (!frame.fits(writer.room(), previous_)) return false;
    log_.add_content({frame.number, frame.tombstone});
    // A writer of its own, which nothing that is written can be taken to change.
    Writer own = writer;
    frame.write<Number>(own, previous_);
    writer = own;
    previous_ = frame.number;
    return wrote_ = true;
  }

  /// The same for one that has none: nothing is told of it but with its packet.
  template <class Number>
  bool write_unnumbered(Writer& writer, const DataFrame& frame) {
    if (!frame.fits(writer.room(), previous_)) return false;
    frame.write<Number>(writer, previous_);
    return wrote_ = true;
  }

  /// The packet carries the segment now.
  void sent(Segment& segment) noexcept {
    segment.waiting = false;
    segment.latest = log_.next();
  }

 private:
  const MessageTable& table_;
  PacketLog& log_;
  SequenceNumber previous_ = 0;
  bool wrote_ = false;
};

}  // namespace bowline::inline v0_1
