// SPDX-License-Identifier: BSL-1.0
// Where datagrams leave: through the transport, or later when that would block.
#pragma once

#include <algorithm>
#include <cstddef>
#include <utility>
#include <vector>

#include "bowline/base/bytes.hpp"
#include "bowline/base/time.hpp"
#include "bowline/transport/concept.hpp"

namespace bowline::inline v0_1 {

/// Sends datagrams until there are no more or the transport would block; then those in hand wait, here or in the
/// transport's batch, and are offered again after a while.
class Outlet {
 public:
  /// Often enough for a full socket, too seldom to spin.
  static constexpr Duration retry_after = std::chrono::milliseconds{1};

  /// When `flush` should be called again because of a datagram that waits; `never` if none does.
  [[nodiscard]] TimePoint retry_at(TimePoint now) const noexcept {
    if (!waiting_) return never;
    // A clock that was set back must not make the wait longer than it was meant to be.
    return retry_at_ - now > retry_after ? now : retry_at_;
  }

  /// Sends what waits and then what `next(buffer, bytes_wanted)` writes, until it answers 0 bytes. `bytes_max()`: how
  /// much room it needs for that. `bytes_wanted`: the length that costs the transport least; 0 for any.
  template <DatagramTransport Transport, class BytesMax, class Next>
  void flush(TimePoint now, Transport& transport, BytesMax&& bytes_max, Next&& next) {
    if (waiting_ && now < retry_at(now)) return;
    for (;;) {
      if (!std::exchange(waiting_, false)) {
        buffer_.resize((std::max)(buffer_.size(), bytes_max()));
        bytes_ = next(Buffer{buffer_}, std::size_t{0});
      }
      if (bytes_ == 0) return;
      if (transport.send(Bytes{buffer_}.first(bytes_)) == SendOutcome::would_block) return wait(now);
    }
  }

  /// The same, written into the transport's batch.
  template <BatchingTransport Transport, class BytesMax, class Next>
  void flush(TimePoint now, Transport& transport, BytesMax&& bytes_max, Next&& next) {
    if (waiting_ && now < retry_at(now)) return;
    // What waits goes first and alone, so that no more than one batch grows old while the transport is full.
    if (std::exchange(waiting_, false) && transport.flush() == SendOutcome::would_block) return wait(now);
    for (bool more = true; more;) {
      for (Buffer room; more && !(room = transport.batch_room(bytes_max())).empty();) {
        const std::size_t bytes = next(room, transport.bytes_wanted());
        more = bytes != 0;
        if (more) transport.commit(bytes);
      }
      if (transport.flush() == SendOutcome::would_block) return wait(now);
    }
  }

 private:
  void wait(TimePoint now) noexcept {
    waiting_ = true;
    retry_at_ = later(now, retry_after);
  }

  std::vector<std::byte> buffer_;  // stays empty where the transport has batches
  std::size_t bytes_ = 0;
  bool waiting_ = false;
  TimePoint retry_at_{};
};

}  // namespace bowline::inline v0_1
