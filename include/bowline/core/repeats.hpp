// SPDX-License-Identifier: BSL-1.0
// What of a packet's spare room goes to messages that are on their way already.
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>

#include "bowline/core/message_flow.hpp"
#include "bowline/wire/data_frame.hpp"

namespace bowline::inline v0_1 {

/// The newest unacknowledged small messages that a packet shall carry again.
struct Repeats {
  /// Numbers that are looked at. What lies further back has been repeated often enough.
  static constexpr SequenceNumber reach = 16;

  SequenceNumber first = 0;
  std::uint32_t numbers = 0;  ///< A bit for each from `first` on.

  [[nodiscard]] SequenceNumber end() const noexcept { return numbers == 0 ? first : first + reach; }
  [[nodiscard]] bool chosen(SequenceNumber number) const noexcept { return (numbers >> (number - first) & 1) != 0; }

  /// Chooses from the newest back, up to `bytes_max` bytes and each at most `repeats_max` times, for a packet with
  /// `room` that carries something new anyway, and all of what is new.
  [[nodiscard]] static Repeats choose(MessageFlow& flow, std::size_t room, std::size_t bytes_max,
                                      std::uint32_t repeats_max) noexcept {
    const std::size_t fresh = fresh_bytes(flow, room);
    if (fresh == 0 || fresh >= room) return {};
    std::size_t spare = (std::min)(bytes_max, room - fresh);
    const SequenceNumber end = flow.acks().next();
    Repeats repeats;
    repeats.first = (std::max)(flow.acks().lowest(), end > reach ? end - reach : 1);
    for (SequenceNumber n = end; n-- > repeats.first;) {
      const std::size_t bytes = bytes_of_repeat(flow, n, repeats_max);
      if (bytes == 0 || bytes > spare) continue;
      spare -= bytes;
      repeats.numbers |= std::uint32_t{1} << (n - repeats.first);
    }
    return repeats;
  }

 private:
  /// Bytes at most that `number` takes when it is repeated; 0 if it is not to be.
  [[nodiscard]] static std::size_t bytes_of_repeat(MessageFlow& flow, SequenceNumber number,
                                                   std::uint32_t repeats_max) noexcept {
    const Segment* segment = flow.acks().find(number);
    if (segment == nullptr || segment->tombstone || segment->waiting) return 0;
    if (segment->repeats >= (std::min)(repeats_max, 7u)) return 0;
    const Message& message = flow.table()[segment->message];
    return message.parts == 1 ? message.payload.bytes + DataFrame::overhead_bytes_max : 0;
  }

  /// Bytes at most of what waits for its first transmission, counted up to `enough`; that too if resends wait.
  [[nodiscard]] static std::size_t fresh_bytes(MessageFlow& flow, std::size_t enough) noexcept {
    std::size_t bytes = 0;
    for (std::size_t i = 0; i < priority_levels; ++i) {
      const auto priority = static_cast<Priority>(i);
      if (!flow.queue().resends(priority).empty()) return enough;
      flow.queue().fresh(priority).for_each(flow.table().ring(), [&](MessageId id) {
        bytes += flow.table()[id].payload.bytes + DataFrame::overhead_bytes_max;
        return bytes < enough;
      });
    }
    return (std::min)(bytes, enough);
  }
};

}  // namespace bowline::inline v0_1
