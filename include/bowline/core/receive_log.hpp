// SPDX-License-Identifier: BSL-1.0
// What became of each of the peer's numbers here: two bits each, which decide acknowledgements, verdicts and gates.
#pragma once

#include <algorithm>
#include <bit>
#include <cstdint>
#include <utility>
#include <vector>

#include "bowline/base/assert.hpp"
#include "bowline/base/ids.hpp"
#include "bowline/base/memory_bound.hpp"
#include "bowline/base/narrow.hpp"
#include "bowline/base/options.hpp"

namespace bowline::inline v0_1 {

/// The fate of a number at the receiver.
enum class Fate : std::uint8_t {
  unseen,
  received,   ///< Here, and held until its dependency is settled.
  delivered,  ///< Handed to the application.
  abandoned,  ///< Given up by the sender: refused from now on.
};

/// A number that nothing waits for any more, and its fate.
struct SettledNumber {
  SequenceNumber number;
  Fate fate;
};

/// Keeps the fate of every number in [F − W, F + W), where F is the lowest number not seen and W the window. Every
/// number that the sender can still be interested in, and every dependency of an unseen one, lies there.
///
/// Numbers that are delivered one after the other make a run, of which only the ends are kept. It is written out when
/// something else happens.
///
/// Invariants:
///   1. lowest_unseen() is unseen, and every number below it is not.
///   2. Numbers from run_ to lowest_unseen() are delivered, and those from end_ on unseen, whatever is written.
///   3. run_ ≤ lowest_unseen() ≤ end_.
class ReceiveLog {
 public:
  explicit ReceiveLog(std::uint32_t window) : window_{window} {}

  /// W.
  [[nodiscard]] std::uint32_t window() const noexcept { return window_; }

  /// F.
  [[nodiscard]] SequenceNumber lowest_unseen() const noexcept { return lowest_unseen_; }

  [[nodiscard]] bool behind(SequenceNumber number) const noexcept { return number + window_ < lowest_unseen_; }
  [[nodiscard]] bool beyond(SequenceNumber number) const noexcept { return number >= lowest_unseen_ + window_; }

  /// The fate of a number that is neither behind nor beyond.
  [[gnu::always_inline, nodiscard]] Fate fate(SequenceNumber number) const noexcept {
    BOWLINE_ASSERT(!behind(number) && !beyond(number));
    if (number >= end_) return Fate::unseen;
    if (number >= run_ && number < lowest_unseen_) return Fate::delivered;
    return static_cast<Fate>((words_[word(number)] >> shift(number)) & 3);
  }

  /// Delivered or abandoned: nothing waits for it any more.
  [[gnu::always_inline, nodiscard]] bool settled(SequenceNumber number) const noexcept {
    const Fate known = fate(number);
    return known == Fate::delivered || known == Fate::abandoned;
  }

  /// Whether nothing beyond the lowest unseen number was seen: then what comes next extends the run.
  [[nodiscard]] bool in_order() const noexcept { return end_ == lowest_unseen_; }

  /// Where the run begins of numbers that are delivered up to the lowest unseen one.
  [[nodiscard]] SequenceNumber run() const noexcept { return run_; }

  /// The next `count` numbers are delivered. Only while `in_order()`.
  void extend_run(std::size_t count) noexcept {
    BOWLINE_ASSERT(in_order() && count <= window_);
    lowest_unseen_ = end_ += count;
  }

  /// Makes room for a number, so that setting its fate allocates nothing. If memory runs out, nothing has changed.
  [[gnu::always_inline]] void reserve(SequenceNumber number, Fate fate) {
    // Without words every number up to F is delivered, and F continues the run.
    if (words_.empty() && (number != lowest_unseen_ || fate != Fate::delivered)) allocate();
  }

  /// O(1), amortised over the numbers passed. Of one that is behind nothing is kept: a peer that breaks the rules can
  /// let it settle so late.
  [[gnu::always_inline]] void set(SequenceNumber number, Fate fate) {
    BOWLINE_ASSERT(!beyond(number) && fate != Fate::unseen);
    if (number == end_ && number == lowest_unseen_ && fate == Fate::delivered) {
      lowest_unseen_ = ++end_;
    } else if (!behind(number)) {
      reserve(number, fate);
      if (run_ != lowest_unseen_) end_run();
      write(number, fate);
    }
  }

  /// A new incarnation of the peer numbers from 1 again.
  void clear() noexcept { run_ = lowest_unseen_ = end_ = 1; }

  /// The most memory it takes.
  [[nodiscard]] static constexpr MemoryBound memory_max(const Options& options) noexcept {
    return MemoryBound::fixed(std::bit_ceil((2 * std::uint64_t{options.window} + 31) / 32) * sizeof(std::uint64_t));
  }

 private:
  [[nodiscard]] std::size_t word(SequenceNumber number) const noexcept {
    return narrow<std::size_t>(number / 32) & (words_.size() - 1);
  }
  [[nodiscard]] static unsigned shift(SequenceNumber number) noexcept {
    return 2 * static_cast<unsigned>(number % 32);
  }

  [[gnu::noinline]] void allocate() { words_.resize(std::bit_ceil((2 * std::size_t{window_} + 31) / 32)); }

  /// Writes out what the run stands for and can still be asked for. Each number is written once.
  [[gnu::noinline]] void end_run() noexcept {
    const SequenceNumber reach = lowest_unseen_ > window_ ? lowest_unseen_ - window_ : 1;
    fill((std::max)(run_, reach), lowest_unseen_, Fate::delivered);
    run_ = lowest_unseen_;
  }

  /// Only while the run is empty, as it is afterwards.
  [[gnu::noinline]] void write(SequenceNumber number, Fate fate) noexcept {
    // What comes into reach takes the place of what left it.
    if (end_ <= number) fill(std::exchange(end_, number + 1), number, Fate::unseen);
    fill(number, number + 1, fate);
    if (number != lowest_unseen_) return;
    while (lowest_unseen_ != end_ && this->fate(lowest_unseen_) != Fate::unseen) run_ = ++lowest_unseen_;
  }

  /// Gives all numbers of [first, end) one fate, those of a word at once.
  void fill(SequenceNumber first, SequenceNumber end, Fate fate) noexcept {
    constexpr std::uint64_t every_number = 0x5555'5555'5555'5555ull;
    while (first < end) {
      const auto count = static_cast<unsigned>((std::min)(end - first, SequenceNumber{32 - first % 32}));
      const std::uint64_t place = ~std::uint64_t{0} >> (64 - 2 * count) << shift(first);
      std::uint64_t& bits = words_[word(first)];
      bits = (bits & ~place) | (static_cast<std::uint64_t>(fate) * every_number & place);
      first += count;
    }
  }

  std::uint32_t window_;
  SequenceNumber run_ = 1;
  SequenceNumber lowest_unseen_ = 1;
  SequenceNumber end_ = 1;  // One past the highest number that is not unseen.
  std::vector<std::uint64_t> words_;
};

}  // namespace bowline::inline v0_1
