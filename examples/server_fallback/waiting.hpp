// SPDX-License-Identifier: BSL-1.0
// Waiting on two sockets at once, and not for ever.
#pragma once

#include <poll.h>

#include <algorithm>
#include <array>

#include "direct_path.hpp"
#include "record_link.hpp"

namespace server_fallback {

/// Sleeps until the channel or the server has something to do, 100 ms at most. This is how a channel joins a loop of
/// the application's own: its socket to watch, its next deadline as the limit.
inline void wait_for_either(Channel& direct, const RecordLink& server) {
  constexpr Duration nap = std::chrono::milliseconds{100};
  const Duration left = direct.next_deadline() - bowline::SteadyClock{}.now();
  const auto limit = std::chrono::ceil<std::chrono::milliseconds>((std::clamp)(left, Duration::zero(), nap));
  std::array<pollfd, 2> watched{{{direct.transport().native_handle(), POLLIN, 0},
                                 {server.native_handle(), server.awaited(), 0}}};
  ::poll(watched.data(), watched.size(), static_cast<int>(limit.count()));
}

/// Notices when a count that should grow has stood still for too long.
class StallWatch {
 public:
  explicit StallWatch(Duration patience) : patience_{patience}, since_{bowline::SteadyClock{}.now()} {}

  [[nodiscard]] bool stalled(std::uint64_t count) {
    const TimePoint now = bowline::SteadyClock{}.now();
    if (count != count_) count_ = count, since_ = now;
    return now - since_ >= patience_;
  }

 private:
  Duration patience_;
  TimePoint since_;
  std::uint64_t count_ = 0;
};

}  // namespace server_fallback
