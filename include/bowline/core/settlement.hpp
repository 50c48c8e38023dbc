// SPDX-License-Identifier: BSL-1.0
// What becomes of the peer's messages, and of those that wait for them.
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <vector>

#include "bowline/base/memory_bound.hpp"
#include "bowline/base/options.hpp"
#include "bowline/base/scope_exit.hpp"
#include "bowline/base/stats.hpp"
#include "bowline/core/delivery.hpp"
#include "bowline/core/in_order_run.hpp"
#include "bowline/core/receive_log.hpp"

namespace bowline::inline v0_1 {

/// `Gate::at_receiver`: lets a message pass to the application once what it waits for is settled, holds it until then,
/// and releases with it whatever waits for it, however long the chain. What has to settle a number makes room for that
/// first, with whatever else may need memory; then nothing stops halfway.
class Settlement {
 public:
  using Ready = Delivery::Ready;

  explicit Settlement(const Options& options)
      : held_unreliable_bytes_max_{options.held_unreliable_bytes_max},
        log_{options.window},
        delivery_{options} {}

  [[nodiscard]] const ReceiveLog& log() const noexcept { return log_; }
  [[nodiscard]] Delivery& delivery() noexcept { return delivery_; }
  [[nodiscard]] const Delivery& delivery() const noexcept { return delivery_; }
  [[nodiscard]] HeldMessages& held() noexcept { return delivery_.held(); }
  [[nodiscard]] Reassembler& parts() noexcept { return delivery_.parts(); }

  /// Whether nothing needs to wait for `number` any more. What is far behind is settled.
  [[gnu::always_inline, nodiscard]] bool settled(SequenceNumber number) const noexcept {
    return number == 0 || log_.behind(number) || log_.settled(number);
  }
  [[nodiscard]] bool abandoned(SequenceNumber number) const noexcept {
    return number != 0 && !log_.behind(number) && log_.fate(number) == Fate::abandoned;
  }

  /// A run of what comes next in order, which releases nobody: takes nothing while anything waits.
  [[nodiscard]] InOrderRun begin_run() noexcept {
    if (!log_.in_order() || waited_for()) return {};
    const SequenceNumber first = log_.lowest_unseen();
    const std::span<Ready> places = delivery_.places(log_.window() - 1);
    // So that whatever is put into the last place, too, waits for less than a window before itself.
    const SequenceNumber end = first + places.size();
    return {first, (std::max)(log_.run(), end - (std::min)(end, SequenceNumber{log_.window()})), places};
  }

  /// Delivers the first `messages` of the run.
  void finish_run(std::size_t messages) noexcept {
    delivery_.push_in_place(messages);
    log_.extend_run(messages);
  }

  /// Makes room for `fate` of a number, and for what that releases, so that `receive`, `finish` and `settle` allocate
  /// nothing as long as nothing more is held or pushed. If memory runs out, nothing has changed.
  [[gnu::always_inline]] void reserve(SequenceNumber number, Fate fate) {
    log_.reserve(number, fate);
    waited_for() ? reserve_chain() : delivery_.reserve();
  }

  /// A reliable segment is here, and is not settled yet.
  void receive(SequenceNumber number) { log_.set(number, Fate::received); }

  /// Nothing more is awaited for a reliable message: it is delivered, or refused with what it depends on.
  [[gnu::always_inline]] void finish(SequenceNumber number, const Ready& ready, bool refused, Stats& stats) {
    refused ? delivery_.drop(ready) : delivery_.push(ready);
    stats.refused += refused ? 1u : 0u;
    settle(number, refused ? Fate::abandoned : Fate::delivered, stats);
  }

