// SPDX-License-Identifier: BSL-1.0
// What the frames of a datagram claim before any of them is taken.
#pragma once

#include <bit>
#include <cstddef>
#include <cstdint>
#include <vector>

#include "bowline/base/ids.hpp"
#include "bowline/base/memory_bound.hpp"
#include "bowline/base/narrow.hpp"
#include "bowline/base/options.hpp"
#include "bowline/wire/fragment.hpp"

namespace bowline::inline v0_1 {

/// Adds up what is charged against budgets while a datagram is checked: bytes that will be held, and reliable messages
/// in parts that it begins, each once in whatever order its parts come. Knows them by the number of their first part.
///
/// Invariants:
///   1. A bit is set for each of begun_, by the low bits of its number, and no other.
class ClaimsAhead {
 public:
  explicit ClaimsAhead(std::uint32_t window) noexcept : window_{window} {}

  /// The next datagram is checked. O(messages that the last one begins).
  void clear() noexcept {
    for (const SequenceNumber first : begun_) word(first) &= ~bit(first);
    begun_.clear();
    held_bytes_ = claimed_bytes_ = 0;
  }

  /// Bytes of messages that will have to wait.
  [[nodiscard]] std::size_t held_bytes() const noexcept { return held_bytes_; }
  void hold(std::size_t bytes) noexcept { held_bytes_ += bytes; }

  /// Messages in parts, and the bytes of all their parts.
  [[nodiscard]] std::size_t messages() const noexcept { return begun_.size(); }
  [[nodiscard]] std::size_t claimed_bytes() const noexcept { return claimed_bytes_; }

  /// Whether the message begins in this datagram. Its first number and those of all others lie in [F − W, F + W).
  [[nodiscard]] bool begins(SequenceNumber first) const noexcept {
    return !words_.empty() && (words_[index(first)] & bit(first)) != 0;
  }

  /// A message of `bytes` in all its parts begins. If memory runs out, nothing has changed.
  void begin(SequenceNumber first, std::uint32_t bytes) {
    if (words_.empty()) words_.resize(words(window_));
    begun_.push_back(first);
    word(first) |= bit(first);
    claimed_bytes_ += bytes;
  }

  /// The most memory it takes.
  [[nodiscard]] static constexpr MemoryBound memory_max(const Options& options) noexcept {
    return MemoryBound::fixed(words(options.window) * sizeof(std::uint64_t)) +
           MemoryBound::vector(Fragment::messages_max(options.window), sizeof(SequenceNumber));
  }

 private:
  [[nodiscard]] static constexpr std::size_t words(std::uint32_t window) noexcept {
    return narrow<std::size_t>(std::bit_ceil((2 * std::uint64_t{window} + 63) / 64));
  }
  [[nodiscard]] static std::uint64_t bit(SequenceNumber n) noexcept { return std::uint64_t{1} << (n % 64); }
  [[nodiscard]] std::size_t index(SequenceNumber n) const noexcept {
    return narrow<std::size_t>(n / 64) & (words_.size() - 1);
  }
  [[nodiscard]] std::uint64_t& word(SequenceNumber n) noexcept { return words_[index(n)]; }

  std::uint32_t window_;
  std::size_t held_bytes_ = 0;
  std::size_t claimed_bytes_ = 0;
  std::vector<SequenceNumber> begun_;
  std::vector<std::uint64_t> words_;
};

}  // namespace bowline::inline v0_1
