// SPDX-License-Identifier: BSL-1.0
// A sequence of messages that arrive in order, with a limit to how far it runs ahead.
#pragma once

#include <cstddef>

#include "bowline/base/bytes.hpp"
#include "bowline/base/options.hpp"
#include "bowline/base/results.hpp"
#include "bowline/base/status.hpp"
#include "bowline/core/number_ring.hpp"

namespace bowline::inline v0_1 {

/// Chains messages: each is sent after the one before. Several streams over one channel do not wait for each other.
/// Refuses to run further ahead than a number of bytes, so that one stream does not fill the channel's queue.
///
/// The channel must outlive the stream and stay where it is.
template <class Channel>
class OrderedStream {
 public:
  /// `options` go with every message but for `after`, which is the stream's own. At most `pending_bytes_max` payload
  /// bytes are without an outcome at once; a single message always fits.
  explicit OrderedStream(Channel& channel, const SendOptions& options = {},
                         std::size_t pending_bytes_max = std::size_t{256} << 10)
      : channel_{&channel}, options_{options}, pending_bytes_max_{pending_bytes_max} {
    BOWLINE_ASSERT(options.reliable);
  }

  /// Sends `payload` after everything sent before. `queue_full` when the stream or the channel is.
  SendResult send(Bytes payload) {
    if (!writable(payload.size())) return {{}, SendError::queue_full};
    const SendResult result = channel_->send(payload, options_);
    if (!result) return result;
    options_.after = result.id;
    pending_bytes_ += payload.size();
    unfinished_.push_back({result.id, payload.size()});
    return result;
  }

  /// Whether the stream itself would take a message of `bytes` now.
  [[nodiscard]] bool writable(std::size_t bytes) {
    const std::size_t pending = pending_bytes();
    return pending == 0 || pending + bytes <= pending_bytes_max_;
  }

  /// Payload bytes from the oldest message without an outcome on. O(messages that ended since), amortised O(1).
  [[nodiscard]] std::size_t pending_bytes() {
    while (!unfinished_.empty() && ended(channel_->status(unfinished_.front().id))) {
      pending_bytes_ -= unfinished_.front().bytes;
      unfinished_.pop_front();
    }
    return pending_bytes_;
  }

  /// The message sent last; none before the first.
  [[nodiscard]] MessageId last() const noexcept { return options_.after; }

 private:
  struct Unfinished {
    MessageId id;
    std::size_t bytes = 0;
  };

  [[nodiscard]] static constexpr bool ended(MessageStatus status) noexcept {
    return status != MessageStatus::gated && status != MessageStatus::queued && status != MessageStatus::in_flight;
  }

  Channel* channel_;
  SendOptions options_;
  std::size_t pending_bytes_max_;
  std::size_t pending_bytes_ = 0;
  NumberRing<Unfinished> unfinished_;
};

}  // namespace bowline::inline v0_1
