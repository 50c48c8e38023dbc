// SPDX-License-Identifier: BSL-1.0
// Messages in a stream of bytes, each behind its length.
#pragma once

#include <cstddef>
#include <cstdint>
#include <cstring>
#include <vector>

#include "bowline/base/bytes.hpp"

namespace bench {

/// Bytes of the length in front of a message, in the machine's own order.
inline constexpr std::size_t length_bytes = 4;

/// Puts messages behind one another, in storage that grows once.
class StreamWriter {
 public:
  void add(bowline::Bytes message) {
    const auto length = static_cast<std::uint32_t>(message.size());
    const std::size_t end = used_ + length_bytes + message.size();
    if (end > bytes_.size()) bytes_.resize(2 * end);
    std::memcpy(bytes_.data() + used_, &length, length_bytes);
    std::memcpy(bytes_.data() + used_ + length_bytes, message.data(), message.size());
    used_ = end;
  }

  [[nodiscard]] bowline::Bytes bytes() const noexcept { return bowline::Bytes{bytes_}.first(used_); }

  /// The first `count` bytes have left.
  void leave(std::size_t count) noexcept {
    used_ -= count;
    std::memmove(bytes_.data(), bytes_.data() + count, used_);
  }

 private:
  std::vector<std::byte> bytes_;
  std::size_t used_ = 0;
};

/// Takes the stream apart again, however it was cut, where it was received.
class StreamReader {
 public:
  /// Room for the next `read_bytes`, behind what is not whole yet of the last message.
  [[nodiscard]] bowline::Buffer room(std::size_t read_bytes) {
    if (bytes_.size() < used_ + read_bytes) bytes_.resize(used_ + read_bytes);
    return bowline::Buffer{bytes_}.subspan(used_, read_bytes);
  }

  /// `count` bytes were put there. Calls `take(Bytes)` for every message that is whole by now.
  template <class Take>
  void add(std::size_t count, Take&& take) {
    used_ += count;
    std::size_t at = 0;
    for (std::uint32_t length = 0; used_ - at >= length_bytes; at += length_bytes + length) {
      std::memcpy(&length, bytes_.data() + at, length_bytes);
      if (used_ - at - length_bytes < length) break;
      take(bowline::Bytes{bytes_}.subspan(at + length_bytes, length));
    }
    used_ -= at;
    std::memmove(bytes_.data(), bytes_.data() + at, used_);
  }

 private:
  std::vector<std::byte> bytes_;
  std::size_t used_ = 0;
};

}  // namespace bench
