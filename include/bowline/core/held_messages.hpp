// SPDX-License-Identifier: BSL-1.0
// Messages of the peer that are here and wait for their dependency.
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
#include "bowline/core/departure.hpp"
#include "bowline/core/payload_pool.hpp"

namespace bowline::inline v0_1 {

/// A message that waits at the receiver.
struct HeldMessage {
  static constexpr std::uint32_t none = 0xffffffffu;

  SequenceNumber number = 0;      ///< 0 in an unreliable one.
  SequenceNumber dependency = 0;
  Departure departure;            ///< By which the newest one is known.
  Payload payload;
  std::uint32_t next = none;      ///< The one that waits for the same number and came before; or the next unused place.
  std::uint32_t parts = none;     ///< Where its parts are, if it came in parts; then it has no payload here.
  bool fail_with_dependency = false;
  bool newest_only = false;
  bool dropped = false;
};

/// Finds what waits for a number in O(1), within byte budgets that its owner checks.
///
/// Invariants:
///   1. bytes(true) and bytes(false) are the sums of the payloads of reliable and unreliable held messages.
///   2. Every slot is in the list of what waits for one number, or among the unused ones, which wait for none.
class HeldMessages {
 public:
  /// `window` numbers on either side of the lowest unseen one can be waited for, by messages of `bytes` together,
  /// which lie in the shared pool if there is one.
  HeldMessages(std::uint32_t window, std::size_t bytes, MemoryPool* shared = nullptr)
      : window_{window}, pool_{bytes, 3 * std::size_t{window}, shared} {}

  [[nodiscard]] std::size_t bytes(bool reliable) const noexcept { return bytes_[reliable ? 1 : 0]; }
  [[nodiscard]] std::size_t size() const noexcept { return size_; }

  /// Keeps a copy of `payload` until `dependency` is released. If memory runs out, nothing has changed.
  void hold(const HeldMessage& message, Bytes payload) { hold_kept(message, keep(payload)); }

  /// The first half of that, which may need memory: makes a place for a message, and keeps a copy of its payload.
  [[nodiscard]] Payload keep(Bytes payload) {
    reserve();
    return pool_.store(payload);
  }

  /// Makes a place for a message. If memory runs out, nothing has changed.
  void reserve() {
    if (heads_.empty()) {
      const std::size_t places = std::bit_ceil(2 * std::size_t{window_});
      slot_of_.resize(places, HeldMessage::none);
      heads_.resize(places, HeldMessage::none);
    }
    if (unused_ == HeldMessage::none) {
      slots_.emplace_back();
      unused_ = static_cast<std::uint32_t>(slots_.size() - 1);
    }
  }

  /// The second half, for a payload that was kept.
  void hold_kept(const HeldMessage& message, const Payload& kept) noexcept {
    BOWLINE_ASSERT(message.dependency != 0);
    bytes_[message.number != 0 ? 1 : 0] += kept.bytes;
    const std::uint32_t slot = std::exchange(unused_, slots_[unused_].next);
    ++size_;
    if (message.number != 0) slot_of_[place(message.number)] = slot;
    HeldMessage& held = slots_[slot];
    held = message;
    held.payload = kept;
    held.next = std::exchange(heads_[place(message.dependency)], slot);
  }

  /// Takes out what waits for `dependency`, in order of arrival, and calls `each(const HeldMessage&)` for it. The
  /// payload belongs to `each` from then on. `each` may not hold anything. O(those that wait).
  template <class Each>
  void release_waiting(SequenceNumber dependency, Each&& each) noexcept {
    if (heads_.empty()) return;
    std::uint32_t first = HeldMessage::none;
    for (std::uint32_t i = std::exchange(heads_[place(dependency)], HeldMessage::none); i != HeldMessage::none;) {
      const std::uint32_t older = std::exchange(slots_[i].next, first);
      first = std::exchange(i, older);
    }
    for (std::uint32_t i = first; i != HeldMessage::none;) {
      const HeldMessage message = slots_[i];
      free_slot(std::exchange(i, message.next));
      --size_;
      if (message.dropped) continue;
      bytes_[message.number != 0 ? 1 : 0] -= message.payload.bytes;
      each(message);
    }
  }

