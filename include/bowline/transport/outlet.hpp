// SPDX-License-Identifier: BSL-1.0
// Where datagrams leave: through the transport, or later when that would block.
#pragma once

#include <cstddef>
#include <vector>

#include "bowline/base/bytes.hpp"
#include "bowline/base/time.hpp"
#include "bowline/transport/concept.hpp"

namespace bowline::inline v0_1 {

/// Sends datagrams until there are no more or the transport would block; then the one in hand waits here, and is
/// offered again after a while.
class Outlet {
 public:
  /// Often enough for a full socket, too seldom to spin.
  static constexpr Duration retry_after = std::chrono::milliseconds{1};

  explicit Outlet(std::size_t datagram_bytes_max) : buffer_(datagram_bytes_max) {}

  /// When `flush` should be called again because of a datagram that waits; `never` if none does.
  [[nodiscard]] TimePoint retry_at(TimePoint now) const noexcept {
    if (waiting_bytes_ == 0) return never;
    // A clock that was set back must not make the wait longer than it was meant to be.
    return retry_at_ - now > retry_after ? now : retry_at_;
  }

  /// Sends what waits and then what `next(Buffer)` writes, until it answers 0 bytes.
  template <DatagramTransport Transport, class Next>
  void flush(TimePoint now, Transport& transport, Next&& next) {
    if (waiting_bytes_ != 0 && now < retry_at(now)) return;
    for (;;) {
      if (waiting_bytes_ == 0) waiting_bytes_ = next(Buffer{buffer_});
      if (waiting_bytes_ == 0) return;
      if (transport.send(Bytes{buffer_}.first(waiting_bytes_)) == SendOutcome::would_block) {
        retry_at_ = later(now, retry_after);
        return;
      }
      waiting_bytes_ = 0;
    }
  }

 private:
  std::vector<std::byte> buffer_;
  std::size_t waiting_bytes_ = 0;
  TimePoint retry_at_{};
};

}  // namespace bowline::inline v0_1
