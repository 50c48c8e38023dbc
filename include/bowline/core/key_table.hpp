// SPDX-License-Identifier: BSL-1.0
// Which message of ours is the newest about a thing that the application names by a key.
#pragma once

#include <algorithm>
#include <bit>
#include <cstddef>
#include <cstdint>
#include <utility>
#include <vector>

#include "bowline/base/assert.hpp"
#include "bowline/base/ids.hpp"
#include "bowline/base/memory_bound.hpp"
#include "bowline/base/narrow.hpp"
#include "bowline/base/options.hpp"

namespace bowline::inline v0_1 {

/// Finds a message by its key, which is not 0, in O(1) on average. Open addressing with linear probing; storage doubles
/// when it is half full and is reused after that. Its order of keys never shows.
///
/// Invariants:
///   1. Between a key's home and its place no place is free.
class KeyTable {
 public:
  [[nodiscard]] std::size_t size() const noexcept { return size_; }

  /// Takes the memory for one more key.
  void make_room() {
    if (2 * (size_ + 1) > places_.size()) grow();
  }

  /// Makes `id` the message of `key`, and answers the one before; none if there was none.
  MessageId exchange(std::uint64_t key, MessageId id) {
    BOWLINE_ASSERT(key != 0);
    make_room();
    Place& place = places_[find(key)];
    if (place.key == 0) ++size_;
    place.key = key;
    return std::exchange(place.id, id);
  }

  /// Forgets `key`, unless it has passed to another message than `id`.
  void erase(std::uint64_t key, MessageId id) noexcept {
    if (places_.empty()) return;
    std::size_t hole = find(key);
    if (places_[hole].key == 0 || places_[hole].id != id) return;
    --size_;
    // What follows without a gap moves up where the hole lies on its way from its home.
    for (std::size_t i = next(hole); places_[i].key != 0; i = next(i)) {
      const std::size_t way = distance(home(places_[i].key), i);
      if (way < distance(hole, i)) continue;
      places_[hole] = places_[i];
      hole = i;
    }
    places_[hole] = {};
  }

  [[nodiscard]] bool invariants_hold() const noexcept {
    std::size_t used = 0;
    for (std::size_t i = 0; i < places_.size(); ++i) {
      if (places_[i].key == 0) continue;
      ++used;
      if (find(places_[i].key) != i) return false;
    }
    return used == size_;
  }

  /// The most memory it takes.
  [[nodiscard]] static constexpr MemoryBound memory_max(const Options& options) noexcept {
    const std::uint64_t places = 2 * (std::uint64_t{options.messages_max} + 1);
    return MemoryBound::ring((std::max)(places, std::uint64_t{8}), sizeof(Place));
  }

 private:
  struct Place {
    std::uint64_t key = 0;
    MessageId id;
  };

  [[nodiscard]] std::size_t home(std::uint64_t key) const noexcept {
    // Fibonacci hashing: keys that an application counts up spread over all places.
    return narrow<std::size_t>((key * 0x9e3779b97f4a7c15u) >> (64 - std::bit_width(places_.size() - 1)));
  }
  [[nodiscard]] std::size_t next(std::size_t place) const noexcept { return (place + 1) & (places_.size() - 1); }
  [[nodiscard]] std::size_t distance(std::size_t from, std::size_t to) const noexcept {
    return (to - from) & (places_.size() - 1);
  }

  /// The place of `key`, or the free one where it belongs.
  [[nodiscard]] std::size_t find(std::uint64_t key) const noexcept {
    std::size_t place = home(key);
    while (places_[place].key != 0 && places_[place].key != key) place = next(place);
    return place;
  }

  void grow() {
    std::vector<Place> smaller = std::exchange(places_, std::vector<Place>(places_.empty() ? 8 : 2 * places_.size()));
    for (const Place& place : smaller) {
      if (place.key != 0) places_[find(place.key)] = place;
    }
  }

  std::vector<Place> places_;
  std::size_t size_ = 0;
};

}  // namespace bowline::inline v0_1
