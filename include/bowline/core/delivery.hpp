// SPDX-License-Identifier: BSL-1.0
// Messages of the peer on their last step: out of the datagram, a waiting place or their parts, to the application.
#pragma once

#include <optional>
#include <utility>

#include "bowline/base/events.hpp"
#include "bowline/base/stats.hpp"
#include "bowline/core/held_messages.hpp"
#include "bowline/core/number_ring.hpp"
#include "bowline/core/reassembler.hpp"

namespace bowline::inline v0_1 {

/// Hands messages out in the order in which they became ready, and drops newest-only ones that come late.
class Delivery {
 public:
  /// A message, and where its payload is.
  struct Ready {
    Bytes view;       ///< In the datagram that is being taken, or
    Payload kept;     ///< among what was held, or
    Reassembler::Slot parts = Reassembler::none;
    bool reliable = true;
  };

  explicit Delivery(const Options& options)
      // One more datagram may be on its way to the application.
      : held_{options.window, std::size_t{options.held_bytes_max} + options.held_unreliable_bytes_max +
                                  options.datagram_bytes_max},
        parts_{options} {}

  [[nodiscard]] HeldMessages& held() noexcept { return held_; }
  [[nodiscard]] const HeldMessages& held() const noexcept { return held_; }
  [[nodiscard]] Reassembler& parts() noexcept { return parts_; }
  [[nodiscard]] const Reassembler& parts() const noexcept { return parts_; }

  [[nodiscard]] bool empty() const noexcept { return ready_.empty(); }

  void push(const Ready& ready) {
    if (ready.parts != Reassembler::none) parts_.make_ready(ready.parts);
    ready_.push_back(ready);
  }

  /// The same for an unreliable message that came in `packet`.
  void push_unreliable(const Ready& ready, bool newest_only, PacketNumber packet, Stats& stats) {
    if (newest_only) {
      if (packet < newest_only_packet_) {
        ++stats.late_dropped;
        return drop(ready);
      }
      newest_only_packet_ = packet;
    }
    push(ready);
  }

  /// Frees the payload of a message that is not delivered.
  void drop(const Ready& ready) noexcept {
    Payload kept = ready.kept;
    held_.release(kept);
    if (ready.parts != Reassembler::none) parts_.drop(ready.parts);
  }

  /// The next message for the application. Ends the view that the previous one gave.
  [[nodiscard]] std::optional<Event> next_event(Stats& stats) {
    if (ready_.empty()) return std::nullopt;
    BOWLINE_ASSERT(taken_.block == Payload::none);
    const Ready ready = ready_.front();
    ready_.pop_front();
    taken_ = ready.kept;
    Bytes payload = ready.kept.block == Payload::none ? ready.view : held_.view(ready.kept);
    if (ready.parts != Reassembler::none) payload = parts_.join(ready.parts);
    ++stats.messages_delivered;
    stats.delivered_bytes += payload.size();
    return Received{payload, ready.reliable};
  }

  void release_taken() noexcept { held_.release(taken_); }

  /// The peer is gone: what waits will never be released. What is ready stays to be taken.
  void drop_waiting() noexcept {
    held_.clear();
    parts_.clear();
  }

  /// A new incarnation of the peer numbers its packets from 1 again.
  void restart() noexcept {
    drop_waiting();
    newest_only_packet_ = 0;
  }

 private:
  PacketNumber newest_only_packet_ = 0;
  HeldMessages held_;
  Reassembler parts_;
  NumberRing<Ready> ready_;
  Payload taken_;
};

}  // namespace bowline::inline v0_1