  /// All of an unreliable message is here. It never comes again: if memory runs out, nothing is left of it.
  void arrive(const HeldMessage& message, const Ready& ready, Stats& stats) {
    ScopeExit lost{[&]() noexcept { delivery_.drop(ready); }};
    // Of what is far behind only that it is settled is known, which is too little for one that may fail with it.
    const bool known = message.dependency == 0 || !log_.behind(message.dependency);
    if (!settled(message.dependency)) {
      // Empty messages take no payload, but a place each.
      const bool full = held().size() >= 2 * std::size_t{log_.window()} ||
                        held().bytes(false) + ready.view.size() > held_unreliable_bytes_max_;
      if (full) return void(++stats.held_dropped);
      held().hold(message, ready.view);
      return lost.release();
    }
    if (message.fail_with_dependency && (!known || abandoned(message.dependency))) return void(++stats.refused);
    delivery_.reserve();
    lost.release();
    delivery_.push_unreliable(ready, message.newest_only, message.departure, stats);
  }

  /// Settles `number`, and everything that waits for it.
  [[gnu::always_inline]] void settle(SequenceNumber number, Fate fate, Stats& stats) {
    log_.set(number, fate);
    if (waited_for()) release_chain(number, fate, stats);
  }

  /// A new incarnation of the peer: everything starts anew but what was delivered and is still untaken.
  void clear() noexcept {
    delivery_.restart();
    log_.clear();
  }

  [[nodiscard]] bool invariants_hold() const noexcept {
    return settled_.empty() && delivery_.held().invariants_hold() && delivery_.parts().invariants_hold();
  }

  /// The most memory it takes.
  [[nodiscard]] static constexpr MemoryBound memory_max(const Options& options) noexcept {
    return ReceiveLog::memory_max(options) + Delivery::memory_max(options) +
           MemoryBound::vector(2 * std::uint64_t{options.window}, sizeof(SettledNumber));
  }

 private:
  /// Whether anything might wait for a number.
  [[nodiscard]] bool waited_for() const noexcept {
    return delivery_.held().size() != 0 || delivery_.parts().claimed_bytes(true) != 0;
  }

  /// All that is held may be released at once, with the one that it waits for.
  [[gnu::noinline]] void reserve_chain() {
    const std::size_t released = delivery_.held().size() + 1;
    delivery_.reserve(released);
    // Reliable ones, of which there are no more than the log has numbers.
    const std::size_t settled = (std::min)(released, 2 * std::size_t{log_.window()});
    if (settled > settled_.capacity()) settled_.reserve((std::max)(settled, 2 * settled_.capacity()));
  }

  /// Releases what waits for `number`, and what waits for that, however long the chain.
  [[gnu::noinline]] void release_chain(SequenceNumber number, Fate fate, Stats& stats) {
    settled_.push_back({number, fate});
    for (std::size_t i = 0; i < settled_.size(); ++i) {
      const SettledNumber settled = settled_[i];
      parts().on_settled(settled.number, settled.fate == Fate::abandoned);
      held().release_waiting(settled.number,
                             [&](const HeldMessage& waiting) { release(waiting, settled.fate, stats); });
    }
    settled_.clear();
  }

  void release(const HeldMessage& waiting, Fate dependency, Stats& stats) {
    const Ready ready{{}, waiting.payload, waiting.parts, waiting.number != 0};
    const bool refused = waiting.fail_with_dependency && dependency == Fate::abandoned;
    stats.refused += refused ? 1u : 0u;
    if (refused) {
      delivery_.drop(ready);
    } else if (waiting.number == 0) {
      delivery_.push_unreliable(ready, waiting.newest_only, waiting.departure, stats);
    } else {
      delivery_.push(ready);
    }
    if (waiting.number == 0) return;
    const Fate fate = refused ? Fate::abandoned : Fate::delivered;
    log_.set(waiting.number, fate);
    settled_.push_back({waiting.number, fate});
  }

  std::size_t held_unreliable_bytes_max_;
  ReceiveLog log_;
  Delivery delivery_;
  std::vector<SettledNumber> settled_;
};

}  // namespace bowline::inline v0_1
