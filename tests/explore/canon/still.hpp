// SPDX-License-Identifier: BSL-1.0
// Keeps constant what no law speaks of, so that it does not tell states apart.
#pragma once

#include <algorithm>

#include "bowline/core/connection.hpp"

namespace bowline::explore {

/// Rewrites an end after each step. What is left could have come about by itself:
///   - secrets are drawn from a place in their stream that depends on `drawn` only, which counts own nonces
///   and
///     challenges; jitter is none;
///   - no packet number is left out on purpose;
///   - the round-trip time stays what was assumed at first, so that time-outs are constants, and delivery
///   rate and
///     pacer have seen nothing;
///   - nothing that was overtaken before is remembered;
///   - every acknowledgement reaches back as far as ever, and says that it took no time;
///   - a peer's silence begins with the first probe that it leaves unanswered, and answers take no time;
///   - the limit on answers to HELLOs is never reached.
template <class DedupPolicy, class ResendPolicy, class Extras>
void still(Connection<DedupPolicy, ResendPolicy, Extras>& connection, TimePoint now, std::uint64_t drawn) {
  auto& handshake = connection.association_.handshake_;
  auto& sender = connection.association_.session_.sender_;
  auto& receiver = connection.association_.session_.receiver_;
  auto& recovery = sender.recovery_;
  handshake.secrets_.count_ = 16 * drawn;
  handshake.limiter_ = AnswerLimiter{};
  recovery.loss_.random_ = Random{0};
  recovery.loss_.jitter_ = 0;
  recovery.loss_.reordering_ = ReorderingWindow{};
  recovery.rtt_ = RttEstimator{sender.rtt_initial_};
  recovery.delivery_ = DeliveryRate{};
  recovery.pacer_ = Pacer{};
  sender.skips_ = Random{0};
  sender.skip_at_ = 0;
  const PacketNumber told = *std::min_element(receiver.acks_.lowest_.begin(), receiver.acks_.lowest_.end());
  receiver.acks_.lowest_.fill(told);
  receiver.acks_.newest_at_ = now;
  auto& liveness = connection.association_.session_.liveness_;
  if (liveness.probes_ == 0) liveness.silent_since_ = now;
  liveness.unanswered_since_ = TimePoint{} - std::chrono::hours{1};
  connection.stats_ = Stats{};
}

}  // namespace bowline::explore
