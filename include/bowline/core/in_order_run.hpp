// SPDX-License-Identifier: BSL-1.0
// The messages of a datagram that come next in order.
#pragma once

#include <cstddef>
#include <span>

#include "bowline/base/ids.hpp"
#include "bowline/core/delivery.hpp"
#include "bowline/wire/data_frame.hpp"

namespace bowline::inline v0_1 {

/// Puts whole reliable messages aside while their datagram is checked, each of which follows what is delivered and the
/// one before it, as far as there are places for them. To begin one costs no more than a comparison or two, and what it
/// has taken needs no more checks. It lives for one check, so that a compiler can keep it in registers.
///
/// Invariants:
///   1. The first size() places hold the messages from the first number on, in order.
class InOrderRun {
 public:
  /// Takes nothing.
  InOrderRun() = default;

  /// Of messages from `first` on, into `places`. All numbers from `reach` up to `first` are delivered.
  InOrderRun(SequenceNumber first, SequenceNumber reach, std::span<Delivery::Ready> places) noexcept
      : next_{first}, reach_{reach}, begin_{places.data()}, place_{begin_}, end_{begin_ + places.size()} {}

  /// Puts a whole reliable message aside if it comes next and waits for none before `reach`.
  [[gnu::always_inline, nodiscard]] bool take(const DataFrame& frame) noexcept {
    if (frame.number != next_ || place_ == end_) return false;
    if (frame.dependency != 0 && frame.dependency < reach_) return false;
    // Field by field, as `Delivery::push` does.
    place_->view = frame.payload;
    place_->kept = {};
    place_->parts = Reassembler::none;
    place_->reliable = true;
    ++place_;
    ++next_;
    return true;
  }

  /// Takes no more.
  void close() noexcept { end_ = place_; }

  [[nodiscard]] std::size_t size() const noexcept { return static_cast<std::size_t>(place_ - begin_); }

 private:
  SequenceNumber next_ = 0;
  SequenceNumber reach_ = 0;
  Delivery::Ready* begin_ = nullptr;
  Delivery::Ready* place_ = nullptr;
  Delivery::Ready* end_ = nullptr;
};

}  // namespace bowline::inline v0_1
