// SPDX-License-Identifier: BSL-1.0
// What became of the connection, until the application takes it.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>

#include "bowline/base/assert.hpp"
#include "bowline/base/events.hpp"

namespace bowline::inline v0_1 {

/// `Connected` and `Disconnected` in the order in which they came. Two that are equal and follow each other are one.
///
/// Invariants:
///   1. No more than `binds_wait` + 4 wait: a bind, which needs has_room(), adds two, and until the next one a peer is
///      lost once, then none is found, and then the end is closed.
class ConnectionChanges {
 public:
  /// Changes that may wait while another incarnation of the peer is bound.
  static constexpr std::size_t binds_wait = 16;

  [[nodiscard]] bool empty() const noexcept { return size_ == 0; }
  [[nodiscard]] std::size_t size() const noexcept { return size_; }

  /// Whether another incarnation may be bound.
  [[nodiscard]] bool has_room() const noexcept { return size_ < binds_wait; }

  void connected() noexcept { add({true, {}}); }
  void disconnected(DisconnectReason reason) noexcept { add({false, reason}); }

  [[nodiscard]] std::optional<Event> next_event() noexcept {
    if (empty()) return std::nullopt;
    const Change change = changes_[first_];
    first_ = (first_ + 1) % changes_.size();
    --size_;
    return change.connected ? Event{Connected{}} : Event{Disconnected{change.reason}};
  }

 private:
  struct Change {
    bool connected = false;
    DisconnectReason reason = DisconnectReason::closed;

    friend bool operator==(const Change&, const Change&) = default;
  };

  void add(const Change& change) noexcept {
    if (size_ != 0 && at(size_ - 1) == change) return;
    BOWLINE_ASSERT(size_ < changes_.size());
    at(size_++) = change;
  }

  [[nodiscard]] Change& at(std::size_t place) noexcept { return changes_[(first_ + place) % changes_.size()]; }

  std::array<Change, binds_wait + 4> changes_{};
  std::size_t first_ = 0;
  std::size_t size_ = 0;
};

}  // namespace bowline::inline v0_1