  /// Drops the reliable message `number`, which was recalled by its sender, if it is held. Answers where its parts
  /// are, which stay the caller's to drop.
  std::uint32_t drop(SequenceNumber number) noexcept {
    if (heads_.empty()) return HeldMessage::none;
    const std::uint32_t slot = slot_of_[place(number)];
    if (slot >= slots_.size()) return HeldMessage::none;
    HeldMessage& message = slots_[slot];
    if (message.number != number || message.dropped) return HeldMessage::none;
    bytes_[1] -= message.payload.bytes;
    pool_.release(message.payload);
    // Its place in the list goes when the number that it waits for is settled.
    message.dropped = true;
    return message.parts;
  }

  [[nodiscard]] Bytes view(const Payload& payload) const noexcept { return pool_.view(payload); }
  void release(Payload& payload) noexcept { pool_.release(payload); }

  /// Drops everything. O(the most that was held at once since the last time).
  void clear() noexcept {
    for (HeldMessage& held : slots_) {
      if (held.dependency == 0) continue;
      heads_[place(held.dependency)] = HeldMessage::none;
      if (!held.dropped) pool_.release(held.payload);
    }
    slots_.clear();
    unused_ = HeldMessage::none;
    bytes_[0] = bytes_[1] = 0;
    size_ = 0;
  }

  /// O(all places).
  [[nodiscard]] bool invariants_hold() const noexcept {
    std::size_t bytes[2] = {};
    std::size_t listed = 0;
    for (const std::uint32_t head : heads_) {
      for (std::uint32_t i = head; i != HeldMessage::none; i = slots_[i].next, ++listed) {
        if (slots_[i].dependency == 0) return false;
        if (!slots_[i].dropped) bytes[slots_[i].number != 0 ? 1 : 0] += slots_[i].payload.bytes;
      }
    }
    std::size_t unused = 0;
    for (std::uint32_t i = unused_; i != HeldMessage::none; i = slots_[i].next, ++unused) {
      if (slots_[i].dependency != 0) return false;
    }
    return bytes[0] == bytes_[0] && bytes[1] == bytes_[1] && listed == size_ && listed + unused == slots_.size();
  }

  /// The most that are held at once: reliable ones of a window, unreliable ones of two, and those that come in the same
  /// datagram as what releases all of these, three bytes each.
  [[nodiscard]] static constexpr std::uint64_t held_max(const Options& options) noexcept {
    return 3 * std::uint64_t{options.window} + options.datagram_bytes_max / 3;
  }

  /// The most memory they take.
  [[nodiscard]] static constexpr MemoryBound memory_max(const Options& options) noexcept {
    const std::uint64_t bytes =
        std::uint64_t{options.held_bytes_max} + options.held_unreliable_bytes_max + options.datagram_bytes_max;
    return MemoryBound::fixed(2 * std::bit_ceil(2 * std::uint64_t{options.window}) * sizeof(std::uint32_t)) +
           MemoryBound::vector(held_max(options), sizeof(HeldMessage)) +
           PayloadPool::memory_max(bytes, held_max(options), held_max(options));
  }

 private:
  [[nodiscard]] std::size_t place(SequenceNumber number) const noexcept {
    return narrow<std::size_t>(number) & (heads_.size() - 1);
  }

  void free_slot(std::uint32_t slot) noexcept {
    slots_[slot].number = slots_[slot].dependency = 0;
    slots_[slot].next = std::exchange(unused_, slot);
  }

  std::uint32_t window_;
  std::uint32_t unused_ = HeldMessage::none;  // The first unused slot.
  std::size_t bytes_[2] = {};
  std::size_t size_ = 0;  // Vectors would have to divide.
  std::vector<std::uint32_t> heads_;
  std::vector<std::uint32_t> slot_of_;
  std::vector<HeldMessage> slots_;
  PayloadPool pool_;
};

}  // namespace bowline::inline v0_1
