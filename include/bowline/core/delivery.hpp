// SPDX-License-Identifier: BSL-1.0
// Messages of the peer on their last step: out of the datagram, a waiting place or their parts, to the application.
#pragma once

#include <algorithm>
#include <cstddef>
#include <optional>
#include <span>
#include <utility>
#include <vector>

#include "bowline/base/events.hpp"
#include "bowline/base/memory_bound.hpp"
#include "bowline/base/options.hpp"
#include "bowline/base/stats.hpp"
#include "bowline/core/departure.hpp"
#include "bowline/core/held_messages.hpp"
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
      : held_{options.window,
              std::size_t{options.held_bytes_max} + options.held_unreliable_bytes_max + options.datagram_bytes_max,
              options.payload_pool},
        parts_{options} {}

  [[nodiscard]] HeldMessages& held() noexcept { return held_; }
  [[nodiscard]] const HeldMessages& held() const noexcept { return held_; }
  [[nodiscard]] Reassembler& parts() noexcept { return parts_; }
  [[nodiscard]] const Reassembler& parts() const noexcept { return parts_; }

  [[nodiscard]] bool empty() const noexcept { return next_ == end_; }

  /// Makes room for `messages` more, so that pushing them allocates nothing. If memory runs out, nothing has changed.
  [[gnu::always_inline]] void reserve(std::size_t messages = 1) {
    if (end_ + messages > ready_.size()) grow(end_ + messages);
  }

  /// Wants room for it.
  [[gnu::always_inline]] void push(const Ready& ready) noexcept {
    BOWLINE_ASSERT(end_ < ready_.size());
    if (ready.parts != Reassembler::none) parts_.make_ready(ready.parts);
    // Field by field, because copied as a whole it would have to be put together somewhere first.
    Ready& place = ready_[end_++];
    place.view = ready.view;
    place.kept = ready.kept;
    place.parts = ready.parts;
    place.reliable = ready.reliable;
  }

  /// Places, `messages` at most, in which messages that come next can be put before they are pushed.
  [[nodiscard]] std::span<Ready> places(std::size_t messages) noexcept {
    return std::span{ready_}.subspan(end_, (std::min)(messages, ready_.size() - end_));
  }

  /// Pushes so many messages that are in their places.
  void push_in_place(std::size_t messages) noexcept {
    BOWLINE_ASSERT(messages <= ready_.size() - end_);
    end_ += messages;
  }

  /// The same for an unreliable message.
  void push_unreliable(const Ready& ready, bool newest_only, Departure departure, Stats& stats) noexcept {
    if (newest_only) {
      if (departure < newest_delivered_) {
        ++stats.late_dropped;
        return drop(ready);
      }
      newest_delivered_ = departure;
    }
    push(ready);
  }

  /// Frees the payload of a message that is not delivered.
  void drop(const Ready& ready) noexcept {
    Payload kept = ready.kept;
    held_.release(kept);
    if (ready.parts != Reassembler::none) parts_.drop(ready.parts);
  }

  /// The next message for the application. Ends the view that the previous one gave. If memory to put parts together
  /// runs out, the message stays the next one.
  [[nodiscard]] std::optional<Event> next_event(Stats& stats) {
    if (empty()) return std::nullopt;
    const Ready& ready = ready_[next_];
    const bool in_datagram = ready.kept.block == Payload::none && ready.parts == Reassembler::none;
    const Bytes payload = in_datagram ? ready.view : claim(ready);
    const bool reliable = ready.reliable;
    ++next_;
    if (empty()) next_ = end_ = 0;
    ++stats.messages_delivered;
    stats.delivered_bytes += payload.size();
    return Received{payload, reliable};
  }

  void release_taken() noexcept {
    if (taken_.block != Payload::none) held_.release(taken_);
  }

  /// The peer is gone: what waits will never be released. What is ready stays to be taken.
  void drop_waiting() noexcept {
    held_.clear();
    parts_.clear();
  }

  /// A new incarnation of the peer numbers its packets from 1 again.
  void restart() noexcept {
    drop_waiting();
    newest_delivered_ = {};
  }

  /// The most memory it takes. All that is held, and what a datagram brings, two bytes each, may be ready at once.
  [[nodiscard]] static constexpr MemoryBound memory_max(const Options& options) noexcept {
    return HeldMessages::memory_max(options) + Reassembler::memory_max(options) +
           MemoryBound::vector(HeldMessages::held_max(options) + options.datagram_bytes_max / 2, sizeof(Ready));
  }

 private:
  /// The payload of a message that was held or came in parts.
  [[gnu::noinline]] Bytes claim(const Ready& ready) {
    BOWLINE_ASSERT(taken_.block == Payload::none);
    if (ready.parts != Reassembler::none) return parts_.join(ready.parts);
    taken_ = ready.kept;
    return held_.view(taken_);
  }

  [[gnu::noinline]] void grow(std::size_t places) {
    ready_.resize((std::max)({std::size_t{4}, 2 * ready_.size(), places}));
  }

  Departure newest_delivered_;
  HeldMessages held_;
  Reassembler parts_;
  // A queue that is filled by one datagram, and empty before the next one.
  std::vector<Ready> ready_;
  std::size_t next_ = 0;
  std::size_t end_ = 0;
  Payload taken_;
};

}  // namespace bowline::inline v0_1
