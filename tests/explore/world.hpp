// SPDX-License-Identifier: BSL-1.0
// Two ends, a network and what both applications know: one state, and the steps out of it.
#pragma once

#include <algorithm>
#include <array>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "explore/canon/flight.hpp"
#include "explore/choice.hpp"
#include "explore/end.hpp"
#include "explore/oracle.hpp"

namespace bowline::explore {

/// A value: copies are independent worlds, which share the ends and datagrams that neither changes.
template <class RulesOf>
class World {
 public:
  using Lines = std::vector<std::string>;

  explicit World(const Plan& plan) : plan_{&plan}, left_{plan.budget}, oracle_{plan.filter.filters()} {
    for (const Side side : {a, z}) {
      ends_[side] = std::make_shared<Mutable>(side, std::uint8_t{0}, plan);
      born_[side].push_back(ends_[side]->own());
    }
    if (plan.bound) meet();
  }

  [[nodiscard]] const Oracle& oracle() const noexcept { return oracle_; }
  [[nodiscard]] const End<RulesOf>& end(Side side) const noexcept { return *ends_[side]; }

  /// Everything that may happen now, each unlike the others.
  void choices(std::vector<Choice>& out) const {
    out.clear();
    for (const Side side : {a, z}) {
      const auto which = static_cast<std::uint8_t>(side);
      const End<RulesOf>& end = *ends_[side];
      if (may_act(side)) out.push_back({Choice::Kind::act, which});
      if (end.connection().has_event()) out.push_back({Choice::Kind::take, which});
      if (left_.fires[side] != 0 && end.wait() != (Duration::max)())
        out.push_back({Choice::Kind::fire, which});
      if (left_.restarts[side] != 0) out.push_back({Choice::Kind::restart, which});
    }
    std::vector<Digest> seen;
    for (std::size_t i = 0; i < network_.size(); ++i) {
      const Digest digest = digest_of(i);
      bool again = false;
      for (const Digest& one : seen) again |= one == digest;
      if (again) continue;
      seen.push_back(digest);
      const auto which = static_cast<std::uint8_t>(i);
      if (left_.drops != 0) out.push_back({Choice::Kind::drop, which});
      if (!may_hear(other(network_[i]->from))) continue;
      out.push_back({Choice::Kind::deliver, which});
      if (left_.repeats != 0) out.push_back({Choice::Kind::repeat, which});
      if (left_.spoils != 0) out.push_back({Choice::Kind::spoil, which});
    }
  }

  /// Takes one step, and tells of it in `lines` if there are any.
  void take(Choice choice, Lines* lines = nullptr) {
    switch (choice.kind) {
      case Choice::Kind::act:
        return act(static_cast<Side>(choice.which), lines);
      case Choice::Kind::take:
        return step(static_cast<Side>(choice.which), lines, true, [](auto&) {});
      case Choice::Kind::fire:
        --left_.fires[choice.which];
        return fire(static_cast<Side>(choice.which), lines);
      case Choice::Kind::restart:
        return restart(static_cast<Side>(choice.which), lines);
      case Choice::Kind::deliver:
        return deliver(remove(choice.which), lines, "hears");
      case Choice::Kind::repeat:
        --left_.repeats;
        return deliver(std::shared_ptr<const Flight>{network_[choice.which]}, lines, "hears a copy of");
      case Choice::Kind::drop:
        --left_.drops;
        return tell(lines, "    lost: " + remove(choice.which)->record.text());
      case Choice::Kind::spoil:
        --left_.spoils;
        return spoil(*remove(choice.which), lines);
    }
  }

  /// What a fair network and patient applications do next; false when nothing is left to happen. Spends no
  /// budget.
  [[nodiscard]] bool go_on(Lines* lines = nullptr) {
    for (const Side side : {a, z}) {
      if (ends_[side]->connection().has_event()) return step(side, lines, true, [](auto&) {}), true;
    }
    if (!network_.empty()) return deliver(remove(0), lines, "hears"), true;
    const Duration wait = (std::min)(ends_[a]->wait(), ends_[z]->wait());
    if (wait == (Duration::max)()) return false;
    const Side first = ends_[a]->wait() <= ends_[z]->wait() ? a : z;
    if (wait != Duration::zero()) {
      auto slept = std::make_shared<End<RulesOf>>(*ends_[other(first)]);
      slept->sleeps(wait);
      slept->refresh();
      ends_[other(first)] = std::move(slept);
    }
    return fire(first, lines), true;
  }

