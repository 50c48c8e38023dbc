// SPDX-License-Identifier: BSL-1.0
// One end of a conversation: its channel, which may start again, its application, and the laws at each step.
#pragma once

#include <deque>
#include <map>
#include <optional>
#include <string>
#include <utility>

#include "bowline/sim/trace_hash.hpp"
#include "bowline/sim/world.hpp"
#include "scenario/support/ledger.hpp"
#include "swarm/kinds.hpp"
#include "swarm/memory_account.hpp"
#include "swarm/own_time.hpp"
#include "swarm/stat_counts.hpp"

namespace bowline::test::swarm {

/// What the world drives in place of a channel: it passes everything on, unless its application is deaf or its process
/// dead, and looks at the laws after each step.
template <class Kind>
class End {
 public:
  using Channel = typename Kind::Channel;

  End(sim::World& world, sim::LinkEnd link, const sim::Link& out, char name, const Setup& setup, Findings& findings,
      RareCounts& rare, std::uint64_t seed)
      : world_{world},
        name_{name},
        setup_{setup},
        findings_{findings},
        rare_{rare},
        view_{Kind::sealed, findings, rare},
        socket_{link, out, first_address(name), name == 'a' ? first_address('z') : Address{0}, seed, view_, findings,
                rare},
        clock_setting_{world.clock()} {}

  End(const End&) = delete;
  End& operator=(const End&) = delete;

  void meet(End& other, bool at_most_once) {
    other_ = &other;
    socket_.peers_view = &other.view_;
    at_most_once_ = at_most_once;
  }

  // Its life.

  /// A new process, after `incarnations_max` of them none.
  void start() {
    kill();
    if (ledgers_.size() == incarnations_max) return;
    socket_.reopen();
    const Paying us{&memory_};
    channel_.emplace(Kind::make(socket_, FaultyClock{clock_setting_}, setup_));
    own_time_ = OwnTime{};
    const Paying nobody{nullptr};
    const auto incarnation = static_cast<int>(ledgers_.size());
    const int tag = name_ == 'a' ? 'a' + incarnation : 'z' - incarnation;
    ledgers_.emplace_back(static_cast<std::uint8_t>(tag), at_most_once_,
                          [this](const std::string& sentence) { findings_.add(sentence); });
    received_ = 0;
    closing_ = closed_ = wants_writable_ = false;
    heard_before_ = 0;
    newest_of_key_.clear();
    deadlines_.clear();
  }

  void kill() {
    if (!channel_) return;
    note_restart();
    count_stats(channel_->stats(), rare_);
    channel_.reset();
  }

  [[nodiscard]] bool alive() const noexcept { return channel_.has_value(); }
  [[nodiscard]] bool may_start_again() const noexcept { return ledgers_.size() < incarnations_max; }

  /// Its application does nothing until then.
  void be_deaf(Duration time) {
    deaf_until_ = later(world_.now(), time);
    rare_.add(Rare::deaf_spell);
  }
  void listen() noexcept { deaf_until_ = TimePoint{}; }

  // What its application does.

  SendResult send(std::size_t bytes, const SendOptions& options) {
    look_at_key(options.key);
    sample_time_of_send(options);
    const std::vector<std::byte> payload = ledger().payload(ledger().next_id(), bytes);
    const SendResult result = pays([&] { return channel_->send(payload, options); });
    if (!result) return result;
    ledger().sent(result, bytes, options, own_time_.now());
    if (options.key != 0) newest_of_key_[options.key] = result.id.value;
    if (options.reliable && options.deadline > Duration::zero()) {
      deadlines_.emplace(own_time_.now() + options.deadline, result.id.value);
    }
    look_at_window();
    return result;
  }

  void cancel(MessageId id) {
    sample_time();
    const MessageStatus status = channel_->status(id);
    const bool answer = pays([&] { return channel_->cancel(id); });
    ledger().cancelled(id.value, answer);
    if (answer) count_place(status, Rare::cancelled_at_gate);
    else if (ledger()[id.value].options.reliable) rare_.add(Rare::cancel_refused);
  }

  void close() {
    sample_time();
    closing_ = true;
    ledger().disconnected();
    pays([&] { channel_->close(); });
  }

