// SPDX-License-Identifier: BSL-1.0
// A transport around another that does to its datagrams what bad networks do.
#pragma once

#include <algorithm>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <utility>
#include <vector>

#include "bowline/base/bytes.hpp"
#include "bowline/base/options.hpp"
#include "bowline/base/random.hpp"
#include "bowline/base/time.hpp"
#include "bowline/transport/concept.hpp"
#include "bowline/transport/faults.hpp"

namespace bowline::inline v0_1 {

/// Passes datagrams to `Inner` and from it, and spoils what is sent as `Faults` says. The same seed, settings
/// and calls give the same faults; changing one share does not move the draws of the others.
///
/// A datagram held back goes on its way after 1 to `reorder_distance_max` further steps, where a step is a
/// `send` or a `receive` that finds nothing; while one is held `wait` returns early. So none is held for
/// ever, and no timer is needed. What `Inner` can do besides (wait, learn its peer, supply entropy, hand out
/// its socket) this can do too.
///
/// Invariants: held_count_ <= held_.size(), and the places beyond it are spare buffers; held ones are in the
/// order in which they were sent. Nothing is allocated once the buffers are large and many enough.
template <DatagramTransport Inner>
class FaultyTransport {
 public:
  explicit FaultyTransport(Inner inner, const Faults& faults = {}, std::uint64_t seed = 1)
      : inner_{std::move(inner)}, faults_{faults}, dice_{seed}, details_{~seed} {}

  SendOutcome send(Bytes datagram) {
    ++counts_.offered;
    const std::size_t held_before = held_count_;
    const SendOutcome outcome = spoil_and_pass(draw(), datagram);
    step(held_before);
    return outcome;
  }

  std::optional<std::size_t> receive(Buffer buffer) {
    for (int swallowed = 0; swallowed < swallowed_at_once_max; ++swallowed) {
      const std::optional<std::size_t> count = inner_.receive(buffer);
      if (!count) break;
      if (!faults_.blackhole) return count;
      ++counts_.swallowed_in;
    }
    step(held_count_);
    return std::nullopt;
  }

  /// Sends what is held back, but for what `Inner` would block on.
  void flush() {
    release(held_count_, [](Held&) { return true; });
  }

  /// The settings; change them at any time.
  [[nodiscard]] Faults& faults() noexcept { return faults_; }
  [[nodiscard]] const FaultCounts& counts() const noexcept { return counts_; }
  [[nodiscard]] std::size_t held() const noexcept { return held_count_; }
  [[nodiscard]] Inner& inner() noexcept { return inner_; }
  [[nodiscard]] const Inner& inner() const noexcept { return inner_; }

  void wait(Duration limit, bool writable) requires WaitableTransport<Inner> {
    inner_.wait(held_count_ > 0 ? (std::min)(limit, wait_max_while_held) : limit, writable);
  }

  void prove_peer() requires PeerLearningTransport<Inner> { inner_.prove_peer(); }

  void lock_peer() requires PeerLearningTransport<Inner> { inner_.lock_peer(); }

  void unlock_peer() requires PeerLearningTransport<Inner> { inner_.unlock_peer(); }

  [[nodiscard]] Entropy entropy() requires EntropicTransport<Inner> { return inner_.entropy(); }

  [[nodiscard]] auto native_handle() const requires requires(const Inner& transport) {
    transport.native_handle();
  }
  { return inner_.native_handle(); }

 private:
  struct Draws {
    bool lost, duplicated, held_back, corrupted, truncated, would_block, dropped;
  };
  struct Held {
    std::vector<std::byte> datagram;
    std::uint32_t steps_left = 0;
  };

  static constexpr int swallowed_at_once_max = 64;
  static constexpr Duration wait_max_while_held = std::chrono::milliseconds{1};

  /// As many numbers for every datagram, whatever comes of them, so that the shares stay independent.
  Draws draw() {
    Draws draws{};
    draws.lost = dice_.chance(faults_.loss_ppm);
    draws.duplicated = dice_.chance(faults_.duplicate_ppm);
    draws.held_back = dice_.chance(faults_.reorder_ppm);
    draws.corrupted = dice_.chance(faults_.corrupt_ppm);
    draws.truncated = dice_.chance(faults_.truncate_ppm);
    draws.would_block = dice_.chance(faults_.would_block_ppm);
    draws.dropped = dice_.chance(faults_.dropped_ppm);
    return draws;
  }

