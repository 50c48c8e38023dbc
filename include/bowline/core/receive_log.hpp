// SPDX-License-Identifier: BSL-1.0
// What became of each of the peer's numbers here: two bits each, which decide acknowledgements, verdicts and gates.
#pragma once

#include <algorithm>
#include <bit>
#include <cstdint>
#include <vector>

#include "bowline/base/assert.hpp"
#include "bowline/base/ids.hpp"
#include "bowline/base/narrow.hpp"

namespace bowline::inline v0_1 {

/// The fate of a number at the receiver.
enum class Fate : std::uint8_t {
  unseen,
  received,   ///< Here, and held until its dependency is settled.
  delivered,  ///< Handed to the application.
  abandoned,  ///< Given up by the sender: refused from now on.
};

/// Keeps the fate of every number in [F − W, F + W), where F is the lowest number not seen and W the window. Every
/// number that the sender can still be interested in, and every dependency of an unseen one, lies there.
///
/// Invariants:
///   1. lowest_unseen() is unseen, and every number below it is not.
///   2. Numbers from F + W on are unseen.
class ReceiveLog {
 public:
  explicit ReceiveLog(std::uint32_t window) : window_{window} {}

  /// F.
  [[nodiscard]] SequenceNumber lowest_unseen() const noexcept { return lowest_unseen_; }

  [[nodiscard]] bool behind(SequenceNumber number) const noexcept { return number + window_ < lowest_unseen_; }
  [[nodiscard]] bool beyond(SequenceNumber number) const noexcept { return number >= lowest_unseen_ + window_; }

  /// The fate of a number that is neither behind nor beyond.
  [[nodiscard]] Fate fate(SequenceNumber number) const noexcept {
    BOWLINE_ASSERT(!behind(number) && !beyond(number));
    if (words_.empty()) return Fate::unseen;
    return static_cast<Fate>((words_[word(number)] >> shift(number)) & 3);
  }

  /// Delivered or abandoned: nothing waits for it any more.
  [[nodiscard]] bool settled(SequenceNumber number) const noexcept {
    const Fate known = fate(number);
    return known == Fate::delivered || known == Fate::abandoned;
  }

  void set(SequenceNumber number, Fate fate) {
    BOWLINE_ASSERT(!behind(number) && !beyond(number) && fate != Fate::unseen);
    if (words_.empty()) words_.resize(std::bit_ceil((2 * std::size_t{window_} + 31) / 32));
    put(number, fate);
    if (number != lowest_unseen_) return;
    while (this->fate(lowest_unseen_) != Fate::unseen) {
      ++lowest_unseen_;
      // The number that comes into reach takes the place of one that left it.
      put(lowest_unseen_ + window_ - 1, Fate::unseen);
    }
  }

  /// A new incarnation of the peer numbers from 1 again.
  void clear() noexcept {
    std::fill(words_.begin(), words_.end(), 0);
    lowest_unseen_ = 1;
  }

 private:
  [[nodiscard]] std::size_t word(SequenceNumber number) const noexcept {
    return narrow<std::size_t>(number / 32) & (words_.size() - 1);
  }
  [[nodiscard]] static unsigned shift(SequenceNumber number) noexcept {
    return 2 * static_cast<unsigned>(number % 32);
  }

  void put(SequenceNumber number, Fate fate) noexcept {
    std::uint64_t& bits = words_[word(number)];
    bits = (bits & ~(std::uint64_t{3} << shift(number))) | (static_cast<std::uint64_t>(fate) << shift(number));
  }

  std::uint32_t window_;
  SequenceNumber lowest_unseen_ = 1;
  std::vector<std::uint64_t> words_;
};

}  // namespace bowline::inline v0_1
