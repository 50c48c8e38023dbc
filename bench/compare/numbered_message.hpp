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

/// Messages of one size: their number first, then bytes that are the same in all of them. A number is not written right
/// before the bytes around it are read at once: the processor would have to wait for the store, whoever is compared.
class NumberedMessage {
 public:
  /// `bytes` is at least 8.
  explicit NumberedMessage(std::size_t bytes) : bytes_(bytes) {
    for (std::size_t i = 0; i < bytes; ++i) bytes_[i] = static_cast<std::byte>(i * 31 + 7);
    following_ = expected_ = bytes_;
    put(0, bytes_);
    put(1, following_);
  }

  /// The message `number`, valid until the next call. Numbers are asked for from 0 on, each as often as it takes.
  bowline::Bytes make(std::uint64_t number) noexcept {
    if (number != made_) {
      made_ = number;
      bytes_.swap(following_);
      put(number + 1, following_);
    }
    return bytes_;
  }

  /// Takes a message that arrived: the next one whole, or the program ends.
  void take(bowline::Bytes message) {
    if (message.size() != expected_.size()) broken("a message arrived with another length");
    std::uint64_t number = 0;
    std::memcpy(&number, message.data(), number_bytes);
    const std::size_t others = message.size() - number_bytes;
    if (number != taken_ || std::memcmp(message.data() + number_bytes, expected_.data() + number_bytes, others) != 0) {
      broken("a message arrived altered or out of order");
    }
    ++taken_;
  }

  /// Messages that have arrived.
  [[nodiscard]] std::uint64_t taken() const noexcept { return taken_; }

 private:
  static constexpr std::size_t number_bytes = sizeof(std::uint64_t);

  static void put(std::uint64_t number, std::vector<std::byte>& message) noexcept {
    std::memcpy(message.data(), &number, number_bytes);
  }

  std::vector<std::byte> bytes_;
  std::vector<std::byte> following_;  // The message after it.
  std::vector<std::byte> expected_;
  std::uint64_t made_ = 0;
  std::uint64_t taken_ = 0;
};

}  // namespace bench