  SendOutcome spoil_and_pass(Draws draws, Bytes datagram) {
    if (faults_.blackhole) return ++counts_.swallowed_out, SendOutcome::sent;
    if (draws.would_block) return ++counts_.would_block, SendOutcome::would_block;
    if (draws.dropped) return ++counts_.dropped, SendOutcome::dropped;
    if (draws.lost) return ++counts_.lost, SendOutcome::sent;
    if (datagram.empty()) draws.corrupted = draws.truncated = false;
    // A transport that keeps refusing must not make the store of held ones grow.
    if (held_count_ > distance_max()) draws.held_back = false;

    const Bytes spoiled = spoil(draws, datagram);
    if (draws.held_back) {
      hold(spoiled);
    } else if (const SendOutcome outcome = inner_.send(spoiled); outcome != SendOutcome::sent) {
      return outcome;
    }
    if (draws.duplicated) static_cast<void>(inner_.send(spoiled));
    counts_.held_back += draws.held_back;
    counts_.duplicated += draws.duplicated;
    counts_.corrupted += draws.corrupted;
    counts_.truncated += draws.truncated;
    return SendOutcome::sent;
  }

  Bytes spoil(const Draws& draws, Bytes datagram) {
    if (draws.truncated) datagram = datagram.first(details_.index(datagram.size()));
    if (!draws.corrupted || datagram.empty()) return datagram;
    spoiled_.assign(datagram.begin(), datagram.end());
    const std::uint64_t bits = std::uint64_t{8} * spoiled_.size();
    const std::uint64_t flips =
        (std::min)(1 + details_.below((std::max)(faults_.flipped_bits_max, 1u)), bits);
    // An even stride that does not lap itself: no bit is flipped back.
    const std::uint64_t stride = 1 + details_.below(bits / flips);
    const std::uint64_t first = details_.below(bits);
    for (std::uint64_t flip = 0; flip < flips; ++flip) {
      const std::uint64_t bit = (first + flip * stride) % bits;
      spoiled_[static_cast<std::uint32_t>(bit / 8)] ^= std::byte{1} << static_cast<unsigned>(bit % 8);
    }
    return spoiled_;
  }

  std::uint32_t distance_max() const noexcept { return (std::max)(faults_.reorder_distance_max, 1u); }

  void hold(Bytes datagram) {
    if (held_count_ == held_.size()) held_.emplace_back();
    Held& held = held_[held_count_++];
    held.datagram.assign(datagram.begin(), datagram.end());
    held.steps_left = 1 + static_cast<std::uint32_t>(details_.below(distance_max()));
  }

  void step(std::size_t count) {
    release(count, [](Held& held) {
      if (held.steps_left > 0) --held.steps_left;
      return held.steps_left == 0;
    });
  }

  /// Sends those of the oldest `count` held ones that are due; the rest keep their order.
  template <class IsDue>
  void release(std::size_t count, IsDue is_due) {
    std::size_t kept = 0;
    for (std::size_t i = 0; i < held_count_; ++i) {
      if (i < count && is_due(held_[i]) && pass_late(held_[i].datagram)) continue;
      if (kept != i) std::swap(held_[kept], held_[i]);
      ++kept;
    }
    held_count_ = kept;
  }

  bool pass_late(Bytes datagram) {
    if (faults_.blackhole) return ++counts_.swallowed_out, true;
    return inner_.send(datagram) != SendOutcome::would_block;
  }

  Inner inner_;
  Faults faults_;
  Random dice_;     // whether a fault strikes
  Random details_;  // where and how hard: its draws vary in number and must not shift the dice
  FaultCounts counts_;
  std::vector<std::byte> spoiled_;
  std::vector<Held> held_;
  std::size_t held_count_ = 0;
};

}  // namespace bowline::inline v0_1
