// SPDX-License-Identifier: BSL-1.0
// When an acknowledgement is due, and what it says: RFC 9000 section 13.2.
#pragma once

#include <algorithm>
#include <array>
#include <cstdint>

#include "bowline/base/options.hpp"
#include "bowline/core/received_packets.hpp"
#include "bowline/wire/control_frames.hpp"
#include "bowline/wire/writer.hpp"

namespace bowline::inline v0_1 {

/// Decides when received packets are acknowledged, and how far back each acknowledgement reaches. Never sends by
/// itself: the connection writes no acknowledgement while a delivered message has not been taken.
///
/// An acknowledgement that a gap or the delay makes due leaves with less company than `ack_every`. What it lacked the
/// next one waits for on top, up to as many again, so that the numbers a peer skips on purpose cost no datagrams.
class AckSchedule {
 public:
  explicit AckSchedule(const Options& options) noexcept
      : delay_max_{options.ack_delay_max}, every_{options.ack_every} {}

  /// A packet was recorded. `eliciting`: it asks for an acknowledgement.
  void on_packet(TimePoint now, PacketNumber number, PacketNumber newest_before, bool eliciting) noexcept {
    if (number > newest_before) newest_at_ = now;
    lowest_[turn_] = (std::min)(lowest_[turn_], number);
    if (!eliciting) return;
    if (waiting_ == 0) due_ = later(now, delay_max_);
    ++waiting_;
    // A gap tells the peer of a loss, and filling one undoes it: neither should wait (RFC 9000 section 13.2.1).
    if (number != newest_before + 1 || waiting_ >= every_ + owed_) due_ = now;
  }

  /// Something is waiting to be acknowledged, perhaps not due yet.
  [[nodiscard]] bool waiting() const noexcept { return waiting_ != 0; }

  /// When it has to leave; `never` while nothing waits.
  [[nodiscard]] TimePoint due() const noexcept { return waiting_ == 0 ? never : due_; }

  /// What was waiting has been said.
  void clear() noexcept {
    const std::uint32_t wanted = every_ + owed_;
    owed_ = waiting_ < wanted ? (std::min)(wanted - waiting_, every_) : 0;
    waiting_ = 0;
    turn_ = (turn_ + 1) % times_told;
    lowest_[turn_] = nothing;
  }

  /// A new incarnation of the peer: nothing was heard of it yet.
  void reset() noexcept {
    waiting_ = owed_ = 0;
    lowest_.fill(nothing);
  }

  /// Writes an ACK frame of as many ranges as fit, newest first, down to the oldest packet that was told of less than
  /// `times_told` times; false when not even one range fits or nothing ever arrived. Leaves `clear` to the caller.
  template <class Number>
  [[nodiscard]] bool write(TimePoint now, const ReceivedPackets& received, Writer& writer) const {
    const PacketNumber floor = *std::min_element(lowest_.begin(), lowest_.end());
    const auto delay = static_cast<std::uint32_t>((std::min)(now - newest_at_, Duration{0x3fffffff}).count());
    const std::size_t fixed = 1 + 4 + varint_bytes(delay) + 1;
    if (received.newest() == 0 || writer.room() < fixed + 5) return false;
    writer.u8(static_cast<std::uint8_t>(FrameKind::ack));
    writer.u32(Number::truncate(received.newest()));
    writer.varint(delay);
    // The number of ranges stands before them, and is known behind them.
    Writer number_place = writer;
    writer.u8(0);
    std::uint8_t count = 0;
    PacketNumber previous_first = 0;
    received.for_each_range([&](PacketRange range) {
      if (count != 0 && range.last < floor) return false;
      if (range_bytes(range, previous_first) > writer.room() || count == AckFrame::ranges_max) return false;
      if (previous_first != 0) writer.varint(static_cast<std::uint32_t>(previous_first - range.last - 2));
      writer.varint(static_cast<std::uint32_t>(range.last - range.first));
      previous_first = range.first;
      ++count;
      return true;
    });
    number_place.u8(count);
    return true;
  }

 private:
  // How many acknowledgements in a row tell of a packet. All of them are lost with 20 % loss once in 10^11 times; then
  // the peer sends again what is here, which costs bytes and no more.
  static constexpr std::size_t times_told = 16;
  static constexpr PacketNumber nothing = ~PacketNumber{0};
  static_assert(AckFrame::ranges_max < 0x80, "their number takes a byte");

  [[nodiscard]] static std::size_t range_bytes(PacketRange range, PacketNumber previous_first) noexcept {
    const std::size_t length = varint_bytes(static_cast<std::uint32_t>(range.last - range.first));
    if (previous_first == 0) return length;
    return length + varint_bytes(static_cast<std::uint32_t>(previous_first - range.last - 2));
  }

  [[nodiscard]] static constexpr std::array<PacketNumber, times_told> filled() noexcept {
    std::array<PacketNumber, times_told> all{};
    all.fill(nothing);
    return all;
  }

  Duration delay_max_;
  std::uint32_t every_;
  std::uint32_t waiting_ = 0;
  std::uint32_t owed_ = 0;  // What the last one lacked.
  TimePoint due_ = never;
  TimePoint newest_at_{};
  std::size_t turn_ = 0;
  std::array<PacketNumber, times_told> lowest_ = filled();
};

}  // namespace bowline::inline v0_1
