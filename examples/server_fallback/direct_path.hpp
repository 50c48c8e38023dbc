// SPDX-License-Identifier: BSL-1.0
// The direct path: a channel over UDP that gives up soon, because there is a server to fall back on.
#pragma once

#include <optional>
#include <string>

#include "bowline/bowline.hpp"

namespace server_fallback {

using bowline::Duration;
using bowline::TimePoint;

using Channel = bowline::ReliableChannel<bowline::FaultyTransport<bowline::UdpTransport>>;

/// Opens the socket and puts a channel on it. Fails with a sentence.
[[nodiscard]] inline bowline::Result<Channel> open_direct_path(bowline::UdpOptions address) {
  address.receive_buffer_bytes = std::size_t{1} << 20;
  auto socket = bowline::UdpTransport::open(address);
  if (!socket) return bowline::Result<Channel>::failure(std::string{socket.why()});

  // A message is lost after four timeouts in a row, on a short path half a second; the whole path is after
  // three seconds of silence.
  const bowline::AdaptiveResend resend{.resend_count_max = 3, .timeout_max = std::chrono::milliseconds{250}};
  bowline::Options options;
  options.handshake_timeout = options.idle_timeout = std::chrono::seconds{3};
  options.keepalive = options.close_timeout = std::chrono::milliseconds{500};
  return Channel{bowline::FaultyTransport{std::move(socket).value()}, options, {}, {}, resend};
}

/// Breaks the path when so many bytes have gone over it, both ways taken together.
class BlackHole {
 public:
  struct Settings {
    std::optional<std::uint64_t> after_bytes;
    bool outward_only = false;          ///< What comes in still arrives.
    Duration lasts = Duration::zero();  ///< Zero: for good.
  };

  explicit BlackHole(const Settings& settings) : settings_{settings} {}

  /// To be called often. True at the moment when the path breaks, or heals.
  bool watch(Channel& direct, TimePoint now) {
    const bowline::Stats& stats = direct.stats();
    const bool due = settings_.after_bytes && stats.sent_bytes + stats.received_bytes >= *settings_.after_bytes;
    if (!begun_ && due) begun_ = now;
    const bool over = settings_.lasts != Duration::zero() && begun_ && now - *begun_ >= settings_.lasts;
    if ((begun_ && !over) == swallowing_) return false;
    swallowing_ = !swallowing_;
    bowline::Faults& faults = direct.transport().faults();
    if (settings_.outward_only) {
      faults.loss_ppm = swallowing_ ? 1'000'000 : 0;
    } else {
      faults.blackhole = swallowing_;
    }
    return true;
  }

  [[nodiscard]] const char* in_words() const noexcept {
    return swallowing_ ? "direct path: a black hole swallows it from now on" : "direct path: it is back";
  }

 private:
  Settings settings_;
  std::optional<TimePoint> begun_;
  bool swallowing_ = false;
};

}  // namespace server_fallback
