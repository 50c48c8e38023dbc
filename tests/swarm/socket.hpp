// SPDX-License-Identifier: BSL-1.0
// One end of a link with addresses, as a socket that fails now and then.
#pragma once

#include <algorithm>
#include <cstdint>
#include <map>
#include <optional>
#include <vector>

#include "bowline/base/random.hpp"
#include "bowline/sim/link_end.hpp"
#include "bowline/transport/amplification_limit.hpp"
#include "swarm/memory_account.hpp"
#include "swarm/wire_view.hpp"

namespace bowline::test::swarm {

using Address = std::uint16_t;

/// How the transport of an end, and the first hop behind it, fail. Shares are in parts per million.
struct SocketFaults {
  std::uint32_t would_block = 0;
  std::uint32_t dropped = 0;
  std::uint32_t half_batches = 0;
  std::uint32_t extended = 0;
  std::size_t bytes_max = ~std::size_t{0};  ///< Larger datagrams vanish on the way.
};

/// What outlives the channel that uses the socket: addresses, accounts, and an observer of all that leaves.
///
/// On the link each datagram stands behind its source and destination address, two bytes each.
class SocketState {
 public:
  static constexpr std::size_t prefix_bytes = 4;

  /// `remote`: the only peer; 0: whoever sends, until `lock`, as `UdpTransport` has it.
  SocketState(sim::LinkEnd link, const sim::Link& out, Address address, Address remote, std::uint64_t seed,
              WireView& view, Findings& findings, RareCounts& rare)
      : own{address},
        link_{link},
        out_{out},
        remote_{remote},
        peer_{remote},
        locked_{remote != 0},
        dice_{seed},
        view_{view},
        findings_{findings},
        rare_{rare} {}

  SendOutcome send(Bytes datagram) {
    const Paying nobody{nullptr};
    if (dice_.chance(faults.would_block)) return rare_.add(Rare::would_block), SendOutcome::would_block;
    ++taken;
    view_.read(datagram);
    if (peer_ == 0) return SendOutcome::dropped;
    if (!locked_ && !limit_.admit(datagram.size())) return rare_.add(Rare::stranger_limited), SendOutcome::dropped;
    if (dice_.chance(faults.dropped)) return rare_.add(Rare::send_dropped), SendOutcome::dropped;
    watch(datagram);
    if (datagram.size() > faults.bytes_max) return rare_.add(Rare::size_lost), SendOutcome::sent;
    packed_.resize(prefix_bytes);
    write(own, 0), write(peer_, 2);
    packed_.insert(packed_.end(), datagram.begin(), datagram.end());
    if (dice_.chance(faults.extended)) {
      rare_.add(Rare::extended);
      packed_.resize(packed_.size() + 1 + dice_.index(40), std::byte{0x5a});
    }
    const std::uint64_t dropped = out_.counters().dropped();
    const SendOutcome outcome = link_.send(packed_);
    if (out_.counters().dropped() != dropped) {
      rare_.add(Rare::ack_lost, view_.latest_has_ack() ? 1 : 0);
      rare_.add(Rare::probe_lost, view_.latest_has_ping() ? 1 : 0);
    }
    return outcome;
  }

  /// The next datagram for us from whom we listen to.
  std::optional<std::size_t> receive(Buffer buffer) {
    const Paying nobody{nullptr};
    unpacked_.resize(prefix_bytes + buffer.size());
    while (const auto bytes = link_.receive(unpacked_)) {
      if (*bytes < prefix_bytes || address_at(2) != own) continue;
      const Address source = address_at(0);
      if (locked_ && source != peer_) {
        rare_.add(Rare::stranger_shut_out);
        continue;
      }
      const std::size_t count = *bytes - prefix_bytes;
      std::copy_n(unpacked_.begin() + prefix_bytes, count, buffer.begin());
      if (source != peer_) limit_.start(source == proved_);
      peer_ = source;
      limit_.on_received(count);
      credit(source, buffer.first(count));
      ++received;
      received_bytes += count;
      return count;
    }
    return std::nullopt;
  }

  void prove() noexcept { proved_ = peer_, limit_.lift(); }
  void lock() noexcept {
    locked_ = peer_ != 0;
    if (locked_) prove();
  }
  void unlock() noexcept { locked_ = remote_ != 0; }
  [[nodiscard]] Entropy entropy() noexcept { return link_.entropy(); }

  /// A new process on the same socket address.
  void reopen() noexcept {
    peer_ = remote_;
    proved_ = 0;
    limit_.start(false);
    locked_ = remote_ != 0;
    taken = received = received_bytes = 0;
  }

  [[nodiscard]] Random& dice() noexcept { return dice_; }
  [[nodiscard]] RareCounts& rare() noexcept { return rare_; }

  Address own;
  SocketFaults faults;
  const WireView* peers_view = nullptr;
  std::uint64_t taken = 0, received = 0, received_bytes = 0;  ///< Of the present process.

