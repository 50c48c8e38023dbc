// SPDX-License-Identifier: BSL-1.0
// Every datagram of ours that an acknowledgement may still name: when it left, how large, and what was in it.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>

#include "bowline/base/ids.hpp"
#include "bowline/base/memory_bound.hpp"
#include "bowline/base/options.hpp"
#include "bowline/base/time.hpp"
#include "bowline/core/delivery_rate.hpp"
#include "bowline/core/number_ring.hpp"
#include "bowline/wire/ack_frame.hpp"

namespace bowline::inline v0_1 {

/// A segment or tombstone that travelled in a packet.
struct PacketContent {
  SequenceNumber number = 0;
  bool tombstone = false;
};

/// Contents of a packet with consecutive numbers: most of them are one such run.
struct PacketRun {
  SequenceNumber first = 0;
  SequenceNumber end = 0;
  bool tombstones = false;
};

/// A packet in the log.
struct SentPacket {
  enum class State : std::uint8_t {
    outstanding,  ///< Sent; nobody knows whether it arrived.
    acked,
    lost,         ///< Declared lost; a late acknowledgement still counts.
    untracked,    ///< Carried nothing that asks for an acknowledgement.
    probing,      ///< Asks how large the path takes datagrams. Its loss shows nothing else, so it is not in flight.
    skipped,      ///< Never sent, on purpose.
  };

  TimePoint sent_at{};
  std::uint64_t contents = 0;       ///< Index of its first run of contents.
  DeliveryStamp delivery{};
  std::uint32_t skip = 1;           ///< From one that is not awaited: how far to the next that may be.
  std::uint16_t contents_count = 0;
  std::uint16_t bytes = 0;
  State state = State::outstanding;
  bool probe = false;               ///< It is or was `probing`.
};

/// How much a log keeps, whatever the peer acknowledges.
struct PacketLogLimits {
  std::uint32_t packets_tracked = 0;  ///< Packets behind the next after which a lost one is forgotten.
  std::size_t runs_max = 0;           ///< Runs of contents with consecutive numbers that packets may keep together.

  /// A packet has one run, and each number may stand apart: sent, sent again and repeated in eight packets.
  [[nodiscard]] static constexpr PacketLogLimits of(const Options& options) noexcept {
    return {options.packets_tracked, options.packets_tracked + 8 * std::size_t{options.window}};
  }

  /// Packets in the log once one was committed. A peer that we keep up with has no more than `packets_tracked` on the
  /// way to us, so we send it no more acknowledgements than that in a round trip, and no more datagrams of our own.
  /// Two fewer, because a number may be left out before the next one is committed.
  [[nodiscard]] constexpr std::size_t packets_max() const noexcept { return 2 * std::size_t{packets_tracked} - 2; }
};

/// The packets in order of their numbers, which are those of the ring.
///
/// Invariants:
///   1. in_flight_bytes() is the sum over the outstanding packets, outstanding() their count.
///   2. No packet before oldest_outstanding() is outstanding.
class PacketLog {
 public:
  /// The number the next packet gets.
  [[nodiscard]] PacketNumber next() const noexcept { return packets_.end(); }
  [[nodiscard]] PacketNumber oldest() const noexcept { return packets_.first(); }
  [[nodiscard]] bool contains(PacketNumber number) const noexcept { return packets_.contains(number); }
  [[nodiscard]] const SentPacket& operator[](PacketNumber number) const noexcept { return packets_[number]; }
  [[nodiscard]] std::size_t in_flight_bytes() const noexcept { return in_flight_bytes_; }
  [[nodiscard]] std::size_t outstanding() const noexcept { return outstanding_; }
  [[nodiscard]] std::size_t size() const noexcept { return packets_.size(); }
  [[nodiscard]] std::size_t runs() const noexcept { return contents_.size(); }

  /// The first outstanding packet; next() if there is none.
  [[nodiscard]] PacketNumber oldest_outstanding() const noexcept { return oldest_outstanding_; }

