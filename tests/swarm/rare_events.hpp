// SPDX-License-Identifier: BSL-1.0
// What a swarm must have met: a run that never gets there proves nothing about it.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>

namespace bowline::test::swarm {

enum class Rare : std::uint8_t {
  // Outcomes.
  acked_told, acked_silently, lost, lost_for_peer_limit, expired_at_gate, expired_in_queue, expired_in_flight,
  cancelled_at_gate, cancelled_in_queue, cancelled_in_flight, cancel_refused, superseded_at_gate, superseded_in_queue,
  superseded_in_flight, dependency_failed, dependency_failed_in_a_row, dependent_let_through, closed_with_the_peer,
  closed_by_close, never_transmitted, delivered_though_unconfirmed, late_ack, large_delivered, large_recalled,
  // Sending.
  queue_full, writable, refused_too_large, refused_after_close, refused_unknown_dependency,
  refused_unreliable_dependency, refused_forgotten_dependency, dependency_forgotten,
  // Receiving.
  duplicate_segment, newest_only_late, refused_by_tombstone, held_unreliable_dropped, dropped_malformed,
  dropped_corrupt, dropped_foreign, dropped_replayed, dropped_too_old, dropped_reflected, hello_rate_limited,
  verdict_void,
  // The connection.
  connected_again, peer_restarted, peer_gone, peer_closed, unreachable, close_finished, restart_in_mid_message,
  restart_with_dependents_waiting, clock_step_back_absorbed, asked_into_silence,
  // Loss.
  resent, repeated_eagerly, loss_undone, timeout, probe, probe_lost, ack_lost,
  // On the wire.
  tombstone, tombstone_again, tombstone_of_a_part, verdict_delivered, verdict_refused, verdict_again, ping, close_frame,
  padding, number_left_out, ack_with_gaps, ack_with_many_gaps, many_messages_in_a_datagram, window_filled,
  // The world.
  would_block, send_dropped, batch_half_sent, size_lost, extended, stranger_shut_out, address_changed, deaf_spell,
  stranger_limited,
  count
};

inline constexpr std::size_t rare_count = static_cast<std::size_t>(Rare::count);

struct RareEvent {
  const char* name;
  std::uint32_t minimum;  ///< In 20,000 seeds.
};

extern const std::array<RareEvent, rare_count> rare_events;

/// How often each was met.
class RareCounts {
 public:
  void add(Rare event, std::uint64_t times = 1) noexcept { counts_[static_cast<std::size_t>(event)] += times; }
  void add_all(const RareCounts& others) noexcept {
    for (std::size_t i = 0; i < rare_count; ++i) counts_[i] += others.counts_[i];
  }
  [[nodiscard]] std::uint64_t operator[](std::size_t event) const noexcept { return counts_[event]; }
  [[nodiscard]] std::uint64_t of(Rare event) const noexcept { return counts_[static_cast<std::size_t>(event)]; }

 private:
  std::array<std::uint64_t, rare_count> counts_{};
};

}  // namespace bowline::test::swarm