  /// Nothing is left to happen: what must hold then.
  void falls_silent() {
    for (const Side side : {a, z}) {
      const auto& connection = ends_[side]->connection();
      const bool met = joined(*ends_[side], *ends_[other(side)]) && joined(*ends_[other(side)], *ends_[side]);
      if (connection.state() != ConnectionState::closed && !connection.settled())
        breaks(side, "is not settled");
      if (!connection.association_.session_.sender_.outbox_.quiet()) breaks(side, "has something to send and does not");
      const auto& delivery = connection.association_.session_.receiver_.inbox_.settlement_.delivery_;
      if (met && (delivery.held_.size() != 0 || delivery.parts_.claimed_bytes(true) != 0)) {
        breaks(side, "holds a message for ever");
      }
      if (!met && thinks_it_met(side)) breaks(side, "takes itself to be connected, and is not");
    }
    oracle_.falls_silent();
  }

  /// Stands for everything that decides what can happen.
  [[nodiscard]] Digest digest() const {
    Digester out;
    out.add(digest_without_budget());
    out.add(left_.fires[a] | left_.fires[z] << 8 | left_.drops << 16 | left_.repeats << 24);
    out.add(left_.spoils | left_.restarts[a] << 8 | left_.restarts[z] << 16);
    out.add(done_[a], done_[z]);
    return out.digest();
  }

  /// The same for what can happen when nothing goes wrong any more.
  [[nodiscard]] Digest digest_without_budget() const {
    Digest flights;
    for (std::size_t i = 0; i < network_.size(); ++i) flights += digest_of(i);
    Digester out;
    out.add(ends_[a]->digest());
    out.add(ends_[z]->digest());
    out.add(flights);
    canonise_arrivals(out, network_, a, *ends_[a], *ends_[z]);
    canonise_arrivals(out, network_, z, *ends_[z], *ends_[a]);
    out.add(oracle_.digest());
    return out.digest();
  }

 private:
  using Mutable = End<RulesOf>;

  [[nodiscard]] const Options& options(Side side) const noexcept { return plan_->options[side]; }
  [[nodiscard]] Digest digest_of(std::size_t i) const {
    const Side from = network_[i]->from;
    return explore::digest_of(*network_[i], *ends_[from], *ends_[other(from)]);
  }

  void tell(Lines* lines, std::string line) const {
    if (lines != nullptr) lines->push_back(std::move(line));
  }
  void breaks(Side side, const char* how) { oracle_.breaks(std::string{name_of(side)} + ' ' + how); }

  /// `Connection` wants the messages of the last datagram taken before the next one.
  [[nodiscard]] bool may_hear(Side side) const {
    return !ends_[side]->connection().association_.session_.receiver_.has_received();
  }

  /// Whether it is bound to the process that lives at the other end, or both ends are bound to somebody. Only
  /// an end whose peer died, and whose successor does not look for anybody, may believe for ever in the dead.
  [[nodiscard]] bool thinks_it_met(Side side) const {
    const Mutable& end = *ends_[side];
    const Mutable& peer = *ends_[other(side)];
    if (end.closed() || peer.closed() || !end.bound()) return false;
    return end.peer() == peer.own() || peer.bound();
  }

  // What happens at an end.

  /// Copies the end, lets `happen(End&)` happen to it, and lets it say what it has to say. `takes`: the
  /// application takes its events, now and after that.
  template <class Happen>
  void step(Side side, Lines* lines, bool takes, Happen&& happen) {
    auto end = std::make_shared<Mutable>(*ends_[side]);
    happen(*end);
    if (takes || !plan_->lazy[side]) take_events(side, *end, lines);
    look(side, *end);
    transmit(side, *end, lines);
    if (!plan_->lazy[side]) take_events(side, *end, lines);
    check(side, *end);
    end->settle();
    binds(side, *end);
    ends_[side] = std::move(end);
    sweep();
  }

  void take_events(Side side, Mutable& end, Lines* lines) {
    while (const auto event = end.connection().next_event()) {
      if (lines != nullptr)
        tell(lines, "        " + std::string{name_of(side)} + " is told: " + text(*event));
      oracle_.hears(side, *event);
    }
  }

  void look(Side side, const Mutable& end) {
    for (std::uint8_t id = 1; id <= oracle_.sent_count(side); ++id) {
      oracle_.looks(side, {id}, end.connection().status({id}));
    }
  }

  void transmit(Side side, Mutable& end, Lines* lines) {
    constexpr std::size_t turns_max = 64;
    std::vector<std::byte> buffer(options(side).datagram_bytes_max);
    for (std::size_t turns = 0;; ++turns) {
      const bool untaken = end.connection().association_.session_.receiver_.has_received();
      const NumberContext numbers = said(end);
      const std::size_t bytes = end.connection().poll_transmit(end.now(), buffer);
      if (bytes == 0) return;
      if (turns == turns_max) return breaks(side, "never stops to send");
      auto flight = std::make_shared<Flight>();
      flight->from = side;
      flight->bytes.assign(buffer.begin(), buffer.begin() + static_cast<std::ptrdiff_t>(bytes));
      flight->record = Record::of<typename RulesOf::Number>(flight->bytes, RulesOf::seal_bytes,
                                                            end.log().next() - 1, numbers);
      flight->to = flight->record.hello ? 0 : end.peer();
      oracle_.transmits(side, flight->record, untaken);
      if (lines != nullptr)
        tell(lines, "        " + std::string{name_of(side)} + " sends " + flight->record.text());
      network_.push_back(std::move(flight));
    }
  }

