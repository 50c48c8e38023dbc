// SPDX-License-Identifier: BSL-1.0
// DATA: one segment of a message, or the tombstone of one. WIRE section 5.
#pragma once

#include <cstddef>
#include <cstdint>

#include "bowline/base/bytes.hpp"
#include "bowline/base/ids.hpp"
#include "bowline/wire/fragment.hpp"
#include "bowline/wire/writer.hpp"

namespace bowline::inline v0_1 {

/// A DATA frame with its numbers unwrapped.
struct DataFrame {
  SequenceNumber number = 0;      ///< 0 in an unreliable one.
  SequenceNumber dependency = 0;  ///< The number of the message it waits for; 0 is none.
  bool fail_with_dependency = false;
  bool unreliable = false;
  bool newest_only = false;
  bool tombstone = false;
  Fragment fragment;              ///< In a tombstone only `first` counts, and not 0 says that there is one.
  Bytes payload;

  /// The bits of the first byte. `data` tells DATA from every other frame.
  enum Flag : std::uint8_t {
    has_number = 0x01,
    has_dependency = 0x02,
    fails_with_dependency = 0x04,
    is_unreliable = 0x08,
    is_newest_only = 0x10,
    is_tombstone = 0x20,
    is_fragment = 0x40,
    data = 0x80,
  };

  /// What a frame with a whole reliable message may have set, and whether a first byte begins one.
  static constexpr unsigned whole_and_reliable_flags = data | has_number | has_dependency | fails_with_dependency;
  [[nodiscard]] static constexpr bool whole_and_reliable(std::uint8_t first) noexcept {
    return (first & ~(whole_and_reliable_flags & ~unsigned{data})) == data;
  }

  /// The most that a frame with a whole message takes beside its payload: flags, number, distance, length.
  static constexpr std::size_t overhead_bytes_max = 1 + 4 + 4 + 3;

  /// The same with a part of one: flags, number, distance, distance to the first part, index, count, total.
  static constexpr std::size_t fragment_overhead_bytes_max = 1 + 4 + 4 + 5 + 5 + 5 + 5;

  /// Whether the frame fits `room` bytes when it follows one numbered `previous`.
  [[nodiscard]] bool fits(std::size_t room, SequenceNumber previous) const noexcept {
    // Most packets have room for the largest form of the next frame, which costs less to ask than how long it is.
    return payload.size() + fragment_overhead_bytes_max <= room || wire_bytes(previous) <= room;
  }

  /// Bytes on the wire when the frame follows one numbered `previous` in its datagram (0: none).
  [[nodiscard]] std::size_t wire_bytes(SequenceNumber previous) const noexcept {
    std::size_t total = carries_number(previous) ? 5 : 1;
    if (tombstone) return total + (fragment.first != 0 ? varint_bytes(back()) : 0);
    if (dependency != 0) total += unreliable ? 4 : varint_bytes(static_cast<std::uint32_t>(number - dependency));
    if (!fragment) return total + varint_bytes(static_cast<std::uint32_t>(payload.size())) + payload.size();
    total += unreliable ? 4 : varint_bytes(back());
    total += varint_bytes(fragment.index) + varint_bytes(fragment.count) + varint_bytes(fragment.total);
    return total + payload.size();
  }

  /// Writes the frame. `Number` is a `WireNumber`. Asserts that there is room. Inlined, because what a caller knows of
  /// its frame makes it a few stores.
  template <class Number>
  [[gnu::always_inline]] void write(Writer& writer, SequenceNumber previous) const noexcept {
    unsigned flags = data;
    if (dependency != 0) flags |= has_dependency;
    if (fail_with_dependency) flags |= fails_with_dependency;
    if (unreliable) flags |= is_unreliable;
    if (newest_only) flags |= is_newest_only;
    if (tombstone) flags |= is_tombstone;
    if (tombstone ? fragment.first != 0 : static_cast<bool>(fragment)) flags |= is_fragment;
    if (carries_number(previous)) {
      writer.u8(static_cast<std::uint8_t>(flags | has_number));
      writer.u32(Number::truncate(number));
    } else {
      writer.u8(static_cast<std::uint8_t>(flags));
    }
    if (tombstone) {
      if (fragment.first != 0) writer.varint(back());
      return;
    }
    if (dependency != 0) {
      if (unreliable) {
        writer.u32(Number::truncate(dependency));
      } else {
        writer.varint(static_cast<std::uint32_t>(number - dependency));
      }
    }
    if (fragment) {
      write_fragment(writer);
    } else {
      writer.varint(static_cast<std::uint32_t>(payload.size()));
    }
    writer.bytes(payload);
  }

 private:
  /// Numbers back to the first part of the message.
  [[nodiscard]] std::uint32_t back() const noexcept { return static_cast<std::uint32_t>(number - fragment.first); }

  void write_fragment(Writer& writer) const noexcept {
    if (unreliable) {
      writer.u32(static_cast<std::uint32_t>(fragment.first));
    } else {
      writer.varint(back());
    }
    writer.varint(fragment.index);
    writer.varint(fragment.count);
    writer.varint(fragment.total);
  }

  [[nodiscard]] bool carries_number(SequenceNumber previous) const noexcept {
    return !unreliable && (previous == 0 || number != previous + 1);
  }
};

}  // namespace bowline::inline v0_1
