// SPDX-License-Identifier: BSL-1.0
// A simulated link as channels see it: a transport at each end.
#pragma once

#include <algorithm>
#include <cstdint>
#include <optional>

#include "bowline/base/random.hpp"
#include "bowline/sim/link.hpp"
#include "bowline/transport/concept.hpp"

namespace bowline::inline v0_1::sim {

/// What all ends of one world share.
struct Surroundings {
  TimePoint now;
  Random entropy;
  std::uint64_t stepping = 0;  ///< Number of the driven channel that is being stepped; 0 between steps.
};

/// What the copies of one end share.
struct EndState {
  Surroundings* world;
  Link* out;
  Link* in;
  std::uint64_t reader = 0;  ///< Number of the driven channel that read here last; 0 if none has.
};

/// One end of a simulated link: a transport that gives its datagrams to the link at once and reads those that have
/// arrived. A handle: copies are the same end. Valid as long as its world is.
class LinkEnd {
 public:
  explicit LinkEnd(EndState& state) noexcept : state_{&state} {}

  /// Always `sent`: what befalls the datagram, it befalls on the way, unseen.
  SendOutcome send(Bytes datagram) {
    state_->out->offer(state_->world->now, datagram);
    return SendOutcome::sent;
  }

  /// The next datagram, cut where it does not fit.
  std::optional<std::size_t> receive(Buffer buffer) {
    if (state_->world->stepping != 0) state_->reader = state_->world->stepping;
    const std::optional<Bytes> datagram = state_->in->take();
    if (!datagram) return std::nullopt;
    const std::size_t count = (std::min)(datagram->size(), buffer.size());
    std::copy_n(datagram->begin(), count, buffer.begin());
    return count;
  }

  /// Drawn from the world's seed, anew at each call: a channel that starts again here is a new incarnation.
  [[nodiscard]] Entropy entropy() noexcept {
    const std::uint64_t high = state_->world->entropy.next();
    return {high, state_->world->entropy.next() | 1};
  }

 private:
  EndState* state_;
};

static_assert(DatagramTransport<LinkEnd> && EntropicTransport<LinkEnd>);

/// Both directions of a link: an end for each channel, and the controls. Valid as long as its world is.
struct LinkPair {
  LinkEnd a;
  LinkEnd z;
  Link& a_to_z;
  Link& z_to_a;

  /// Both directions at once.
  void partition() noexcept {
    a_to_z.partition();
    z_to_a.partition();
  }
  void heal() noexcept {
    a_to_z.heal();
    z_to_a.heal();
  }
  void change(TimePoint now, const LinkOptions& options) {
    a_to_z.change(now, options);
    z_to_a.change(now, options);
  }
};

}  // namespace bowline::inline v0_1::sim
