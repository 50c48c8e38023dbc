// SPDX-License-Identifier: BSL-1.0
// Messages of the peer that are here in part, or whole and not yet taken.
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <vector>

#include "bowline/base/assert.hpp"
#include "bowline/base/bytes.hpp"
#include "bowline/base/ids.hpp"
#include "bowline/base/memory_bound.hpp"
#include "bowline/base/narrow.hpp"
#include "bowline/base/options.hpp"
#include "bowline/base/scope_exit.hpp"
#include "bowline/base/siphash.hpp"
#include "bowline/base/stats.hpp"
#include "bowline/core/assembly.hpp"
#include "bowline/core/departure.hpp"
#include "bowline/core/payload_pool.hpp"
#include "bowline/core/reassembly_budget.hpp"
#include "bowline/core/slot_index.hpp"
#include "bowline/wire/data_frame.hpp"

namespace bowline::inline v0_1 {

/// Collects parts. What the peer claims of a message is charged against a budget when its first part arrives; memory
/// is taken as parts arrive. Reliable messages are never given up for others: at most Fragment::messages_max of them,
/// found in O(1), on average, by the number of their first part and by what they wait for. Of unreliable ones the
/// oldest that is not whole makes room: at most 64, found by a scan.
///
/// Invariants:
///   1. claimed_bytes(r) is the sum of the totals of the assemblies that are not free, for each kind.
///   2. An assembly is partial if and only if some of its parts have arrived and some have not.
///   3. The names of reliable assemblies are in the index while they mean something, and what partial ones wait for.
class Reassembler {
 public:
  using Slot = SlotIndex::Slot;
  static constexpr Slot none = SlotIndex::none;

  explicit Reassembler(const Options& options) noexcept
      : budget_{options},
        names_{secret(options.entropy, std::byte{0})},
        waiting_{secret(options.entropy, std::byte{1})},
        pool_{narrow<std::size_t>(CollectedParts::block_bytes_max(budget_.claims_max(), slots_max(options))),
              narrow<std::size_t>(CollectedParts::small_blocks_max(slots_max(options))), options.payload_pool} {}

  /// Bytes allocated for parts, in use or not.
  [[nodiscard]] std::size_t allocated_bytes() const noexcept { return pool_.allocated_bytes(); }

  [[nodiscard]] std::size_t claimed_bytes(bool reliable) const noexcept { return budget_.claimed_bytes(reliable); }
  [[nodiscard]] const Assembly& operator[](Slot slot) const noexcept { return slots_[slot]; }

  /// Whether a reliable part agrees with those of its message, and is not here already.
  [[nodiscard]] bool agrees(const DataFrame& frame) const noexcept {
    const Slot slot = names_.find(frame.fragment.first);
    return slot == none || fits(slots_[slot], frame);
  }

  /// Whether a part of the reliable message whose first part is `first` is here, and the message not taken yet.
  [[nodiscard]] bool begun(SequenceNumber first) const noexcept { return names_.find(first) != none; }

  /// Whether a reliable message of `total` bytes is within the limits that were announced, when `messages_ahead` of
  /// `bytes_ahead` together begin before it.
  [[nodiscard]] bool has_room(std::uint32_t total, std::size_t bytes_ahead, std::size_t messages_ahead) const noexcept {
    return budget_.has_room(total, bytes_ahead, messages_ahead);
  }

  /// Takes a part in and answers where; none if it is of no use, or of an unreliable message that finds no room.
  [[nodiscard]] std::optional<Slot> take(const DataFrame& frame, Departure departure, Stats& stats) {
    const auto slot = reserve(frame, stats);
    if (slot) put(*slot, frame, departure);
    return slot;
  }

  /// The first half of `take`, which may need memory: makes room for a part. If memory runs out, nothing has changed
  /// but that older unreliable messages may have given way.
  [[nodiscard]] std::optional<Slot> reserve(const DataFrame& frame, Stats& stats) {
    const bool reliable = !frame.unreliable;
    Slot slot = find(frame.fragment.first, reliable);
    if (slot == none) {
      if (!make_room(frame.fragment.total, reliable, stats)) return ++stats.held_dropped, std::nullopt;
      slot = begin(frame.fragment, reliable);
    }
    ScopeExit undo{[&]() noexcept { unreserve(slot); }};
    if (!fits(slots_[slot], frame)) return std::nullopt;
    slots_[slot].parts.reserve(pool_, frame.fragment.index);
    if (reliable && frame.fragment.index == 0 && frame.dependency != 0) waiting_.reserve(slot);
    undo.release();
    return slot;
  }

