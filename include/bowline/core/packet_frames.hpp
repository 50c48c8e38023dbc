// SPDX-License-Identifier: BSL-1.0
// The frames of a packet, which are gone through twice: all are checked before any takes effect.
#pragma once

#include <algorithm>
#include <cstddef>
#include <vector>

#include "bowline/base/memory_bound.hpp"
#include "bowline/wire/frame_reader.hpp"

namespace bowline::inline v0_1 {

/// Reads a packet's frames for their checks and keeps the first ones as they were read. Those beyond are read once
/// more when they take effect. PADDING is left out, and so are messages that the caller puts aside itself.
///
/// Invariants:
///   1. After a check the first kept_ places hold the first frames of the packet, and rest_ stands behind them.
///   2. There is a place more than are kept, for a frame that is not.
template <class Number>
class PacketFrames {
 public:
  /// More small messages than a datagram of the Internet's size carries; 72 bytes each, once that many came.
  static constexpr std::size_t kept_max = 32;

  /// Calls `put_aside(const DataFrame&)` for each whole reliable message, and `check(const Frame&)` for what that
  /// leaves and for any other frame, one after the other, until this answers false or a frame is malformed: false then.
  /// Inlined, so that what puts a message aside can live in registers.
  template <class PutAside, class Check>
  [[gnu::always_inline, nodiscard]] bool check(Bytes frames, const NumberContext& numbers, PutAside&& put_aside,
                                               Check&& check) {
    FrameReader<Number> reader{frames, numbers};
    count_ = kept_ = 0;
    std::size_t count = 0;
    for (;; ++count) {
      DataFrame whole;
      bool left = false;
      // Of what is read again none may have been put aside.
      if (count == kept_max) rest_ = reader;
      if (count < kept_max) {
        while ((left = reader.next_whole(whole)) && put_aside(whole)) {}
      }
      const std::size_t place = (std::min)(count, kept_max);
      if (place == places_count_) grow();
      Frame& frame = places_[place];
      if (left) {
        frame.template emplace<DataFrame>(whole);
      } else if (!reader.next_but_padding(frame)) {
        break;
      }
      if (!check(frame)) return false;
    }
    count_ = count;
    kept_ = (std::min)(count, kept_max);
    return !reader.malformed();
  }

  /// Frame `i` of the packet that passed the last check, or null behind its last one. To be asked for in order, each
  /// once, while the packet's bytes are there.
  [[gnu::always_inline, nodiscard]] const Frame* checked(std::size_t i) {
    return i < kept_ ? &places_[i] : i < count_ ? read_again() : nullptr;
  }

  /// The most memory it takes.
  [[nodiscard]] static constexpr MemoryBound memory_max() noexcept {
    return MemoryBound::vector(kept_max + 1, sizeof(Frame));
  }

 private:
  [[gnu::noinline]] const Frame* read_again() {
    Frame& frame = places_[kept_max];
    return rest_.next_but_padding(frame) ? &frame : nullptr;
  }

  [[gnu::noinline]] void grow() {
    places_.resize((std::min)(kept_max + 1, (std::max)(std::size_t{2}, 2 * places_.size())));
    places_count_ = places_.size();
  }

  std::vector<Frame> places_;
  std::size_t places_count_ = 0;  // A vector would have to divide.
  std::size_t count_ = 0;
  std::size_t kept_ = 0;
  FrameReader<Number> rest_{Bytes{}, NumberContext{}};
};

}  // namespace bowline::inline v0_1
