// SPDX-License-Identifier: BSL-1.0
// What messages in parts may claim before they are whole.
#pragma once

#include <cstddef>
#include <cstdint>

#include "bowline/base/assert.hpp"
#include "bowline/base/options.hpp"
#include "bowline/wire/fragment.hpp"

namespace bowline::inline v0_1 {

/// Counts messages in parts, and the bytes that they claim, against limits: reliable ones against those that were
/// announced to the peer, unreliable ones against their own.
///
/// Invariants:
///   1. claimed_bytes(r) and messages(r) are what was charged less what was refunded, for each kind, and within limits.
class ReassemblyBudget {
 public:
  /// Unreliable messages, of which some lack parts for good, until others make them go.
  static constexpr std::uint32_t unreliable_messages_max = 64;

  explicit ReassemblyBudget(const Options& options) noexcept
      : message_bytes_max_{options.message_bytes_max},
        bytes_max_{options.reassembly_unreliable_bytes_max, options.reassembly_bytes_max},
        messages_max_{unreliable_messages_max, Fragment::messages_max(options.window)} {}

  /// The most bytes that are claimed by messages of both kinds.
  [[nodiscard]] std::size_t claims_max() const noexcept { return bytes_max_[0] + bytes_max_[1]; }

  [[nodiscard]] std::size_t claimed_bytes(bool reliable) const noexcept { return claimed_[kind(reliable)]; }
  [[nodiscard]] std::uint32_t messages(bool reliable) const noexcept { return messages_[kind(reliable)]; }

  /// Whether a reliable message of `total` bytes is within the limits that were announced, when `messages_ahead` of
  /// `bytes_ahead` together begin before it.
  [[nodiscard]] bool has_room(std::uint32_t total, std::size_t bytes_ahead, std::size_t messages_ahead) const noexcept {
    return total <= message_bytes_max_ && messages_[1] + messages_ahead < messages_max_[1] &&
           claimed_[1] + bytes_ahead + total <= bytes_max_[1];
  }

  /// Whether a message of `total` bytes could be charged if there was no other of its kind.
  [[nodiscard]] bool possible(std::uint32_t total, bool reliable) const noexcept {
    return total <= message_bytes_max_ && total <= bytes_max_[kind(reliable)];
  }

  /// Whether others of its kind leave no room for a message of `total` bytes, which is possible.
  [[nodiscard]] bool full(std::uint32_t total, bool reliable) const noexcept {
    const std::size_t k = kind(reliable);
    return claimed_[k] + total > bytes_max_[k] || messages_[k] == messages_max_[k];
  }

  /// A message of `total` bytes begins.
  void charge(std::uint32_t total, bool reliable) noexcept {
    BOWLINE_ASSERT(!full(total, reliable));
    claimed_[kind(reliable)] += total;
    ++messages_[kind(reliable)];
  }

  /// It is gone.
  void refund(std::uint32_t total, bool reliable) noexcept {
    claimed_[kind(reliable)] -= total;
    --messages_[kind(reliable)];
  }

  [[nodiscard]] bool invariants_hold() const noexcept {
    return claimed_[0] <= bytes_max_[0] && claimed_[1] <= bytes_max_[1] && messages_[0] <= messages_max_[0] &&
           messages_[1] <= messages_max_[1];
  }

 private:
  [[nodiscard]] static std::size_t kind(bool reliable) noexcept { return reliable ? 1 : 0; }

  std::size_t message_bytes_max_;
  std::size_t bytes_max_[2];
  std::size_t claimed_[2] = {};
  std::uint32_t messages_max_[2];
  std::uint32_t messages_[2] = {};
};

}  // namespace bowline::inline v0_1
