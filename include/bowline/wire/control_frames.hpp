// SPDX-License-Identifier: BSL-1.0
// The frames that carry no message: PADDING, PING, VERDICT, CLOSE. WIRE section 7.
#pragma once

#include <cstddef>
#include <cstdint>

#include "bowline/base/ids.hpp"
#include "bowline/wire/writer.hpp"

namespace bowline::inline v0_1 {

/// The first byte of each frame that is not DATA.
enum class FrameKind : std::uint8_t { padding = 0, ping = 1, ack = 2, verdict = 3, close = 4 };

/// Fills a datagram up; each byte is a frame. Elicits no acknowledgement.
struct PaddingFrame {
  static void write(Writer& writer, std::size_t count) noexcept {
    for (; count > 0; --count) writer.u8(static_cast<std::uint8_t>(FrameKind::padding));
  }
};

/// Asks for an acknowledgement.
struct PingFrame {
  static constexpr std::size_t wire_bytes = 1;
  static void write(Writer& writer) noexcept { writer.u8(static_cast<std::uint8_t>(FrameKind::ping)); }
};

/// The answer to a tombstone: what became of the number at the receiver, for good.
struct VerdictFrame {
  SequenceNumber number = 0;
  bool delivered = false;

  static constexpr std::size_t wire_bytes = 6;

  template <class Number>
  void write(Writer& writer) const noexcept {
    writer.u8(static_cast<std::uint8_t>(FrameKind::verdict));
    writer.u32(Number::truncate(number));
    writer.u8(delivered ? 1 : 0);
  }
};

/// The sender of this goes. Never answered.
struct CloseFrame {
  static constexpr std::size_t wire_bytes = 2;
  static void write(Writer& writer) noexcept {
    writer.u8(static_cast<std::uint8_t>(FrameKind::close));
    writer.u8(0);
  }
};

}  // namespace bowline::inline v0_1