  /// Takes the memory to leave a number out and to commit a packet: either allocates nothing then.
  void begin() {
    packets_.reserve(packets_.size() + 2);
    contents_.reserve(contents_.size() + 1);
  }

  /// Notes what the packet under way carries. It gets the number next() when it is committed. If memory runs out,
  /// nothing has changed.
  void add_content(PacketContent content) {
    if (run_.end == content.number && run_.tombstones == content.tombstone) return void(++run_.end);
    contents_.reserve(contents_.size() + 2);
    end_run();
    run_ = {content.number, content.number + 1, content.tombstone};
  }

  /// The packet under way leaves. One that elicits no acknowledgement is not tracked.
  void commit(TimePoint now, std::size_t bytes, bool eliciting, const DeliveryStamp& delivery = {}) {
    end_run();
    SentPacket& packet = packets_.emplace_back();
    packet.sent_at = now;
    packet.contents = committed_;
    packet.contents_count = static_cast<std::uint16_t>(contents_.end() - committed_);
    packet.bytes = static_cast<std::uint16_t>(bytes);
    packet.delivery = delivery;
    packet.state = eliciting ? SentPacket::State::outstanding : SentPacket::State::untracked;
    committed_ = contents_.end();
    if (eliciting) {
      in_flight_bytes_ += bytes;
      ++outstanding_;
    }
    advance();
  }

  /// A probe of the path's size leaves alone. An acknowledgement counts, a loss is not noticed here.
  void commit_probe(TimePoint now, std::size_t bytes, const DeliveryStamp& delivery) {
    commit(now, bytes, /*eliciting=*/false, delivery);
    SentPacket& packet = packets_[packets_.end() - 1];
    packet.state = SentPacket::State::probing;
    packet.probe = true;
  }

  /// Leaves a number out, so that an acknowledgement of it gives away a peer that guesses (RFC 9000 section 21.4).
  void skip() {
    SentPacket packet;
    packet.contents = committed_;
    packet.state = SentPacket::State::skipped;
    recent_skips_[skips_++ % skips_remembered] = next();
    packets_.push_back(packet);
    advance();
  }

  /// Whether an acknowledgement may name this range: every number was sent. Numbers that left the log count as sent.
  [[nodiscard]] bool may_be_acked(PacketRange range) const noexcept {
    if (range.last >= packets_.end()) return false;
    for (const PacketNumber skipped : recent_skips_) {
      if (skipped >= range.first && skipped <= range.last && skipped != 0) return false;
    }
    return true;
  }

  /// Calls `each(PacketNumber, was_lost)` for every packet of the range that is newly acknowledged, ascending, and
  /// marks it. O(packets newly acknowledged), amortised: runs of acknowledged ones are leapt over.
  template <class Each>
  void acknowledge(PacketRange range, Each&& each) {
    PacketNumber number = range.first < packets_.first() ? packets_.first() : range.first;
    while (number <= range.last && number < packets_.end()) {
      SentPacket& packet = packets_[number];
      if (!awaited(packet)) {
        number += leap(number);
        continue;
      }
      const bool was_lost = packet.state == SentPacket::State::lost;
      leave_flight(packet, SentPacket::State::acked);
      each(number, was_lost);
      ++number;
    }
    advance();
  }

  /// Declares an outstanding packet lost.
  void declare_lost(PacketNumber number) {
    leave_flight(packets_[number], SentPacket::State::lost);
    advance();
  }

  /// Calls `each(const PacketRun&)` for what the packet carried, in its order.
  template <class Each>
  void for_each_run(PacketNumber number, Each&& each) const {
    const SentPacket& packet = packets_[number];
    for (std::uint64_t i = packet.contents; i != packet.contents + packet.contents_count; ++i) each(contents_[i]);
  }

