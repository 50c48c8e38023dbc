// SPDX-License-Identifier: BSL-1.0
// Live media: frames at an even pace, each worth something only while it is new.
#pragma once

#include <algorithm>
#include <cstdint>
#include <vector>

#include "channel.hpp"
#include "messages.hpp"

namespace transfer {

/// Makes frames and sends them unreliably. The receiver drops those that a newer one has overtaken, and those that
/// could not leave for `stale_after` are not sent at all.
class MediaSource {
 public:
  /// `frames_per_second` 0 makes none.
  MediaSource(std::uint32_t frames_per_second, std::size_t frame_bytes)
      : interval_{frames_per_second == 0 ? 0 : 1'000'000 / frames_per_second},
        picture_(frame_bytes),
        buffer_(media_overhead_bytes + frame_bytes) {}

  /// Sends the frames that are due. After a pause it goes on from here instead of catching up.
  void pump(Channel& channel, TimePoint now) {
    if (interval_ == Duration::zero()) return;
    if (frames_ == 0) started_ = next_ = now;
    if (now - next_ > stale_after) next_ = now;
    for (; next_ <= now; next_ += interval_) {
      const auto time = static_cast<std::uint64_t>((now - started_).count());
      std::fill(picture_.begin(), picture_.end(), static_cast<std::byte>(frames_));
      const Bytes message = write_message(Media{frames_ + 1, time, picture_}, buffer_);
      const bowline::SendOptions live{
          .deadline = stale_after, .priority = bowline::Priority::high, .reliable = false, .newest_only = true};
      if (channel.send(message, live)) ++frames_;
    }
  }

  [[nodiscard]] std::uint32_t frames() const { return frames_; }
  [[nodiscard]] TimePoint due() const { return interval_ == Duration::zero() ? bowline::never : next_; }

 private:
  static constexpr Duration stale_after = std::chrono::milliseconds{100};

  Duration interval_;
  std::vector<std::byte> picture_;
  std::vector<std::byte> buffer_;
  std::uint32_t frames_ = 0;
  TimePoint started_{};
  TimePoint next_{};
};

/// Counts what arrives, by frame number.
class MediaSink {
 public:
  void take(const Media& frame, TimePoint now) {
    if (frame.number <= newest_) return void(++late_);
    newest_ = frame.number;
    ++received_;
    // The clocks of both ends have no common zero, so the fastest frame so far is the yardstick.
    const Duration delay = now.time_since_epoch() - time_of(frame);
    fastest_ = received_ == 1 ? delay : (std::min)(fastest_, delay);
    slowest_ = received_ == 1 ? delay : (std::max)(slowest_, delay);
  }

  [[nodiscard]] std::uint32_t received() const { return received_; }
  [[nodiscard]] std::uint32_t late() const { return late_; }

  /// How much longer the slowest frame took than the fastest.
  [[nodiscard]] Duration spread() const { return slowest_ - fastest_; }

 private:
  /// Whatever the peer claims is cut to 2^53 us, 285 years, so that no sum overflows.
  [[nodiscard]] static Duration time_of(const Media& frame) {
    return Duration{static_cast<std::int64_t>(frame.time_us & ((std::uint64_t{1} << 53) - 1))};
  }

  std::uint32_t newest_ = 0;
  std::uint32_t received_ = 0;
  std::uint32_t late_ = 0;
  Duration fastest_{};
  Duration slowest_{};
};

}  // namespace transfer
