// SPDX-License-Identifier: BSL-1.0
// Lines of text for people, which overtake the files.
#pragma once

#include <string>
#include <utility>
#include <vector>

#include "channel.hpp"
#include "messages.hpp"

namespace transfer {

/// Sends each of its lines once, one at every interval; or round and round, until told to stop.
class ChatSource {
 public:
  ChatSource(Channel& channel, std::vector<std::string> lines, Duration interval, bool around)
      : lines_{std::move(lines)},
        interval_{interval},
        around_{around},
        stream_{channel, {.priority = bowline::Priority::high}} {}

  /// Sends the line that is due.
  void pump(TimePoint now) {
    if (over() || now < next_) return;
    const std::string& line = lines_[sent_ % lines_.size()];
    std::vector<std::byte> buffer(1 + text_bytes_max);
    if (stream_.send(write_message(Chat{line}, buffer))) ++sent_;
    next_ = now + interval_;
  }

  /// Every line was sent; one that goes around never is through, so `through` asks for the first round.
  [[nodiscard]] bool through() const { return sent_ >= lines_.size(); }
  [[nodiscard]] std::size_t sent() const { return sent_; }
  [[nodiscard]] TimePoint due() const { return over() ? bowline::never : next_; }

 private:
  [[nodiscard]] bool over() const { return lines_.empty() || (!around_ && through()); }

  std::vector<std::string> lines_;
  Duration interval_;
  bool around_;
  bowline::OrderedStream<Channel> stream_;
  std::size_t sent_ = 0;
  TimePoint next_{};
};

}  // namespace transfer
