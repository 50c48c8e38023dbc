// SPDX-License-Identifier: BSL-1.0
// The share that a path loses whatever is sent.
#pragma once

#include <algorithm>
#include <cstdint>

namespace bowline::inline v0_1 {

/// Learns from round trips in which the sender did not press and no queue was seen: what is lost then, noise and not
/// congestion loses. In 1/1,024ths; smoothed over a few hundred datagrams.
class QuietLoss {
 public:
  /// More than this is never taken for noise.
  static constexpr std::uint64_t share_max = 256;

  /// `batch_bytes`: how much must be seen before it counts.
  constexpr explicit QuietLoss(std::uint64_t batch_bytes) noexcept : batch_bytes_{batch_bytes} {}

  [[nodiscard]] constexpr std::uint64_t share() const noexcept { return smoothed_ / 16; }

  constexpr void take(std::uint64_t acked_bytes, std::uint64_t lost_bytes) noexcept {
    sent_ += acked_bytes + lost_bytes;
    lost_ += lost_bytes;
    if (sent_ < batch_bytes_) return;
    const std::uint64_t seen = (std::min)(lost_ * 1024 * 16 / sent_, share_max * 16);
    smoothed_ = learned_ ? (3 * smoothed_ + seen) / 4 : seen;
    learned_ = true;
    sent_ = lost_ = 0;
  }

  /// What was learned was wrong.
  constexpr void forget() noexcept {
    sent_ = lost_ = smoothed_ = 0;
    learned_ = false;
  }

  /// Whether losing `lost_bytes` beside `acked_bytes` is more than noise explains: a fiftieth more than usual.
  [[nodiscard]] constexpr bool exceeded_by(std::uint64_t acked_bytes, std::uint64_t lost_bytes) const noexcept {
    return lost_bytes * 1024 > (acked_bytes + lost_bytes) * (share() + 1024 / 50);
  }

  /// Whether losing `lost_bytes` beside `acked_bytes` is less than usual.
  [[nodiscard]] constexpr bool undercut_by(std::uint64_t acked_bytes, std::uint64_t lost_bytes) const noexcept {
    return lost_bytes * 1024 < (acked_bytes + lost_bytes) * share();
  }

  /// What has to be sent for `rate` to arrive.
  [[nodiscard]] constexpr std::uint64_t sent_for(std::uint64_t rate) const noexcept {
    return rate * 1024 / (1024 - share());
  }

 private:
  std::uint64_t batch_bytes_;
  std::uint64_t sent_ = 0;
  std::uint64_t lost_ = 0;
  std::uint64_t smoothed_ = 0;  // In 1/16,384ths.
  bool learned_ = false;
};

}  // namespace bowline::inline v0_1
