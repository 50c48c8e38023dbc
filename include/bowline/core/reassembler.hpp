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
#include "bowline/base/stats.hpp"
#include "bowline/core/collected_parts.hpp"
#include "bowline/core/departure.hpp"
#include "bowline/core/payload_pool.hpp"
#include "bowline/wire/data_frame.hpp"

namespace bowline::inline v0_1 {

/// A message of which a part has arrived.
struct Assembly {
  enum class State : std::uint8_t {
    free,
    partial,
    whole,  ///< All of it is here; it may wait for its dependency.
    ready,  ///< The application is to take it. Its name means nothing any more.
  };

  Fragment name;                  ///< What all of its parts agree on; `index` counts for nothing.
  State state = State::free;
  bool reliable = true;
  bool refused = false;           ///< What it waits for was abandoned, and it fails with that.
  bool fail_with_dependency = false;
  bool newest_only = false;
  SequenceNumber number = 0;      ///< That of its last part; 0 until that has arrived.
  SequenceNumber dependency = 0;  ///< What it waits for, until that is settled; 0 before its first part has arrived.
  Departure departure;            ///< That of its first part, by which the newest message is known.
  std::uint64_t turn = 0;         ///< Counts up; the oldest has the least.
  std::uint32_t arrived = 0;
  CollectedParts parts;
};

/// Collects parts. What the peer claims of a message is charged against a budget when its first part arrives; memory
/// is taken as parts arrive. Reliable messages are never given up for others; of unreliable ones the oldest that is
/// not whole makes room. At most Fragment::messages_max of each, found by a scan of their names.
///
/// Invariants:
///   1. claimed_bytes(r) is the sum of the totals of the assemblies that are not free, for each kind.
///   2. An assembly is partial if and only if some of its parts have arrived and some have not.
class Reassembler {
 public:
  using Slot = std::uint32_t;
  static constexpr Slot none = 0xffffffffu;

  explicit Reassembler(const Options& options) noexcept
      : message_bytes_max_{options.message_bytes_max},
        bytes_max_{options.reassembly_unreliable_bytes_max, options.reassembly_bytes_max},
        pool_{narrow<std::size_t>(CollectedParts::block_bytes_max(bytes_max_[0] + bytes_max_[1], messages_max)),
              narrow<std::size_t>(CollectedParts::small_blocks_max(messages_max))} {}

  /// Bytes allocated for parts, in use or not.
  [[nodiscard]] std::size_t allocated_bytes() const noexcept { return pool_.allocated_bytes(); }

  [[nodiscard]] std::size_t claimed_bytes(bool reliable) const noexcept { return claimed_[reliable ? 1 : 0]; }
  [[nodiscard]] const Assembly& operator[](Slot slot) const noexcept { return slots_[slot]; }

  /// Whether a reliable part agrees with those of its message, and is not here already.
  [[nodiscard]] bool agrees(const DataFrame& frame) const noexcept {
    const Slot slot = find(frame.fragment, true);
    return slot == none || fits(slots_[slot], frame);
  }

  /// Whether a reliable part is within the limits that were announced, when messages of `claimed_ahead` bytes begin
  /// before it. `begins` is set when it is the first of its message.
  [[nodiscard]] bool within_limits(const DataFrame& frame, std::size_t claimed_ahead, bool& begins) const noexcept {
    begins = find(frame.fragment, true) == none;
    return !begins || (frame.fragment.total <= message_bytes_max_ && count_[1] < Fragment::messages_max &&
                       claimed_[1] + claimed_ahead + frame.fragment.total <= bytes_max_[1]);
  }

  /// Takes a part in and answers where; none if it is of no use, or of an unreliable message that finds no room.
  [[nodiscard]] std::optional<Slot> take(const DataFrame& frame, Departure departure, Stats& stats) {
    const bool reliable = !frame.unreliable;
    Slot slot = find(frame.fragment, reliable);
    if (slot == none) {
      if (!make_room(frame.fragment.total, reliable, stats)) return ++stats.held_dropped, std::nullopt;
      slot = begin(frame.fragment, reliable);
    }
    Assembly& assembly = slots_[slot];
    if (!fits(assembly, frame)) return std::nullopt;
    const std::uint32_t index = frame.fragment.index;
    assembly.parts.add(pool_, index, frame.payload);
    assembly.newest_only |= frame.newest_only;
    if (index == 0) {
      assembly.departure = departure;
      assembly.dependency = frame.dependency;
      assembly.fail_with_dependency = frame.fail_with_dependency;
    }
    if (index + 1 == assembly.name.count) assembly.number = frame.number;
    if (++assembly.arrived == assembly.name.count) assembly.state = Assembly::State::whole;
    return slot;
  }

  /// What the assembly waits for is settled. `refused`: and takes the message with it.
  void resolve(Slot slot, bool refused) noexcept {
    slots_[slot].dependency = 0;
    slots_[slot].refused = refused;
  }

  /// Resolves every reliable assembly that waits for `number` and is not whole.
  void on_settled(SequenceNumber number, bool abandoned) noexcept {
    if (count_[1] == 0) return;
    for (Slot slot = 0; slot < slots_.size(); ++slot) {
      const Assembly& assembly = slots_[slot];
      if (assembly.state != Assembly::State::partial || !assembly.reliable || assembly.dependency != number) continue;
      resolve(slot, abandoned && assembly.fail_with_dependency);
    }
  }

