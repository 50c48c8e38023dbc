// SPDX-License-Identifier: BSL-1.0
// One end: a connection, its clock, and the process that it lives in.
#pragma once

#include <algorithm>
#include <memory>
#include <vector>

#include "bowline/core/connection.hpp"
#include "explore/canon/connection.hpp"
#include "explore/canon/still.hpp"
#include "explore/network.hpp"
#include "explore/plan.hpp"

namespace bowline::explore {

/// What is compiled into a search: the schedule, which a plan may choose further, and the width of numbers.
template <class ResendPolicy, class Extras>
struct Rules {
  using Resend = ResendPolicy;
  using Peer = Connection<AnyFilter, ResendPolicy, Extras>;
  using Number = WireNumber<wire_number_bits<Extras>()>;
  static constexpr bool narrow = wire_number_bits<Extras>() < 32;
  static constexpr std::size_t seal_bytes = decltype(Extras::seal)::overhead_bytes;
};

/// A value. Its clock is its own and goes on only when a timer fires: so the clocks of the two ends drift as
/// they like, and whatever order of events a network and two processors can make is one that the search
/// takes.
template <class RulesOf>
class End {
 public:
  using Peer = typename RulesOf::Peer;

  End(Side side, std::uint8_t process, const Plan& plan)
      : connection_{seeded(side, process, plan.options[side]), plan.filter,
                    typename RulesOf::Resend{plan.schedule}} {
    settle();
  }

  [[nodiscard]] Peer& connection() noexcept { return connection_; }
  [[nodiscard]] const Peer& connection() const noexcept { return connection_; }
  [[nodiscard]] TimePoint now() const noexcept { return now_; }
  [[nodiscard]] const Digest& digest() const noexcept { return digest_; }
  [[nodiscard]] bool closed() const noexcept { return connection_.state() == ConnectionState::closed; }

  /// How long until a timer fires.
  [[nodiscard]] Duration wait() const {
    const TimePoint at = connection_.next_deadline();
    return at == never ? (Duration::max)() : (std::max)(at - now_, Duration::zero());
  }

  void sleeps(Duration time) { now_ += time; }
  void fires() { connection_.handle_timeout(now_); }

  /// What is delivered of it views the copy that is kept here.
  void hears(const std::vector<std::byte>& datagram) {
    inbound_ = std::make_shared<std::vector<std::byte>>(datagram);
    connection_.handle_datagram(now_, *inbound_);
  }

  /// A step is over.
  void settle() {
    const Nonce own = connection_.association_.handshake_.own_;
    const std::uint64_t challenge = connection_.association_.handshake_.challenge_;
    drawn_ += (own != own_ ? 1u : 0u) + (challenge != challenge_ ? 1u : 0u);
    own_ = own;
    challenge_ = challenge;
    still(connection_, now_, drawn_);
    if (!connection_.has_event()) inbound_.reset();
    refresh();
  }

  void refresh() { digest_ = digest_of(connection_, now_); }

  [[nodiscard]] Nonce own() const noexcept { return own_; }
  [[nodiscard]] Nonce peer() const noexcept { return connection_.association_.handshake_.peer_; }
  [[nodiscard]] bool bound() const noexcept { return connection_.association_.handshake_.bound(); }
  [[nodiscard]] std::uint64_t tag_in() const noexcept {
    return connection_.association_.session_.envelope_.inbound_tag_;
  }
  [[nodiscard]] std::uint64_t tag_out() const noexcept {
    return connection_.association_.session_.envelope_.outbound_tag_;
  }
  [[nodiscard]] const PacketLog& log() const noexcept {
    return connection_.association_.session_.sender_.recovery_.log_;
  }
  [[nodiscard]] const ReceivedPackets& packets() const noexcept {
    return connection_.association_.session_.receiver_.packets_;
  }
  [[nodiscard]] Bases bases() const { return bases_of(connection_, now_); }

 private:
  [[nodiscard]] static Options seeded(Side side, std::uint8_t process, Options options) {
    options.entropy = {side + 1u, process + 1u};
    return options;
  }

  std::uint64_t drawn_ = 0;
  Nonce own_ = 0;
  std::uint64_t challenge_ = 0;
  Peer connection_;
  TimePoint now_{std::chrono::hours{1}};
  std::shared_ptr<std::vector<std::byte>> inbound_;
  Digest digest_;
};

}  // namespace bowline::explore
