// SPDX-License-Identifier: BSL-1.0
// One end of a simulated link that fails once, where a trial says.
#pragma once

#include <algorithm>
#include <cstddef>
#include <optional>
#include <vector>

#include "bowline/sim/link_end.hpp"
#include "bowline/transport/concept.hpp"
#include "sweeps/support/trial.hpp"

namespace bowline::test {

/// A transport of its own call for each datagram.
class FaultyEnd {
 public:
  FaultyEnd(sim::LinkEnd link, Trial& trial) : link_{link}, trial_{&trial} {}

  SendOutcome send(Bytes datagram) {
    if (trial_->strikes(CallFault::send_blocked)) return SendOutcome::would_block;
    if (trial_->strikes(CallFault::send_dropped)) return SendOutcome::dropped;
    if (trial_->strikes(CallFault::send_lost)) return SendOutcome::sent;
    return pass(datagram);
  }

  std::optional<std::size_t> receive(Buffer buffer) {
    if (trial_->strikes(CallFault::receive_failed)) return std::nullopt;
    return trial_->outside([&]() -> std::optional<std::size_t> {
      std::optional<std::size_t> bytes = link_.receive(buffer);
      if (!bytes) return bytes;
      if (trial_->strikes(CallFault::receive_lost)) return link_.receive(buffer);
      if (trial_->strikes(CallFault::receive_cut)) return *bytes / 2;
      if (trial_->strikes(CallFault::receive_empty)) return 0;
      return bytes;
    });
  }

  [[nodiscard]] Entropy entropy() noexcept { return link_.entropy(); }

 protected:
  SendOutcome pass(Bytes datagram) {
    return trial_->outside([&] { return link_.send(datagram); });
  }
  [[nodiscard]] Trial& trial() noexcept { return *trial_; }

 private:
  sim::LinkEnd link_;
  Trial* trial_;
};

/// The same with batches. It reads one datagram at a time.
class FaultyBatchingEnd : public FaultyEnd {
 public:
  using FaultyEnd::FaultyEnd;

  [[nodiscard]] Buffer batch_room(std::size_t bytes_max) {
    if (batch_.size() == batch_max || trial().strikes(CallFault::no_batch_room)) return {};
    return trial().outside([&] {
      room_.resize((std::max)(room_.size(), bytes_max));
      return Buffer{room_}.first(bytes_max);
    });
  }
  [[nodiscard]] std::size_t bytes_wanted() const noexcept { return 0; }
  void commit(std::size_t bytes) {
    trial().outside([&] { batch_.emplace_back(room_.begin(), room_.begin() + static_cast<std::ptrdiff_t>(bytes)); });
  }

  SendOutcome flush() {
    if (batch_.empty()) return SendOutcome::sent;
    if (trial().strikes(CallFault::flush_blocked)) return SendOutcome::would_block;
    const std::size_t half = batch_.size() / 2;
    if (trial().strikes(CallFault::flush_blocked_halfway)) return leave(half), SendOutcome::would_block;
    if (trial().strikes(CallFault::flush_dropped)) return batch_.clear(), SendOutcome::dropped;
    if (trial().strikes(CallFault::flush_dropped_halfway)) {
      batch_.erase(batch_.begin() + static_cast<std::ptrdiff_t>(half));
      return leave(batch_.size()), SendOutcome::dropped;
    }
    return leave(batch_.size()), SendOutcome::sent;
  }

  [[nodiscard]] std::optional<Buffer> receive_in_place(std::size_t bytes_max) {
    trial().outside([&] { inbound_.resize(bytes_max); });
    const std::optional<std::size_t> bytes = receive(Buffer{inbound_});
    return bytes ? std::optional{Buffer{inbound_}.first(*bytes)} : std::nullopt;
  }
  [[nodiscard]] bool waiting() const noexcept { return false; }

 private:
  static constexpr std::size_t batch_max = 8;

  void leave(std::size_t count) {
    for (std::size_t i = 0; i < count; ++i) pass(batch_[i]);
    batch_.erase(batch_.begin(), batch_.begin() + static_cast<std::ptrdiff_t>(count));
  }

  std::vector<std::byte> room_, inbound_;
  std::vector<std::vector<std::byte>> batch_;
};

static_assert(DatagramTransport<FaultyEnd> && !BatchingTransport<FaultyEnd> && BatchingTransport<FaultyBatchingEnd>);

}  // namespace bowline::test