  /// Instead of the second half: the part is not taken in. A message of which nothing has arrived is forgotten.
  void unreserve(Slot slot) noexcept {
    if (slots_[slot].arrived == 0) drop(slot);
  }

  /// The second half of `take`.
  void put(Slot slot, const DataFrame& frame, Departure departure) noexcept {
    Assembly& assembly = slots_[slot];
    assembly.parts.add(pool_, frame.fragment.index, frame.payload);
    assembly.newest_only |= frame.newest_only;
    if (frame.fragment.index == 0) {
      assembly.departure = departure;
      assembly.dependency = frame.dependency;
      assembly.fail_with_dependency = frame.fail_with_dependency;
      if (assembly.reliable && frame.dependency != 0) waiting_.add(frame.dependency, slot);
    }
    if (frame.fragment.index + 1 == assembly.name.count) assembly.number = frame.number;
    if (++assembly.arrived < assembly.name.count) return;
    stop_waiting(slot);
    assembly.state = Assembly::State::whole;
  }

  /// What the assembly waits for is settled. `refused`: and takes the message with it.
  void resolve(Slot slot, bool refused) noexcept {
    stop_waiting(slot);
    slots_[slot].dependency = 0;
    slots_[slot].refused = refused;
  }

  /// Resolves every reliable assembly that waits for `number` and is not whole. O(those).
  void on_settled(SequenceNumber number, bool abandoned) noexcept {
    for (Slot slot = waiting_.find(number); slot != none; slot = waiting_.find(number)) {
      resolve(slot, abandoned && slots_[slot].fail_with_dependency);
    }
  }

  /// The application is to take the whole message.
  void make_ready(Slot slot) noexcept {
    BOWLINE_ASSERT(slots_[slot].state == Assembly::State::whole);
    if (slots_[slot].reliable) names_.remove(slots_[slot].name.first, slot);
    slots_[slot].state = Assembly::State::ready;
  }

  /// The message in one piece, valid until the next call. Ends the assembly. The place of the largest one yet stays. If
  /// memory runs out, so does the assembly.
  [[nodiscard]] Bytes join(Slot slot) {
    const Assembly& assembly = slots_[slot];
    BOWLINE_ASSERT(assembly.state == Assembly::State::ready);
    joined_.clear();
    if (joined_.capacity() < assembly.name.total) {
      // First free what is too small, and take no more than is needed.
      joined_ = std::vector<std::byte>{};
      joined_.reserve(assembly.name.total);
    }
    assembly.parts.append_to(pool_, joined_);
    drop(slot);
    return joined_;
  }

  void drop(Slot slot) noexcept {
    Assembly& assembly = slots_[slot];
    BOWLINE_ASSERT(assembly.state != Assembly::State::free);
    if (assembly.reliable) {
      stop_waiting(slot);
      if (assembly.open()) names_.remove(assembly.name.first, slot);
    } else {
      unreliable_.erase(std::find(unreliable_.begin(), unreliable_.end(), slot));
    }
    assembly.parts.release(pool_);
    free_.push_back(slot);
    budget_.refund(assembly.name.total, assembly.reliable);
    assembly.state = Assembly::State::free;
  }

  /// Drops what is here of the reliable message whose first part is `first`, unless it is whole.
  void drop_partial(SequenceNumber first) noexcept {
    const Slot slot = names_.find(first);
    if (slot != none && slots_[slot].state == Assembly::State::partial) drop(slot);
  }

  /// Drops everything that is not ready. O(the most that was here at once since nothing was left).
  void clear() noexcept {
    for (Slot slot = 0; slot < slots_.size(); ++slot) {
      if (slots_[slot].open()) drop(slot);
    }
    if (free_.size() != slots_.size()) return;
    slots_.clear();
    free_.clear();
  }

  [[nodiscard]] bool invariants_hold() const noexcept {
    std::size_t claimed[2] = {};
    for (const Assembly& assembly : slots_) {
      if (assembly.state == Assembly::State::free) continue;
      claimed[assembly.reliable ? 1 : 0] += assembly.name.total;
      const bool partial = assembly.arrived != assembly.name.count;
      if (assembly.arrived == 0 || partial != (assembly.state == Assembly::State::partial)) return false;
      if (assembly.reliable && assembly.open() && names_.find(assembly.name.first) != slot_of(assembly)) return false;
    }
    return claimed[0] == claimed_bytes(false) && claimed[1] == claimed_bytes(true) && budget_.invariants_hold();
  }

