// SPDX-License-Identifier: BSL-1.0
// Takes a packet's frames apart, one by one. WIRE sections 5 to 7.
#pragma once

#include <optional>
#include <variant>

#include "bowline/base/time.hpp"
#include "bowline/wire/ack_frame.hpp"
#include "bowline/wire/control_frames.hpp"
#include "bowline/wire/data_frame.hpp"
#include "bowline/wire/reader.hpp"
#include "bowline/wire/wire_number.hpp"

namespace bowline::inline v0_1 {

using Frame = std::variant<PaddingFrame, PingFrame, AckFrame, VerdictFrame, CloseFrame, DataFrame>;

/// The numbers that truncated ones are unwrapped around.
struct NumberContext {
  SequenceNumber receive_next = 1;  ///< The lowest number of the peer not seen here.
  SequenceNumber send_next = 1;     ///< The lowest number of ours that is not settled.
  PacketNumber packet_next = 1;     ///< The next packet number of ours.
};

/// Reads frames until `next()` answers none: the end, or with `malformed()` a frame that is not one. Reads no byte
/// twice and allocates nothing. Says what a frame means, not whether it fits the state of a connection.
template <class Number = WireNumber<>>
class FrameReader {
 public:
  FrameReader(Bytes frames, const NumberContext& context) noexcept : reader_{frames}, context_{context} {}

  [[nodiscard]] bool malformed() const noexcept { return malformed_; }

  [[nodiscard]] std::optional<Frame> next() noexcept {
    // Filled in where the caller will have it: a frame is taken apart field by field, and to copy it after that has to
    // wait for every field.
    std::optional<Frame> frame;
    if (malformed_ || reader_.remaining() == 0) return frame;
    const std::uint8_t first = reader_.u8();
    if ((first & DataFrame::data) != 0) {
      malformed_ = !data(first, frame.emplace().template emplace<DataFrame>());
    } else {
      frame = control(first);
      malformed_ = !frame;
    }
    malformed_ |= reader_.failed();
    if (malformed_) frame.reset();
    return frame;
  }

  /// The next one that is not PADDING, of which there may be many.
  [[nodiscard]] std::optional<Frame> next_but_padding() noexcept {
    if (!malformed_) reader_.skip_zeros();
    return next();
  }

 private:
  std::optional<Frame> control(std::uint8_t first) noexcept {
    switch (static_cast<FrameKind>(first)) {
      case FrameKind::padding: return PaddingFrame{};
      case FrameKind::ping: return PingFrame{};
      case FrameKind::ack: return ack();
      case FrameKind::verdict: return verdict();
      case FrameKind::close: return reader_.u8() == 0 ? std::optional<Frame>{CloseFrame{}} : std::nullopt;
    }
    return std::nullopt;
  }

  std::optional<Frame> ack() noexcept {
    const PacketNumber largest = Number::unwrap(reader_.u32(), context_.packet_next);
    const Duration delay{reader_.varint()};
    const std::uint32_t ranges = reader_.varint();
    if (ranges < 1 || ranges > AckFrame::ranges_max) return std::nullopt;
    // Measured on a copy, which then gives the view of exactly these bytes.
    Reader ahead = reader_;
    for (std::uint32_t i = 0; i < 2 * ranges - 1; ++i) ahead.varint();
    if (ahead.failed()) return std::nullopt;
    const Bytes encoded = reader_.bytes(reader_.remaining() - ahead.remaining());
    return AckFrame{largest, delay, ranges, encoded};
  }

  std::optional<Frame> verdict() noexcept {
    const SequenceNumber number = Number::unwrap(reader_.u32(), context_.send_next);
    const std::uint8_t delivered = reader_.u8();
    if (delivered > 1) return std::nullopt;
    return VerdictFrame{number, delivered == 1};
  }

  bool data(std::uint8_t flags, DataFrame& frame) noexcept {
    frame.unreliable = (flags & DataFrame::is_unreliable) != 0;
    frame.newest_only = (flags & DataFrame::is_newest_only) != 0;
    frame.tombstone = (flags & DataFrame::is_tombstone) != 0;
    frame.fail_with_dependency = (flags & DataFrame::fails_with_dependency) != 0;
    const bool numbered = (flags & DataFrame::has_number) != 0;
    const bool depends = (flags & DataFrame::has_dependency) != 0;
    const bool partial = (flags & DataFrame::is_fragment) != 0;
    if (frame.newest_only && !frame.unreliable) return false;
    if (frame.fail_with_dependency && !depends) return false;
    if (frame.unreliable && (numbered || frame.tombstone)) return false;
    if (frame.tombstone && depends) return false;

    if (numbered) {
      previous_ = Number::unwrap(reader_.u32(), context_.receive_next);
      if (previous_ == 0) return false;
    } else if (!frame.unreliable) {
      if (previous_ == 0) return false;
      ++previous_;
    }
    if (!frame.unreliable) frame.number = previous_;
    if (frame.tombstone) {
      if (partial && !first_part(frame)) return false;
      return true;
    }

    if (depends && !dependency(frame)) return false;
    if (partial && !fragment(frame)) return false;
    frame.payload = reader_.bytes(partial ? frame.fragment.size() : reader_.varint());
    return true;
  }

  /// Where the message of a reliable part begins.
  bool first_part(DataFrame& frame) noexcept {
    const std::uint64_t back = reader_.varint();
    frame.fragment.first = back < frame.number ? frame.number - back : 0;
    return frame.fragment.first != 0;
  }

  bool fragment(DataFrame& frame) noexcept {
    Fragment& part = frame.fragment;
    if (frame.unreliable) {
      part.first = reader_.u32();
    } else if (!first_part(frame)) {
      return false;
    }
    part.index = reader_.varint();
    part.count = reader_.varint();
    part.total = reader_.varint();
    if (reader_.failed() || !part.sound()) return false;
    // Only the first part says what the message waits for.
    if (frame.dependency != 0 && part.index != 0) return false;
    if (frame.unreliable) return true;
    // Parts are numbered in their order, the first one with the number that names the message.
    const SequenceNumber back = frame.number - part.first;
    return part.index == 0 ? back == 0 : back >= part.index;
  }

  bool dependency(DataFrame& frame) noexcept {
    if (frame.unreliable) {
      frame.dependency = Number::unwrap(reader_.u32(), context_.receive_next);
    } else {
      const std::uint64_t distance = reader_.varint();
      if (distance == 0 || distance >= frame.number) return false;
      frame.dependency = frame.number - distance;
    }
    return frame.dependency != 0;
  }

  Reader reader_;
  NumberContext context_;
  SequenceNumber previous_ = 0;
  bool malformed_ = false;
};

}  // namespace bowline::inline v0_1