  /// What the numbers in a datagram of `end` are near to.
  [[nodiscard]] NumberContext said(const Mutable& end) const {
    const Bases bases = end.bases();
    return {bases.number_sent, bases.number_received, bases.packet_received + 1};
  }

  void check(Side side, const Mutable& end) {
    const auto& connection = end.connection();
    if (!connection.invariants_hold()) breaks(side, "breaks an invariant of its parts");
    const auto& outbox = connection.association_.session_.sender_.outbox_;
    if (!outbox.flow_.keys_.invariants_hold()) breaks(side, "breaks an invariant of its keys");
    if (end.closed()) return;
    if (!outbox.quiet() && end.wait() == (Duration::max)())
      breaks(side, "waits for something without a timer");
  }

  /// Whoever was bound to an incarnation is never again bound to one before it.
  void binds(Side side, const Mutable& end) {
    std::vector<Nonce>& mine = born_[side];
    if (mine.empty() || mine.back() != end.own()) mine.push_back(end.own());
    const Nonce before = ends_[side]->peer();
    if (before == 0 || end.peer() == 0 || before == end.peer()) return;
    const std::vector<Nonce>& theirs = born_[other(side)];
    const auto age = [&](Nonce nonce) { return std::find(theirs.begin(), theirs.end(), nonce); };
    if (age(end.peer()) < age(before)) breaks(side, "binds to an incarnation that is dead");
  }

  void fire(Side side, Lines* lines) {
    if (lines != nullptr) {
      tell(lines, std::string{name_of(side)} + "'s timer fires after " + millis(ends_[side]->wait()));
    }
    step(side, lines, false, [](Mutable& end) {
      end.sleeps(end.wait());
      end.fires();
    });
    if (ends_[side]->wait() == Duration::zero()) breaks(side, "has a timer that is due and does not go away");
  }

  void restart(Side side, Lines* lines) {
    --left_.restarts[side];
    tell(lines, std::string{name_of(side)} + " dies and starts again");
    oracle_.restarts(side);
    ends_[side] = std::make_shared<Mutable>(side, oracle_.process(side), *plan_);
    born_[side].push_back(ends_[side]->own());
    sweep();
  }

  void deliver(std::shared_ptr<const Flight> flight, Lines* lines, const char* how) {
    const Side to = other(flight->from);
    if (lines != nullptr) tell(lines, name_of(to) + (' ' + (how + (' ' + flight->record.text()))));
    step(to, lines, false, [&](Mutable& end) { end.hears(flight->bytes); });
  }

  /// The datagram arrives changed in one way after the other, none of which has an effect.
  void spoil(const Flight& flight, Lines* lines) {
    const Side to = other(flight.from);
    if (lines != nullptr) tell(lines, std::string{name_of(to)} + " hears, spoilt: " + flight.record.text());
    auto end = std::make_shared<Mutable>(*ends_[to]);
    const std::size_t length = flight.bytes.size();
    for (const std::size_t at : {std::size_t{9}, Header::bytes, length - 5, length - 1}) {
      std::vector<std::byte> changed = flight.bytes;
      changed[at] ^= std::byte{1};
      end->hears(changed);
    }
    end->hears({flight.bytes.begin(), flight.bytes.end() - 1});
    std::vector<std::byte> buffer(options(to).datagram_bytes_max);
    if (end->connection().poll_transmit(end->now(), buffer) != 0)
      breaks(to, "answers a datagram that is spoilt");
    end->settle();
    if (end->digest() != ends_[to]->digest()) breaks(to, "is changed by a datagram that is spoilt");
  }

  // What applications do.

  [[nodiscard]] bool may_act(Side side) const {
    if (done_[side] == plan_->script[side].size()) return false;
    return !plan_->patient || ends_[side]->connection().settled();
  }