 private:
  /// What we know of an address that may have been forged.
  struct Account {
    bool proven = false;
    std::uint64_t received_bytes = 0, sent_bytes = 0;
  };

  [[nodiscard]] Address address_at(std::size_t place) const {
    return static_cast<Address>(static_cast<unsigned>(unpacked_[place]) |
                                static_cast<unsigned>(unpacked_[place + 1]) << 8);
  }
  void write(Address address, std::size_t place) {
    packed_[place] = static_cast<std::byte>(address & 0xff);
    packed_[place + 1] = static_cast<std::byte>(address >> 8);
  }

  /// An address is proven once it shows what only somebody who hears us, or our peer, can know.
  void credit(Address source, Bytes datagram) {
    Account& account = accounts_[source];
    account.received_bytes += datagram.size();
    WireReader reader{datagram};
    const std::uint8_t kind = reader.u8();
    const std::uint64_t tag = reader.u64();
    static_cast<void>(reader.u32());
    if (kind == 5) account.proven |= peers_view != nullptr && peers_view->said_tag(tag);
    if (kind != 4) return;
    static_cast<void>(reader.u64()), static_cast<void>(reader.u64());
    const std::uint64_t response = reader.u64();
    account.proven |= reader.good() && response != 0 && view_.said_challenge(response);
  }

  /// Whoever calls while the handshake is not confirmed is answered; if the address was forged, with little.
  void watch(Bytes datagram) {
    if (remote_ != 0) return;
    Account& account = accounts_[peer_];
    if (account.proven) return;
    account.sent_bytes += datagram.size();
    if (account.sent_bytes > 3 * account.received_bytes) {
      findings_.add("an address that may be forged was sent more than three times what came from it");
    }
  }

  sim::LinkEnd link_;
  const sim::Link& out_;
  Address remote_;
  Address peer_;
  Address proved_ = 0;
  AmplificationLimit limit_;
  bool locked_;
  Random dice_;
  WireView& view_;
  Findings& findings_;
  RareCounts& rare_;
  std::map<Address, Account> accounts_;
  std::vector<std::byte> packed_, unpacked_;
};

/// The socket for a channel. A handle.
class Socket {
 public:
  explicit Socket(SocketState& state) noexcept : state_{&state} {}

  SendOutcome send(Bytes datagram) { return state_->send(datagram); }
  std::optional<std::size_t> receive(Buffer buffer) { return state_->receive(buffer); }
  void prove_peer() noexcept { state_->prove(); }
  void lock_peer() noexcept { state_->lock(); }
  void unlock_peer() noexcept { state_->unlock(); }
  [[nodiscard]] Entropy entropy() noexcept { return state_->entropy(); }

 protected:
  [[nodiscard]] SocketState& state() noexcept { return *state_; }

 private:
  SocketState* state_;
};

static_assert(PeerLearningTransport<Socket> && EntropicTransport<Socket> && !BatchingTransport<Socket>);

/// The same with batches, which may leave by half.
class BatchingSocket : public Socket {
 public:
  explicit BatchingSocket(SocketState& state) : Socket{state} {}

  [[nodiscard]] Buffer batch_room(std::size_t bytes_max) {
    const Paying nobody{nullptr};
    if (batch_.size() - sent_ >= datagrams_max) return {};
    room_.resize(bytes_max);
    return room_;
  }
  [[nodiscard]] std::size_t bytes_wanted() const noexcept {
    return batch_.size() == sent_ ? 0 : batch_.back().size();
  }
  void commit(std::size_t bytes) {
    const Paying nobody{nullptr};
    batch_.emplace_back(room_.begin(), room_.begin() + static_cast<std::ptrdiff_t>(bytes));
  }
  SendOutcome flush() {
    const bool half = state().dice().chance(state().faults.half_batches);
    const std::size_t leave = half ? sent_ + (batch_.size() - sent_) / 2 : batch_.size();
    SendOutcome outcome = SendOutcome::sent;
    for (; sent_ < leave; ++sent_) {
      const SendOutcome now = state().send(batch_[sent_]);
      if (now == SendOutcome::would_block) return now;
      if (now == SendOutcome::dropped) outcome = now;
    }
    if (sent_ < batch_.size()) return state().rare().add(Rare::batch_half_sent), SendOutcome::would_block;
    batch_.clear();
    sent_ = 0;
    return outcome;
  }
  [[nodiscard]] std::optional<Buffer> receive_in_place(std::size_t bytes_max) {
    const Paying nobody{nullptr};
    received_.resize(bytes_max);
    const auto bytes = state().receive(received_);
    return bytes ? std::optional{Buffer{received_}.first(*bytes)} : std::nullopt;
  }
  [[nodiscard]] bool waiting() const noexcept { return false; }

  static constexpr std::size_t datagrams_max = 8;

 private:
  std::vector<std::vector<std::byte>> batch_;
  std::size_t sent_ = 0;
  std::vector<std::byte> room_, received_;
};

static_assert(BatchingTransport<BatchingSocket> && PeerLearningTransport<BatchingSocket>);

}  // namespace bowline::test::swarm
