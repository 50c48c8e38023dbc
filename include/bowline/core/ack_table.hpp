// SPDX-License-Identifier: BSL-1.0
// Every sequence number of ours that is not settled: acknowledged by number, resent, or recalled by a tombstone.
#pragma once

#include <algorithm>
#include <cstdint>

#include "bowline/base/ids.hpp"
#include "bowline/base/memory_bound.hpp"
#include "bowline/base/narrow.hpp"
#include "bowline/base/options.hpp"
#include "bowline/core/number_ring.hpp"

namespace bowline::inline v0_1 {

/// What is known of one segment.
struct Segment {
  MessageId message;
  PacketNumber latest = 0;    ///< The packet that carried it last; 0 when it waits to be carried again.
  std::uint32_t part = 0;     ///< Which part of its message it is.
  std::uint16_t resends = 0;  ///< Since any part of its message was newly acknowledged. Stays at its largest value.
  std::uint8_t round = 0;     ///< What `Message::rounds` was then.
  bool tombstone : 1 = false;  ///< Its message ended unacknowledged: only a verdict counts now.
  bool settled : 1 = false;    ///< Acknowledged, or its tombstone was answered.
  bool waiting : 1 = false;    ///< In the resend queue or the tombstone queue.
  Priority priority : 2 = Priority::normal;
  std::uint8_t repeats : 3 = 0;  ///< How often it travelled again without need. Stays at 7.

  /// How often it was sent again since anything of its message, which has come to `rounds`, was newly acknowledged.
  [[nodiscard]] std::uint32_t resends_in(std::uint8_t rounds) const noexcept { return round == rounds ? resends : 0; }
  void count_resend(std::uint8_t rounds) noexcept {
    resends = narrow<std::uint16_t>((std::min)(resends_in(rounds) + 1, 0xffffu));
    round = rounds;
  }
};

static_assert(sizeof(Segment) == 24 && priority_levels <= 4, "there are as many as Options::window");

/// The segments from L, the lowest number that is not settled, to the newest one.
///
/// Invariants:
///   1. The first segment of the table, if there is one, is not settled.
///   2. Numbers are issued below lowest() + window only.
class AckTable {
 public:
  /// L: the lowest number whose segment is unacknowledged or whose tombstone lacks a verdict.
  [[nodiscard]] SequenceNumber lowest() const noexcept { return segments_.first(); }

  /// The number that the next first transmission takes.
  [[nodiscard]] SequenceNumber next() const noexcept { return segments_.end(); }

  [[nodiscard]] bool empty() const noexcept { return segments_.empty(); }

  /// Numbers from L on that there is memory for. `issue` allocates when it is full.
  [[nodiscard]] std::size_t capacity() const noexcept { return segments_.capacity(); }
  [[nodiscard]] bool full() const noexcept { return segments_.full(); }
  void reserve(std::size_t numbers) { segments_.reserve(numbers); }

  /// Whether a new number may be taken. The lowest level leaves an eighth of the window to the others.
  [[nodiscard]] bool window_open(std::uint32_t window, Priority priority) const noexcept {
    const bool lowest_level = static_cast<std::size_t>(priority) == priority_levels - 1;
    return segments_.size() < (lowest_level ? window - window / 8 : window);
  }

  /// The segment, or null where the number is settled or was never issued.
  [[nodiscard]] Segment* find(SequenceNumber number) noexcept {
    if (!segments_.contains(number)) return nullptr;
    Segment& segment = segments_[number];
    return segment.settled ? nullptr : &segment;
  }

  /// Any segment still in the table, settled or not.
  [[nodiscard]] Segment& operator[](SequenceNumber number) noexcept { return segments_[number]; }
  [[nodiscard]] bool contains(SequenceNumber number) const noexcept { return segments_.contains(number); }

  /// Gives the next number to a part of `message`, which `latest` carries if not 0, and answers its segment.
  Segment& issue(MessageId message, std::uint32_t part, Priority priority, PacketNumber latest = 0) {
    Segment& segment = segments_.emplace_back();
    segment.message = message;
    segment.latest = latest;
    segment.part = part;
    segment.priority = priority;
    return segment;
  }

  /// Nothing more is awaited for `number`.
  void settle(SequenceNumber number) noexcept {
    segments_[number].settled = true;
    pop_settled();
  }

  /// Settles those of [first, end) that are not settled and await no verdict, and calls `each(MessageId)` for each,
  /// ascending. `each` asks nothing of the table: what it finds there is settled when all of it is.
  template <class Each>
  void settle_run(SequenceNumber first, SequenceNumber end, Each&& each) {
    end = (std::min)(end, segments_.end());
    for (SequenceNumber n = (std::max)(first, segments_.first()); n < end; ++n) {
      Segment& segment = segments_[n];
      if (segment.settled || segment.tombstone) continue;
      segment.settled = true;
      if (n == segments_.first()) segments_.pop_front();
      each(segment.message);
    }
    pop_settled();
  }

  /// Recalls a message: its number waits for a verdict from now on, even if its segment was acknowledged.
  void recall(SequenceNumber number) noexcept {
    segments_[number].tombstone = true;
    segments_[number].settled = false;
  }

  /// Numbers start from 1 again.
  void clear() noexcept { segments_.clear(); }

  [[nodiscard]] bool invariants_hold() const noexcept {
    return segments_.invariants_hold() && (segments_.empty() || !segments_[segments_.first()].settled);
  }

  /// The most memory it takes.
  [[nodiscard]] static constexpr MemoryBound memory_max(const Options& options) noexcept {
    return MemoryBound::ring(options.window, sizeof(Segment));
  }

 private:
  void pop_settled() noexcept {
    while (!segments_.empty() && segments_.front().settled) segments_.pop_front();
  }

  NumberRing<Segment> segments_;
};

}  // namespace bowline::inline v0_1
