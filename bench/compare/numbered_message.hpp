// SPDX-License-Identifier: BSL-1.0
// Messages that show whether they arrived whole and in order.
#pragma once

#include <cstddef>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <vector>

#include "bowline/base/bytes.hpp"

namespace bench {

/// Ends the program with a sentence. A comparison that broke must not end as a number.
[[noreturn]] inline void broken(const char* why) {
  std::fprintf(stderr, "broken: %s\n", why);
  std::exit(1);
}

/// Messages of one size: their number first, then bytes that are the same in all of them.
class NumberedMessage {
 public:
  /// `bytes` is at least 8.
  explicit NumberedMessage(std::size_t bytes) : bytes_(bytes) {
    for (std::size_t i = 0; i < bytes; ++i) bytes_[i] = static_cast<std::byte>(i * 31 + 7);
    expected_ = bytes_;
  }

  /// The message `number`, valid until the next call.
  bowline::Bytes make(std::uint64_t number) noexcept {
    std::memcpy(bytes_.data(), &number, sizeof number);
    return bytes_;
  }

  /// Takes a message that arrived: the next one whole, or the program ends.
  void take(bowline::Bytes message) {
    if (message.size() != expected_.size()) broken("a message arrived with another length");
    std::memcpy(expected_.data(), &taken_, sizeof taken_);
    if (std::memcmp(message.data(), expected_.data(), message.size()) != 0) {
      broken("a message arrived altered or out of order");
    }
    ++taken_;
  }

  /// Messages that have arrived.
  [[nodiscard]] std::uint64_t taken() const noexcept { return taken_; }

 private:
  std::vector<std::byte> bytes_;
  std::vector<std::byte> expected_;
  std::uint64_t taken_ = 0;
};

}  // namespace bench