  void act(Side side, Lines* lines) {
    const Act& act = plan_->script[side][done_[side]++];
    const std::uint8_t sent = oracle_.sent_count(side);
    const MessageId named{act.back != 0 && act.back <= sent ? sent + 1u - act.back : 0u};
    step(side, lines, false, [&](Mutable& end) {
      auto& connection = end.connection();
      switch (act.kind) {
        case Act::Kind::send:
          send(side, end, act, named, lines);
          break;
        case Act::Kind::cancel:
          if (!named) break;
          tell(lines, std::string{name_of(side)} + " cancels " + name_of(side) + std::to_string(named.value));
          look(side, end);
          oracle_.cancels(side, named, connection.cancel(end.now(), named));
          break;
        case Act::Kind::connect:
          tell(lines, std::string{name_of(side)} + " connects");
          connection.connect(end.now());
          break;
        case Act::Kind::close:
          tell(lines, std::string{name_of(side)} + " closes");
          connection.close(end.now());
          break;
        case Act::Kind::bind: {
          tell(lines, std::string{name_of(side)} + " binds by signalling");
          const auto& peer = ends_[other(side)]->connection();
          static_cast<void>(connection.bind(end.now(), peer.nonce(), peer.limits()));
          break;
        }
      }
    });
  }

  void send(Side side, Mutable& end, const Act& act, MessageId after, Lines* lines) {
    const auto id = static_cast<std::uint8_t>(oracle_.sent_count(side) + 1);
    const std::size_t bytes = (std::max)(std::size_t{act.bytes}, MessageName::bytes);
    std::vector<std::byte> payload(bytes, std::byte{id});
    payload[0] = std::byte{side};
    payload[1] = std::byte{oracle_.process(side)};
    SendOptions options = act.options;
    options.after = after;
    const SendResult result = end.connection().send(end.now(), payload, options);
    if (lines != nullptr) {
      tell(lines, name_of(side) + (" is given " + MessageName{side, oracle_.process(side), id}.text()) +
                      (after ? " after " + std::to_string(after.value) : "") +
                      (result ? "" : ", and refuses it: " + std::string{describe(result.error)}));
    }
    if (result) oracle_.sends(side, result.id, options, static_cast<std::uint32_t>(bytes));
  }

  // The network.

  std::shared_ptr<const Flight> remove(std::size_t which) {
    auto flight = std::move(network_[which]);
    network_.erase(network_.begin() + static_cast<std::ptrdiff_t>(which));
    return flight;
  }

  /// A packet for an incarnation that is no more, or for an end that is closed, opens nowhere, ever.
  void sweep() {
    std::erase_if(network_, [&](const auto& flight) {
      const Mutable& to = *ends_[other(flight->from)];
      return to.closed() || (flight->to != 0 && flight->to != to.own());
    });
  }

  /// Both ends find each other while nothing goes wrong.
  void meet() {
    step(a, nullptr, true, [](Mutable& end) { end.connection().connect(end.now()); });
    while (!network_.empty()) deliver(remove(0), nullptr, "");
    for (const Side side : {a, z}) {
      if (plan_->packets_tracked == 0) continue;
      auto end = std::make_shared<Mutable>(*ends_[side]);
      auto& session = end->connection().association_.session_;
      session.receiver_.packets_.tracked_ = plan_->packets_tracked;
      session.sender_.peer_.packets_tracked = plan_->packets_tracked;
      ends_[side] = std::move(end);
    }
  }

  [[nodiscard]] static std::string millis(Duration time) {
    return std::to_string(std::chrono::duration_cast<std::chrono::milliseconds>(time).count()) + " ms";
  }

  [[nodiscard]] static std::string text(const Event& event) {
    static constexpr const char* outcomes[] = {
        "acked", "lost", "expired", "cancelled", "superseded", "dependency failed", "closed"};
    static constexpr const char* reasons[] = {"closed", "peer closed", "peer restarted", "peer gone",
                                              "unreachable"};
    std::string line;
    event.visit([&](const Connected&) { line = "connected"; },
                [&](const Disconnected& m) {
                  line = std::string{"disconnected: "} + reasons[static_cast<int>(m.reason)];
                },
                [&](const Received& m) { line = "received " + MessageName::in(m.payload).text(); },
                [&](const Acked& m) { line = "acked " + std::to_string(m.id.value); },
                [&](const LateAck& m) { line = "late ack " + std::to_string(m.id.value); },
                [&](const Unconfirmed& m) {
                  line = std::string{outcomes[static_cast<int>(m.reason)]} + ' ' +
                         std::to_string(m.id.value) + (m.transmitted ? "" : ", never sent");
                },
                [&](const Writable&) { line = "writable"; });
    return line;
  }

  const Plan* plan_;
  std::array<std::shared_ptr<const Mutable>, 2> ends_;
  Network network_;
  Budget left_;
  std::array<std::uint8_t, 2> done_{};
  std::array<std::vector<Nonce>, 2> born_;  ///< Own nonces, in order. The ends' states say all that matters.
  Oracle oracle_;
};

}  // namespace bowline::explore