  /// The application is to take the whole message.
  void make_ready(Slot slot) noexcept {
    BOWLINE_ASSERT(slots_[slot].state == Assembly::State::whole);
    slots_[slot].state = Assembly::State::ready;
  }

  /// The message in one piece, valid until the next call. Ends the assembly. The place of the largest one yet stays.
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
    assembly.parts.release(pool_);
    claimed_[assembly.reliable ? 1 : 0] -= assembly.name.total;
    --count_[assembly.reliable ? 1 : 0];
    assembly.state = Assembly::State::free;
  }

  /// Drops what is here of the reliable message whose first part is `first`, unless it is whole.
  void drop_partial(SequenceNumber first) noexcept {
    Fragment name;
    name.first = first;
    const Slot slot = find(name, true);
    if (slot != none && slots_[slot].state == Assembly::State::partial) drop(slot);
  }

  /// Drops everything that is not ready.
  void clear() noexcept {
    for (Slot slot = 0; slot < slots_.size(); ++slot) {
      if (open(slots_[slot])) drop(slot);
    }
  }

  [[nodiscard]] bool invariants_hold() const noexcept {
    std::size_t claimed[2] = {};
    for (const Assembly& assembly : slots_) {
      if (assembly.state == Assembly::State::free) continue;
      claimed[assembly.reliable ? 1 : 0] += assembly.name.total;
      const bool partial = assembly.arrived != assembly.name.count;
      if (partial != (assembly.state == Assembly::State::partial)) return false;
    }
    return claimed[0] == claimed_[0] && claimed[1] == claimed_[1] && claimed[1] <= bytes_max_[1];
  }

  /// The most memory it takes.
  [[nodiscard]] static constexpr MemoryBound memory_max(const Options& options) noexcept {
    const std::uint64_t claims = std::uint64_t{options.reassembly_bytes_max} + options.reassembly_unreliable_bytes_max;
    return MemoryBound::vector(messages_max, sizeof(Assembly)) +
           PayloadPool::memory_max(CollectedParts::block_bytes_max(claims, messages_max),
                                   CollectedParts::small_blocks_max(messages_max),
                                   CollectedParts::blocks_max(claims, messages_max)) +
           MemoryBound::fixed(options.message_bytes_max);
  }

 private:
  [[nodiscard]] static bool open(const Assembly& assembly) noexcept {
    return assembly.state == Assembly::State::partial || assembly.state == Assembly::State::whole;
  }

  [[nodiscard]] Slot find(const Fragment& name, bool reliable) const noexcept {
    for (Slot slot = 0; slot < slots_.size(); ++slot) {
      const Assembly& assembly = slots_[slot];
      if (assembly.name.first == name.first && assembly.reliable == reliable && open(assembly)) return slot;
    }
    return none;
  }

  [[nodiscard]] bool fits(const Assembly& assembly, const DataFrame& frame) const noexcept {
    if (assembly.name.count != frame.fragment.count || assembly.name.total != frame.fragment.total) return false;
    return !assembly.parts.has(pool_, frame.fragment.index);
  }

  [[nodiscard]] bool make_room(std::uint32_t total, bool reliable, Stats& stats) noexcept {
    const std::size_t kind = reliable ? 1 : 0;
    if (total > message_bytes_max_ || total > bytes_max_[kind]) return false;
    while (claimed_[kind] + total > bytes_max_[kind] || count_[kind] == Fragment::messages_max) {
      const Slot oldest = reliable ? none : oldest_partial();
      if (oldest == none) return false;
      drop(oldest);
      ++stats.held_dropped;
    }
    return true;
  }

  /// The oldest unreliable assembly that is not whole.
  [[nodiscard]] Slot oldest_partial() const noexcept {
    Slot oldest = none;
    for (Slot slot = 0; slot < slots_.size(); ++slot) {
      const Assembly& assembly = slots_[slot];
      if (assembly.state != Assembly::State::partial || assembly.reliable) continue;
      if (oldest == none || assembly.turn < slots_[oldest].turn) oldest = slot;
    }
    return oldest;
  }

  Slot begin(const Fragment& name, bool reliable) {
    Slot slot = 0;
    while (slot < slots_.size() && slots_[slot].state != Assembly::State::free) ++slot;
    if (slot == slots_.size()) slots_.emplace_back();
    slots_[slot] = {};
    slots_[slot].parts = {name, pool_};
    slots_[slot].name = name;
    slots_[slot].reliable = reliable;
    slots_[slot].state = Assembly::State::partial;
    slots_[slot].turn = ++turn_;
    claimed_[reliable ? 1 : 0] += name.total;
    ++count_[reliable ? 1 : 0];
    return slot;
  }

  static constexpr std::size_t messages_max = 2 * std::size_t{Fragment::messages_max};

  std::size_t message_bytes_max_;
  std::size_t bytes_max_[2];
  std::size_t claimed_[2] = {};
  std::uint32_t count_[2] = {};
  std::uint64_t turn_ = 0;
  std::vector<Assembly> slots_;
  PayloadPool pool_;
  std::vector<std::byte> joined_;
};

}  // namespace bowline::inline v0_1