  /// A send that must be refused.
  void send_wrongly(std::size_t bytes, const SendOptions& options, SendError expected, Rare event) {
    sample_time_of_send(options);
    const std::vector<std::byte> payload(bytes);
    const SendResult result = pays([&] { return channel_->send(payload, options); });
    if (findings_.expect(result.error == expected, "a mistake is refused for another reason, or not at all")) {
      rare_.add(event);
    }
  }

  void refused_as_full() {
    rare_.add(Rare::queue_full);
    wants_writable_ = true;
  }

  // What the world calls.

  void poll() {
    if (!awake()) return;
    sample_time();
    look_at_deadlines();
    view_.confirmed = channel_->connection().confirmed();
    const std::uint64_t heard = channel_->stats().datagrams_received - heard_before_;
    heard_before_ = channel_->stats().datagrams_received;
    pays([&] { channel_->poll(); });
    check(heard >= datagrams_per_poll_max);
    drained_ = false;
  }

  [[nodiscard]] std::optional<Event> next_event() {
    if (!awake()) return std::nullopt;
    auto event = pays([&] { return channel_->next_event(); });
    if (!event) drained_ = true;
    else event->visit([this](const auto& kind) { this->on(kind); });
    return event;
  }

  /// In the world's time.
  [[nodiscard]] TimePoint next_deadline() const {
    if (!channel_) return never;
    if (deaf_until_ > world_.now()) return deaf_until_;
    return clock().in_world_time(channel_->next_deadline());
  }

  // What can be asked.

  [[nodiscard]] Channel& operator*() { return *channel_; }
  [[nodiscard]] Channel* operator->() { return &*channel_; }
  [[nodiscard]] bool settled() const { return !channel_ || (channel_->settled() && !wants_writable_); }
  [[nodiscard]] Ledger& ledger() { return ledgers_.back(); }
  [[nodiscard]] bool closing() const noexcept { return closing_; }
  [[nodiscard]] bool closed() const noexcept { return closed_; }
  [[nodiscard]] SocketState& socket() noexcept { return socket_; }
  [[nodiscard]] FaultyClock clock() const noexcept { return FaultyClock{clock_setting_}; }
  [[nodiscard]] const Setup& setup() const noexcept { return setup_; }
  [[nodiscard]] char name() const noexcept { return name_; }
  [[nodiscard]] std::uint64_t disconnects() const noexcept { return disconnects_; }
  [[nodiscard]] std::uint64_t trace_hash() const noexcept { return trace_.value(); }
  [[nodiscard]] std::size_t memory_bytes() const noexcept { return memory_.bytes(); }
  [[nodiscard]] static constexpr Address first_address(char name) noexcept {
    return static_cast<Address>(name == 'a' ? 100 : 200);
  }

  /// Everything has ended: exactly one outcome each.
  void expect_complete() {
    if (!channel_) return;
    ledger().expect_complete(*channel_);
  }

 private:
  static constexpr std::size_t incarnations_max = 8;
  static constexpr std::uint64_t datagrams_per_poll_max = 64;

  [[nodiscard]] bool awake() const { return channel_ && deaf_until_ <= world_.now(); }
  void sample_time() { own_time_.sample(clock().now()); }

  /// A clock that is set back hides what it showed to nobody, so the channel's own time is known only by looking when
  /// the channel does: not for a message over a connection and without a deadline.
  void sample_time_of_send(const SendOptions& options) {
    if (options.deadline > Duration::zero() || channel_->state() != ConnectionState::connected) sample_time();
  }

  template <class Call>
  decltype(auto) pays(Call&& call) {
    const Paying us{&memory_};
    return call();
  }