  /// The most memory it takes.
  [[nodiscard]] static constexpr MemoryBound memory_max(const Options& options) noexcept {
    const std::uint64_t claims = std::uint64_t{options.reassembly_bytes_max} + options.reassembly_unreliable_bytes_max;
    const std::uint64_t slots = slots_max(options);
    return MemoryBound::vector(slots, sizeof(Assembly)) + MemoryBound::vector(slots, sizeof(Slot)) +
           MemoryBound::vector(unreliable_messages_max, sizeof(Slot)) + SlotIndex::memory_max(slots) +
           SlotIndex::memory_max(slots) +
           PayloadPool::memory_max(CollectedParts::block_bytes_max(claims, slots),
                                   CollectedParts::small_blocks_max(slots),
                                   CollectedParts::blocks_max(claims, slots)) +
           MemoryBound::fixed(options.message_bytes_max);
  }

 private:
  // One byte, where a SecretStream of the same entropy hashes eight: neither tells of the other.
  [[nodiscard]] static std::uint64_t secret(const Entropy& entropy, std::byte purpose) noexcept {
    return siphash24(entropy.high, entropy.low, {&purpose, 1});
  }

  [[nodiscard]] Slot slot_of(const Assembly& assembly) const noexcept {
    return static_cast<Slot>(&assembly - slots_.data());
  }

  [[nodiscard]] Slot find(std::uint64_t first, bool reliable) const noexcept {
    if (reliable) return names_.find(first);
    for (const Slot slot : unreliable_) {
      if (slots_[slot].name.first == first && slots_[slot].open()) return slot;
    }
    return none;
  }

  /// The settling of its dependency no longer leads to the assembly.
  void stop_waiting(Slot slot) noexcept {
    const Assembly& assembly = slots_[slot];
    const bool waits = assembly.reliable && assembly.state == Assembly::State::partial && assembly.dependency != 0;
    if (waits) waiting_.remove(assembly.dependency, slot);
  }

  [[nodiscard]] bool fits(const Assembly& assembly, const DataFrame& frame) const noexcept {
    if (assembly.name.count != frame.fragment.count || assembly.name.total != frame.fragment.total) return false;
    return !assembly.parts.has(pool_, frame.fragment.index);
  }

  [[nodiscard]] bool make_room(std::uint32_t total, bool reliable, Stats& stats) noexcept {
    if (!budget_.possible(total, reliable)) return false;
    while (budget_.full(total, reliable)) {
      const Slot oldest = reliable ? none : oldest_partial();
      if (oldest == none) return false;
      drop(oldest);
      ++stats.held_dropped;
    }
    return true;
  }

  /// The oldest unreliable assembly that is not whole.
  [[nodiscard]] Slot oldest_partial() const noexcept {
    const auto partial = [&](Slot slot) { return slots_[slot].state == Assembly::State::partial; };
    const auto oldest = std::find_if(unreliable_.begin(), unreliable_.end(), partial);
    return oldest == unreliable_.end() ? none : *oldest;
  }

  /// If memory runs out, nothing has changed.
  Slot begin(const Fragment& name, bool reliable) {
    if (free_.empty()) {
      // A place for each, so that `drop` allocates nothing. By doubling, or each new one would move all the others.
      if (free_.capacity() <= slots_.size()) free_.reserve((std::max)(std::size_t{4}, 2 * slots_.size()));
      slots_.emplace_back();
      free_.push_back(narrow<Slot>(slots_.size() - 1));
    }
    const Slot slot = free_.back();
    reliable ? names_.reserve(slot) : unreliable_.reserve(unreliable_messages_max);
    const CollectedParts parts{name, pool_};
    // From here on nothing is allocated.
    free_.pop_back();
    slots_[slot] = {};
    slots_[slot].parts = parts;
    slots_[slot].name = name;
    slots_[slot].reliable = reliable;
    slots_[slot].state = Assembly::State::partial;
    reliable ? names_.add(name.first, slot) : unreliable_.push_back(slot);
    budget_.charge(name.total, reliable);
    return slot;
  }

  static constexpr std::uint32_t unreliable_messages_max = ReassemblyBudget::unreliable_messages_max;

  [[nodiscard]] static constexpr std::uint64_t slots_max(const Options& options) noexcept {
    return std::uint64_t{unreliable_messages_max} + Fragment::messages_max(options.window);
  }

  ReassemblyBudget budget_;
  std::vector<Assembly> slots_;
  std::vector<Slot> free_;
  std::vector<Slot> unreliable_;  // In the order in which they began.
  SlotIndex names_;               // Reliable ones that are open, by the number of their first part.
  SlotIndex waiting_;             // Reliable ones that are partial, by what they wait for.
  PayloadPool pool_;
  std::vector<std::byte> joined_;
};

}  // namespace bowline::inline v0_1