  /// The same one by one: calls `each(PacketContent)`.
  template <class Each>
  void for_each_content(PacketNumber number, Each&& each) const {
    for_each_run(number, [&](const PacketRun& run) {
      for (SequenceNumber n = run.first; n != run.end; ++n) each(PacketContent{n, run.tombstones});
    });
  }

  /// The log can only be kept within its limits when its oldest outstanding packet is declared lost: either the peer
  /// acknowledges nothing and makes us answer it all the same, or the packets are full of numbers sent again.
  [[nodiscard]] bool crowded(const PacketLogLimits& limits) const noexcept {
    if (outstanding_ == 0) return false;
    return packets_.end() - oldest_outstanding_ > limits.packets_max() ||
           committed_ - packets_[oldest_outstanding_].contents > limits.runs_max;
  }

  /// Forgets what no acknowledgement will name: packets that are acknowledged, and lost ones and probes that are more
  /// than `packets_tracked` behind the next, which the peer drops unread. With many contents fewer are kept: when an
  /// acknowledgement comes for one after all, it is too late to save a resend.
  void prune(const PacketLogLimits& limits) noexcept {
    while (!packets_.empty()) {
      const SentPacket& packet = packets_.front();
      if (packet.state == SentPacket::State::outstanding) break;
      const bool few = packets_.size() <= limits.packets_tracked && committed_ - packet.contents <= limits.runs_max;
      if (awaited(packet) && few) break;
      packets_.pop_front();
    }
    const std::uint64_t kept = packets_.empty() ? committed_ : packets_.front().contents;
    while (contents_.first() != kept) contents_.pop_front();
  }

  /// The most memory it takes. A frame of five bytes, a tombstone, is the shortest whose number stands apart.
  [[nodiscard]] static constexpr MemoryBound memory_max(const Options& options) noexcept {
    const PacketLogLimits limits = PacketLogLimits::of(options);
    return MemoryBound::ring(limits.packets_max() + 2, sizeof(SentPacket)) +
           MemoryBound::ring(limits.runs_max + options.datagram_bytes_max / 5, sizeof(PacketRun));
  }

 private:
  static constexpr std::size_t skips_remembered = 16;

  [[nodiscard]] static bool awaited(const SentPacket& packet) noexcept {
    return packet.state == SentPacket::State::outstanding || packet.state == SentPacket::State::lost ||
           packet.state == SentPacket::State::probing;
  }

  [[nodiscard]] std::uint64_t leap(PacketNumber number) noexcept {
    // Path halving: each visit doubles what the next one leaps over.
    SentPacket& packet = packets_[number];
    const PacketNumber beyond = number + packet.skip;
    if (beyond < packets_.end() && !awaited(packets_[beyond])) {
      packet.skip += packets_[beyond].skip;
    }
    return packet.skip;
  }

  void leave_flight(SentPacket& packet, SentPacket::State state) noexcept {
    if (packet.state == SentPacket::State::outstanding) {
      in_flight_bytes_ -= packet.bytes;
      --outstanding_;
    }
    packet.state = state;
  }

  void advance() noexcept {
    // What leaves the log is not outstanding, so this never lies before its first.
    while (oldest_outstanding_ < packets_.end() &&
           packets_[oldest_outstanding_].state != SentPacket::State::outstanding) {
      ++oldest_outstanding_;
    }
  }

  void end_run() {
    if (run_.end != 0) contents_.push_back(run_);
    run_ = {};
  }

  NumberRing<SentPacket> packets_;
  NumberRing<PacketRun> contents_{0};
  PacketRun run_;  // The last one of the packet under way.
  std::uint64_t committed_ = 0;
  std::array<PacketNumber, skips_remembered> recent_skips_{};
  std::size_t skips_ = 0;
  PacketNumber oldest_outstanding_ = 1;
  std::size_t in_flight_bytes_ = 0;
  std::size_t outstanding_ = 0;
};

}  // namespace bowline::inline v0_1