  void check(bool more_to_read) {
    const Stats& stats = channel_->stats();
    findings_.expect(channel_->connection().invariants_hold(), "a part of the channel breaks its invariants");
    findings_.expect(stats.messages_delivered == received_, "Stats::messages_delivered is not what was received");
    findings_.expect(stats.messages_accepted == ledger().size(), "Stats::messages_accepted is not what was sent");
    findings_.expect(stats.datagrams_received == socket_.received && stats.received_bytes == socket_.received_bytes,
                     "Stats::datagrams_received is not what came in");
    findings_.expect(stats.datagrams_sent - socket_.taken <= (Kind::batching ? BatchingSocket::datagrams_max : 1),
                     "Stats::datagrams_sent is not what went out");
    expect_stats_of_honest_peers(stats, findings_);
    const TimePoint due = channel_->next_deadline();
    // What the peer turned out not to take ends in poll(), and waits to be told.
    const bool at_once = more_to_read || channel_->connection().has_event();
    findings_.expect(at_once || due > clock().now(), "next_deadline() is not in the future after poll()");
    findings_.expect(!drained_ || due != never || channel_->settled(), "something is pending and nothing will be due");
    findings_.expect(memory_.bytes() <= memory_bytes_max(setup_.options), "more memory is held than the limits allow");
    if (drained_) ledger().look_at_pending(*channel_, own_time_.now());
  }

  // Events.

  void on(const Received& event) {
    ++received_;
    const auto [tag, id] = Ledger::name_in(event.payload);
    trace(1, (std::uint64_t{tag} << 56) + id);
    const int incarnation = other_->name_ == 'a' ? tag - 'a' : 'z' - tag;
    if (incarnation < 0 || static_cast<std::size_t>(incarnation) >= other_->ledgers_.size()) {
      return findings_.add("something was received that nobody sent");
    }
    Ledger& sender = other_->ledgers_[static_cast<std::size_t>(incarnation)];
    other_->look_at_dependency(sender, id);
    sender.delivered(event, own_time_.now());
    if (id == 0 || id > sender.size()) return;
    const Ledger::Entry& entry = sender[id];
    if (event.payload.size() > other_->setup_.options.datagram_bytes_max) rare_.add(Rare::large_delivered);
    if (entry.outcome && *entry.outcome != Outcome::acked) rare_.add(Rare::delivered_though_unconfirmed);
    if (entry.options.after && sender[entry.options.after.value].deliveries == 0) {
      rare_.add(Rare::dependent_let_through);
    }
  }

  void on(const Acked& event) {
    trace(2, event.id.value);
    rare_.add(Rare::acked_told);
    ledger().acked(event.id.value);
  }

  void on(const LateAck& event) {
    trace(3, event.id.value);
    rare_.add(Rare::late_ack);
    ledger().late_acked(event.id.value);
  }

  void on(const Unconfirmed& event) {
    trace(4, event.id.value * 16 + static_cast<std::uint64_t>(event.reason));
    ledger().unconfirmed(event, own_time_.now());
    if (!event.id || event.id.value > ledger().size()) return;
    const Ledger::Entry& entry = ledger()[event.id.value];
    if (entry.deliveries != 0) rare_.add(Rare::delivered_though_unconfirmed);
    if (!event.transmitted) rare_.add(Rare::never_transmitted);
    if (event.transmitted && entry.bytes > setup_.options.datagram_bytes_max) rare_.add(Rare::large_recalled);
    switch (event.reason) {
      case Outcome::lost:
        rare_.add(event.cause == LossCause::peer_limit ? Rare::lost_for_peer_limit : Rare::lost);
        break;
      case Outcome::expired: count_place(place_when_due_[event.id.value], Rare::expired_at_gate); break;
      case Outcome::dependency_failed: {
        const auto& cause = ledger()[entry.options.after.value].outcome;
        const bool again = cause && *cause == Outcome::dependency_failed;
        rare_.add(again ? Rare::dependency_failed_in_a_row : Rare::dependency_failed);
        break;
      }
      case Outcome::closed: rare_.add(closing_ ? Rare::closed_by_close : Rare::closed_with_the_peer); break;
      default: break;
    }
  }

  void on(const Connected&) {
    trace(5, 0);
    if (connects_++ != 0) rare_.add(Rare::connected_again);
  }

  void on(const Disconnected& event) {
    trace(6, static_cast<std::uint64_t>(event.reason));
    ++disconnects_;
    ledger().disconnected();
    constexpr Rare events[] = {Rare::close_finished, Rare::peer_closed, Rare::peer_restarted, Rare::peer_gone,
                               Rare::unreachable};
    rare_.add(events[static_cast<std::size_t>(event.reason)]);
    if (event.reason == DisconnectReason::closed) {
      closed_ = true;
      findings_.expect(closing_, "a channel closed that nobody closed");
    }
  }

