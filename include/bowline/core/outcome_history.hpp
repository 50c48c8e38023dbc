// SPDX-License-Identifier: BSL-1.0
// How the last messages ended, for those who ask later.
#pragma once

#include <algorithm>
#include <bit>
#include <cstddef>
#include <cstdint>
#include <vector>

#include "bowline/base/ids.hpp"
#include "bowline/base/memory_bound.hpp"
#include "bowline/base/narrow.hpp"
#include "bowline/base/options.hpp"
#include "bowline/base/status.hpp"

namespace bowline::inline v0_1 {

/// Remembers how each of the last ids ended, a byte each: `remembered` of them, rounded up to a power of two.
/// Storage doubles up to that.
///
/// Invariants:
///   1. Every recorded id in (newest − storage, newest] has its status at its own place: storage grows before the
///      first id would be overwritten, and an id out of reach is never written.
class OutcomeHistory {
 public:
  explicit OutcomeHistory(std::uint32_t remembered) : capacity_{std::bit_ceil(std::size_t{remembered})} {}

  /// Takes the memory to record `id`.
  void make_room(MessageId id) {
    if (id.value >= grow_at_) grow(id);
  }

  /// Notes how `id` ended. One that is too old already is not noted.
  void record(MessageId id, MessageStatus status) {
    make_room(id);
    newest_ = (std::max)(newest_, id.value);
    if (newest_ - id.value <= mask_) kept_[place(id)] = status;
  }

  /// How `id` ended, if it was recorded; `forgotten` where that is too long ago.
  [[nodiscard]] MessageStatus status(MessageId id) const noexcept {
    if (id.value > newest_ || newest_ - id.value >= kept_.size()) return MessageStatus::forgotten;
    return kept_[place(id)];
  }

  /// The most memory it takes.
  [[nodiscard]] static constexpr MemoryBound memory_max(const Options& options) noexcept {
    return MemoryBound::ring((std::max)(options.outcomes_remembered, 64u), sizeof(MessageStatus));
  }

 private:
  // Out of line: it is rare.
  [[gnu::noinline]] void grow(MessageId id) {
    // Ids from 1 on still have their places to themselves, so doubling leaves them where they are.
    do {
      kept_.resize(kept_.empty() ? (std::min)(capacity_, std::size_t{64}) : 2 * kept_.size(),
                   MessageStatus::forgotten);
      mask_ = kept_.size() - 1;
    } while (kept_.size() < capacity_ && kept_.size() <= id.value);
    grow_at_ = kept_.size() < capacity_ ? kept_.size() : ~std::uint64_t{0};
  }

  [[nodiscard]] std::size_t place(MessageId id) const noexcept {
    return narrow<std::size_t>(id.value) & mask_;
  }

  std::size_t capacity_;
  std::uint64_t newest_ = 0;
  std::uint64_t grow_at_ = 0;  // The first id that wants more storage; none does once there is all.
  std::size_t mask_ = 0;       // A vector computes its size.
  std::vector<MessageStatus> kept_;
};

}  // namespace bowline::inline v0_1
