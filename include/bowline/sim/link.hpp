// SPDX-License-Identifier: BSL-1.0
// One direction of a simulated link, as a value: datagrams and the time go in, arrivals come out.
#pragma once

#include <algorithm>
#include <functional>
#include <optional>
#include <utility>
#include <vector>

#include "bowline/base/assert.hpp"
#include "bowline/base/random.hpp"
#include "bowline/sim/arrival_queue.hpp"
#include "bowline/sim/bottleneck.hpp"
#include "bowline/sim/drop_script.hpp"
#include "bowline/sim/link_counters.hpp"
#include "bowline/sim/link_options.hpp"
#include "bowline/sim/loss_model.hpp"
#include "bowline/sim/trace_hash.hpp"

namespace bowline::inline v0_1::sim {

/// A datagram meets, in this order: the tap, the drop script, a partition, the MTU, the queue, loss, repetition, and
/// each copy of it truncation, corruption, delay. The seed decides every draw, and each of these draws for itself: a
/// change of one setting leaves the others' luck alone. `now` is an argument throughout and must not go back.
///
/// Invariants: `counters().entered() == counters().delivered + counters().dropped() + in_flight()`.
class Link {
 public:
  /// Refuses options that have a fault.
  Link(const LinkOptions& options, std::uint64_t seed) : Link{options, Random{seed}} {}

  /// A datagram of the near end. O(its bytes + log in flight).
  void offer(TimePoint now, Bytes datagram) {
    ++counters_.offered;
    counters_.offered_bytes += datagram.size();
    trace_.add(now, datagram);
    if (tap_) tap_(now, datagram);
    if (script_.drops(datagram)) return count(counters_.dropped_scripted);
    if (partitioned_) return count(counters_.dropped_partition);
    const std::size_t packet_bytes = datagram.size() + options_.overhead_bytes;
    if (packet_bytes > options_.mtu_bytes) return count(counters_.dropped_too_large);
    const std::optional<Duration> queued = line().admit(now, packet_bytes);
    if (!queued) return count(counters_.dropped_queue_full);
    if (loss_.loses_next()) return count(counters_.dropped_lost);
    const TimePoint departure = later(now, *queued);
    carry(departure, datagram);
    if (duplicate_draw_.chance(options_.duplicate.parts_per_million())) {
      ++counters_.copies;
      carry(later(departure, options_.duplicate_delay), datagram);
    }
  }

  /// A datagram of nobody, for adversaries: arrives at `when`, untouched and whatever the link's state.
  void inject(TimePoint when, Bytes datagram) {
    ++counters_.injected;
    trace_.add(when, datagram);
    queue_.schedule(when, datagram);
  }

  /// When the next datagram arrives that `advance` has not let in yet; `never` if there is none.
  [[nodiscard]] TimePoint next_arrival() const noexcept { return queue_.next_arrival(); }

  /// Lets in what arrives up to `now`.
  void advance(TimePoint now) { counters_.dropped_unread += queue_.advance(now, options_.unread_max); }

  /// The next datagram let in; valid until the next `offer` or `inject`.
  std::optional<Bytes> take() {
    const std::optional<Bytes> datagram = queue_.take();
    if (datagram) {
      ++counters_.delivered;
      counters_.delivered_bytes += datagram->size();
    }
    return datagram;
  }

  /// From now on all that is offered is dropped, until `heal`. What is on its way arrives.
  void partition() noexcept { partitioned_ = true; }
  void heal() noexcept { partitioned_ = false; }

  /// From now on what is offered here waits in `other`'s queue for `other`'s line, whose rate and queue then count and
  /// not ours. `other` is not behind a third and lives as long as this link is offered something.
  void queue_in(Link& other) noexcept {
    BOWLINE_ASSERT(other.shared_ == nullptr && &other != this);
    shared_ = &other.bottleneck_;
  }

  /// Bytes, overhead included, that wait for the line or are on it. `now` must not go back.
  [[nodiscard]] std::uint64_t queued_bytes(TimePoint now) noexcept { return line().backlog_bytes(now); }

  /// Other options from `now` on; what is on its way is not touched. Refuses options that have a fault.
  void change(TimePoint now, const LinkOptions& options) {
    if (const char* fault = options.fault()) refuse(fault);
    options_ = options;
    loss_.change(options.loss, options.burst);
    bottleneck_.change(now, options.rate_bits_per_second, options.queue_bytes);
  }

