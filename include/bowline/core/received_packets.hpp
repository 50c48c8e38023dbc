// SPDX-License-Identifier: BSL-1.0
// Which packets of the peer arrived: the source of acknowledgements and the filter for whole datagrams.
#pragma once

#include <algorithm>
#include <bit>
#include <cstdint>
#include <vector>

#include "bowline/base/ids.hpp"
#include "bowline/base/memory_bound.hpp"
#include "bowline/base/narrow.hpp"
#include "bowline/base/options.hpp"
#include "bowline/wire/ack_frame.hpp"

namespace bowline::inline v0_1 {

/// A bit for each of the last Q packet numbers up to the newest.
///
/// Invariants:
///   1. The newest number is recorded, unless nothing is.
///   2. Nothing up to floor_ that is not recorded ever will be.
///   3. A number's bit is cleared when it comes into (newest − Q, newest], and read only while it is there.
class ReceivedPackets {
 public:
  enum class Verdict : std::uint8_t { fresh, seen, too_old };

  explicit ReceivedPackets(std::uint32_t packets_tracked)
      : tracked_{packets_tracked}, words_(std::bit_ceil((packets_tracked + 63u) / 64u)) {}

  /// The highest number recorded; 0 before the first.
  [[nodiscard]] PacketNumber newest() const noexcept { return newest_; }

  /// Whether a packet is new, was here before, or is too far behind to tell.
  [[nodiscard]] Verdict classify(PacketNumber number) const noexcept {
    const Verdict unseen = number > floor_ ? Verdict::fresh : Verdict::too_old;
    if (number > newest_) return unseen;
    if (newest_ - number >= tracked_) return Verdict::too_old;
    return test(number) ? Verdict::seen : unseen;
  }

  /// A packet was taken in part, and counts as lost: neither it nor an older one that has not come is taken any more.
  void give_up(PacketNumber number) noexcept { floor_ = (std::max)(floor_, number); }

  /// Notes that a fresh packet arrived. O(1), amortised over the numbers passed; at most Q / 64.
  void record(PacketNumber number) noexcept {
    if (number == newest_ + 1) {
      // Most come next, and nothing was passed over.
      newest_ = number;
    } else if (number > newest_) {
      // What was passed over was never seen, and the words it shares with what leaves must forget.
      const PacketNumber from = (std::max)(newest_ + 1, number >= tracked_ ? number - tracked_ + 1 : 1);
      for (PacketNumber n = from; n < number;) {
        if (n % 64 == 0 && n + 63 < number) {
          word(n) = 0;
          n += 64;
        } else {
          word(n) &= ~bit(n);
          ++n;
        }
      }
      newest_ = number;
    }
    word(number) |= bit(number);
  }

  /// Calls `each(PacketRange)` for the runs of received numbers, newest first, until it returns false or the oldest
  /// tracked number is passed. O(runs + Q / 64).
  template <class Each>
  void for_each_range(Each&& each) const {
    const PacketNumber oldest = newest_ >= tracked_ ? newest_ - tracked_ + 1 : 1;
    PacketNumber last = newest_;
    while (last >= oldest) {
      const PacketNumber before = run_down(last, oldest, true);
      if (!each(PacketRange{before + 1, last})) return;
      last = run_down(before, oldest, false);
    }
  }

  /// A new incarnation of the peer counts from 1 again.
  void clear() noexcept {
    std::fill(words_.begin(), words_.end(), 0);
    newest_ = floor_ = 0;
  }

  /// The most memory it takes.
  [[nodiscard]] static constexpr MemoryBound memory_max(const Options& options) noexcept {
    return MemoryBound::fixed(std::bit_ceil((options.packets_tracked + 63u) / 64u) * sizeof(std::uint64_t));
  }

 private:
  [[nodiscard]] static std::uint64_t bit(PacketNumber n) noexcept { return std::uint64_t{1} << (n % 64); }
  [[nodiscard]] std::size_t index(PacketNumber n) const noexcept {
    return narrow<std::size_t>(n / 64) & (words_.size() - 1);
  }
  [[nodiscard]] std::uint64_t& word(PacketNumber n) noexcept { return words_[index(n)]; }
  [[nodiscard]] bool test(PacketNumber n) const noexcept { return (words_[index(n)] & bit(n)) != 0; }

  /// The first number at or below `from`, and not below oldest − 1, whose bit is not `value`.
  [[nodiscard]] PacketNumber run_down(PacketNumber from, PacketNumber oldest, bool value) const noexcept {
    PacketNumber n = from;
    while (n >= oldest) {
      const std::uint64_t bits = value ? words_[index(n)] : ~words_[index(n)];
      // Shifted so that the bit of n is the highest: leading ones are the run that ends at n.
      const auto position = static_cast<unsigned>(n % 64);
      const auto run = static_cast<unsigned>(std::countl_one(bits << (63 - position)));
      if (run == 0) break;
      const unsigned reach = (std::min)(run, position + 1);
      n -= (std::min)(PacketNumber{reach}, n - oldest + 1);
      if (reach <= position) break;
    }
    return n;
  }

  std::uint32_t tracked_;
  PacketNumber newest_ = 0;
  PacketNumber floor_ = 0;
  std::vector<std::uint64_t> words_;
};

}  // namespace bowline::inline v0_1
