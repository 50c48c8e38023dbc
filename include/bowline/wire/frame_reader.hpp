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

/// Reads frames one by one, until the end, or with `malformed()` to one that is none. Reads no byte twice and allocates
/// nothing. Says what a frame means, not whether it fits the state of a connection.
template <class Number = WireNumber<>>
class FrameReader {
 public:
  FrameReader(Bytes frames, const NumberContext& context) noexcept : reader_{frames}, context_{context} {}

  [[nodiscard]] bool malformed() const noexcept { return malformed_; }

  /// The next frame, or none.
  [[nodiscard]] std::optional<Frame> next() noexcept {
    std::optional<Frame> frame{std::in_place};
    if (!next(*frame)) frame.reset();
    return frame;
  }

  /// The same into `frame`; false when there is none, and what `frame` holds then means nothing. It is filled in where
  /// it will be used: a frame is taken apart field by field, and to copy it after that has to wait for every field.
  [[gnu::always_inline, nodiscard]] bool next(Frame& frame) noexcept {
    if (malformed_ || reader_.remaining() == 0) return false;
    const std::uint8_t first = reader_.u8();
    if (DataFrame::whole_and_reliable(first)) {
      // The commonest: what its flags rule out goes.
      malformed_ = !data(first & DataFrame::whole_and_reliable_flags, frame.template emplace<DataFrame>());
    } else if ((first & DataFrame::data) != 0) {
      malformed_ = !data(first, frame.template emplace<DataFrame>());
    } else {
      // Works on a copy, so that this reader can live in registers.
      FrameReader reader = *this;
      reader.malformed_ = !reader.other(first, frame);
      *this = reader;
    }
    malformed_ |= reader_.failed();
    return !malformed_;
  }

  /// The same if the next frame is a whole reliable message, the commonest; false, and nothing is read, if it is not.
  /// One that is malformed answers false too.
  [[gnu::always_inline, nodiscard]] bool next_whole(DataFrame& frame) noexcept {
    if (malformed_ || reader_.remaining() == 0 || !DataFrame::whole_and_reliable(reader_.peek())) return false;
    // What an earlier frame waited for is not what this one waits for.
    frame = {};
    malformed_ = !data(reader_.u8() & DataFrame::whole_and_reliable_flags, frame) || reader_.failed();
    return !malformed_;
  }

  /// The next one that is not PADDING, of which there may be many.
  [[gnu::always_inline, nodiscard]] bool next_but_padding(Frame& frame) noexcept {
    if (!malformed_) reader_.skip_zeros();
    return next(frame);
  }

 private:
  [[gnu::noinline]] bool other(std::uint8_t first, Frame& frame) noexcept {
    switch (static_cast<FrameKind>(first)) {
      case FrameKind::padding: return frame.template emplace<PaddingFrame>(), true;
      case FrameKind::ping: return frame.template emplace<PingFrame>(), true;
      case FrameKind::ack: return ack(frame);
      case FrameKind::verdict: return verdict(frame);
      case FrameKind::close: return frame.template emplace<CloseFrame>(), reader_.u8() == 0;
    }
    return false;
  }

  bool ack(Frame& frame) noexcept {
    const PacketNumber largest = Number::unwrap(reader_.u32(), context_.packet_next);
    const Duration delay{reader_.varint()};
    const std::uint32_t ranges = reader_.varint();
    if (ranges < 1 || ranges > AckFrame::ranges_max) return false;
    // Measured on a copy, which then gives the view of exactly these bytes.
    Reader ahead = reader_;
    for (std::uint32_t i = 0; i < 2 * ranges - 1; ++i) ahead.varint();
    if (ahead.failed()) return false;
    const Bytes encoded = reader_.bytes(reader_.remaining() - ahead.remaining());
    frame.template emplace<AckFrame>(largest, delay, ranges, encoded);
    return true;
  }

  bool verdict(Frame& frame) noexcept {
    const SequenceNumber number = Number::unwrap(reader_.u32(), context_.send_next);
    const std::uint8_t delivered = reader_.u8();
    frame = VerdictFrame{number, delivered == 1};
    return delivered <= 1;
  }

  [[gnu::always_inline]] bool data(unsigned flags, DataFrame& frame) noexcept {
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
  [[gnu::always_inline]] bool first_part(DataFrame& frame) noexcept {
    const std::uint64_t back = reader_.varint();
    frame.fragment.first = back < frame.number ? frame.number - back : 0;
    return frame.fragment.first != 0;
  }

  [[gnu::always_inline]] bool fragment(DataFrame& frame) noexcept {
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

  [[gnu::always_inline]] bool dependency(DataFrame& frame) noexcept {
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