  /// Drops the next `count` datagrams that match, or the `nth` one (from 1) counted from now.
  void drop_next(std::uint64_t count = 1, DatagramPredicate matches = {}) {
    script_.add(0, count, std::move(matches));
  }
  void drop_nth(std::uint64_t nth, DatagramPredicate matches = {}) {
    BOWLINE_ASSERT(nth >= 1);
    script_.add(nth - 1, 1, std::move(matches));
  }

  /// Shows every datagram offered from now on, before anything befalls it. The tap must not offer.
  void tap(std::function<void(TimePoint, Bytes)> tap) { tap_ = std::move(tap); }

  [[nodiscard]] const LinkOptions& options() const noexcept { return options_; }
  [[nodiscard]] const LinkCounters& counters() const noexcept { return counters_; }

  /// Datagrams on their way, and those that arrived and wait to be taken.
  [[nodiscard]] std::size_t in_flight() const noexcept { return queue_.on_the_way() + queue_.unread(); }

  /// Stands for all that was offered and injected so far, and when.
  [[nodiscard]] std::uint64_t trace_hash() const noexcept { return trace_.value(); }

  [[nodiscard]] bool invariants_hold() const {
    return counters_.entered() == counters_.delivered + counters_.dropped() + in_flight() && queue_.invariants_hold();
  }

 private:
  Link(const LinkOptions& options, Random seeds)
      : options_{options},
        loss_{options.loss, options.burst, seeds.next()},
        bottleneck_{options.rate_bits_per_second, options.queue_bytes},
        duplicate_draw_{seeds.next()},
        delay_draw_{seeds.next()},
        reorder_draw_{seeds.next()},
        damage_draw_{seeds.next()} {
    if (const char* fault = options.fault()) refuse(fault);
  }

  [[nodiscard]] Bottleneck& line() noexcept { return shared_ != nullptr ? *shared_ : bottleneck_; }

  static void count(std::uint64_t& counter) noexcept { ++counter; }

  void carry(TimePoint departure, Bytes datagram) {
    TimePoint arrival = later(departure, options_.delay);
    arrival = later(arrival, Duration{static_cast<std::int64_t>(
                                 delay_draw_.below(static_cast<std::uint64_t>(options_.jitter.count()) + 1))});
    if (reorder_draw_.chance(options_.reorder.parts_per_million())) {
      ++counters_.reordered;
      arrival = later(arrival, options_.reorder_delay);
    } else if (options_.keep_order) {
      arrival = latest_arrival_ = (std::max)(latest_arrival_, arrival);
    }
    queue_.schedule(arrival, damaged(datagram));
  }

  /// `datagram`, or a cut or altered copy of it, valid until the next call.
  Bytes damaged(Bytes datagram) {
    const bool cut = damage_draw_.chance(options_.truncate.parts_per_million()) && !datagram.empty();
    if (cut) {
      ++counters_.truncated;
      datagram = datagram.first(damage_draw_.index(datagram.size()));
    }
    if (!damage_draw_.chance(options_.corrupt.parts_per_million()) || datagram.empty()) return datagram;
    ++counters_.corrupted;
    altered_.assign(datagram.begin(), datagram.end());
    const std::uint64_t bits = std::uint64_t{datagram.size()} * 8;
    for (std::uint64_t left = (std::min)(std::uint64_t{options_.corrupt_bits}, bits); left > 0;) {
      const std::uint64_t bit = damage_draw_.below(bits);
      const std::uint32_t at = static_cast<std::uint32_t>(bit / 8);
      const std::byte mask = std::byte{1} << static_cast<int>(bit % 8);
      if ((altered_[at] & mask) != (datagram[at] & mask)) continue;  // A second flip would undo the first.
      altered_[at] ^= mask;
      --left;
    }
    return altered_;
  }

  LinkOptions options_;
  LossModel loss_;
  Bottleneck bottleneck_;
  Bottleneck* shared_ = nullptr;
  Random duplicate_draw_, delay_draw_, reorder_draw_, damage_draw_;
  DropScript script_;
  std::function<void(TimePoint, Bytes)> tap_;
  ArrivalQueue queue_;
  LinkCounters counters_;
  TraceHash trace_;
  std::vector<std::byte> altered_;
  TimePoint latest_arrival_{};
  bool partitioned_ = false;
};

}  // namespace bowline::inline v0_1::sim