  void on(const Writable&) {
    trace(7, 0);
    rare_.add(Rare::writable);
    findings_.expect(std::exchange(wants_writable_, false), "Writable came though nothing was refused");
  }

  void trace(std::uint64_t kind, std::uint64_t what) {
    trace_.add(kind);
    trace_.add(static_cast<std::uint64_t>(world_.now().time_since_epoch().count()));
    trace_.add(what);
  }

  // Rare events.

  /// `at_gate` and the two after it are for the three places.
  void count_place(MessageStatus status, Rare at_gate) {
    const auto place = status == MessageStatus::gated ? 0u : status == MessageStatus::queued ? 1u : 2u;
    rare_.add(static_cast<Rare>(static_cast<unsigned>(at_gate) + place));
  }

  void look_at_key(std::uint64_t key) {
    const auto older = newest_of_key_.find(key);
    if (key == 0 || older == newest_of_key_.end() || !ledger()[older->second].options.reliable) return;
    const MessageStatus status = channel_->status({older->second});
    if (status >= MessageStatus::gated && status <= MessageStatus::in_flight) {
      count_place(status, Rare::superseded_at_gate);
    }
  }

  /// An outcome may wait to be taken when what it lets through has arrived already.
  void look_at_dependency(Ledger& sender, std::uint64_t id) {
    if (!channel_ || &sender != &ledger() || id == 0 || id > sender.size()) return;
    const MessageId after = sender[id].options.after;
    const MessageStatus status = channel_->status(after);
    if (status >= MessageStatus::lost) sender.failed_untold(after.value);
  }

  void look_at_deadlines() {
    while (!deadlines_.empty() && deadlines_.begin()->first <= own_time_.now()) {
      const std::uint64_t id = deadlines_.begin()->second;
      place_when_due_[id] = channel_->status({id});
      deadlines_.erase(deadlines_.begin());
    }
  }

  void look_at_window() {
    const std::uint64_t newest = ledger().size();
    if (setup_.options.window > 8 || channel_->status({newest}) != MessageStatus::queued) return;
    std::uint32_t in_flight = 0;
    for (std::uint64_t back = 1; back < 24 && back < newest; ++back) {
      in_flight += channel_->status({newest - back}) == MessageStatus::in_flight;
    }
    if (in_flight >= setup_.options.window) rare_.add(Rare::window_filled);
  }

  void note_restart() {
    bool large = false, dependent = false;
    for (std::uint64_t id = 1; id <= ledger().size(); ++id) {
      const Ledger::Entry& entry = ledger()[id];
      if (channel_->status({id}) != MessageStatus::in_flight) continue;
      large |= entry.bytes > setup_.options.datagram_bytes_max;
      dependent |= static_cast<bool>(entry.options.after);
    }
    if (large) rare_.add(Rare::restart_in_mid_message);
    if (dependent) rare_.add(Rare::restart_with_dependents_waiting);
  }

  sim::World& world_;
  char name_;
  Setup setup_;
  Findings& findings_;
  RareCounts& rare_;
  WireView view_;
  SocketState socket_;
  mutable FaultyClock::Setting clock_setting_;
  End* other_ = nullptr;
  bool at_most_once_ = true;
  MemoryAccount memory_;
  std::optional<Channel> channel_;
  std::deque<Ledger> ledgers_;
  OwnTime own_time_;
  TimePoint deaf_until_{};
  sim::TraceHash trace_;
  std::map<std::uint64_t, std::uint64_t> newest_of_key_;
  std::multimap<TimePoint, std::uint64_t> deadlines_;
  std::map<std::uint64_t, MessageStatus> place_when_due_;
  std::uint64_t received_ = 0, heard_before_ = 0, connects_ = 0, disconnects_ = 0;
  bool closing_ = false, closed_ = false, wants_writable_ = false, drained_ = false;
};

}  // namespace bowline::test::swarm
