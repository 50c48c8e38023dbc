// SPDX-License-Identifier: BSL-1.0
// The laws of docs/GUARANTEES.md, as both applications together can see them.
#pragma once

#include <array>
#include <cstdint>
#include <string>

#include "bowline/base/events.hpp"
#include "bowline/base/options.hpp"
#include "bowline/base/status.hpp"
#include "explore/digest.hpp"
#include "explore/plan.hpp"
#include "explore/record.hpp"

namespace bowline::explore {

/// Knows what was sent, by whom and in which life, and is told what both applications see. It shares words
/// with the library (options, events) and no code: payloads say by themselves which message they are.
///
/// A *process* counts ids from 1. A *life* is one nonce: a process begins one, and another when it loses its
/// peer.
class Oracle {
 public:
  static constexpr std::size_t processes_max = 3;
  static constexpr std::size_t ids_max = 9;

  /// What is known of one message.
  struct Fact {
    bool sent = false;
    bool reliable = true;
    bool fails = false;
    bool newest_only = false;
    bool at_sender = false;
    bool deadline = false;
    bool report_ack = false;
    bool cancelled = false;
    bool transmitted = true;  ///< False: it was said that it never was.
    bool late_acked = false;
    bool excused = false;    ///< Its session is over: nobody is left who could tell what became of it.
    std::uint8_t ended = 0;  ///< 0, or one more than its outcome.
    std::uint8_t after = 0;
    std::uint8_t key = 0;
    std::uint8_t bytes = 0;
    std::uint8_t delivered_in = 0;  ///< A bit for each life of the peer.

    [[nodiscard]] bool acked() const noexcept { return ended == 1; }
    [[nodiscard]] bool given_up() const noexcept { return ended > 1; }
  };

  explicit Oracle(bool at_most_once = true) : at_most_once_{at_most_once} {}

  /// The law that was broken, and how; empty while all hold.
  [[nodiscard]] const std::string& broken() const noexcept { return broken_; }
  void breaks(std::string how) {
    if (broken_.empty()) broken_ = std::move(how);
  }

  [[nodiscard]] std::uint8_t process(Side side) const noexcept { return ends_[side].process; }
  [[nodiscard]] std::uint8_t sent_count(Side side) const noexcept { return ends_[side].sent; }
  [[nodiscard]] const Fact& fact(Side side, std::uint8_t id) const { return facts_[side][process(side)][id]; }

  // What an application does.

  void sends(Side side, MessageId id, const SendOptions& options, std::uint32_t bytes) {
    End& end = ends_[side];
    if (id.value != end.sent + 1u) return breaks("ids are not 1, 2, 3 ...");
    Fact& fact = facts_[side][end.process][++end.sent];
    fact.sent = true;
    fact.reliable = options.reliable;
    fact.fails = options.on_dependency_failure == OnDependencyFailure::fail;
    fact.newest_only = options.newest_only;
    fact.at_sender = options.gate == Gate::at_sender;
    fact.deadline = options.deadline > Duration::zero();
    fact.report_ack = options.report_ack;
    fact.after = static_cast<std::uint8_t>(options.after.value);
    fact.key = static_cast<std::uint8_t>(options.key);
    fact.bytes = static_cast<std::uint8_t>(bytes);
  }

  void cancels(Side side, MessageId id, bool answer) {
    Fact& fact = of(side, id);
    if (answer && fact.ended != 0) breaks(name(side, id) + " was cancelled after it had ended");
    if (!answer && fact.ended == 0 && fact.reliable)
      breaks(name(side, id) + " has not ended and was not cancelled");
    fact.cancelled |= answer;
  }

  /// The process dies and another one starts.
  void restarts(Side side) {
    End& end = ends_[side];
    for (Fact& fact : facts_[side][end.process]) fact.excused = true;
    excuse(other(side));
    end = {static_cast<std::uint8_t>(end.process + 1), static_cast<std::uint8_t>(end.life + 1)};
  }

  // What it is told.

  void hears(Side side, const Event& event) {
    event.visit([&](const Connected&) { connected(side); },
                [&](const Disconnected& m) { disconnected(side, m.reason); },
                [&](const Received& m) { delivered(side, m); }, [&](const Acked& m) { acked(side, m.id); },
                [&](const LateAck& m) { late_acked(side, m.id); },
                [&](const Unconfirmed& m) { unconfirmed(side, m); });
  }

  /// `status` answers so for a message that is not reported.
  void looks(Side side, MessageId id, MessageStatus status) {
    const Fact& fact = of(side, id);
    if (status == MessageStatus::unknown) return breaks(name(side, id) + " is unknown");
    if (!fact.reliable) return;
    if (fact.ended == 0 && status == MessageStatus::acked) {
      if (fact.delivered_in == 0) return breaks(name(side, id) + " is acked and was not delivered");
      if (!fact.report_ack) end(side, id, Outcome::acked);
      return;
    }
    const auto expected = static_cast<unsigned>(MessageStatus::acked) + fact.ended - 1u;
    if (fact.ended != 0 && status != MessageStatus::forgotten && static_cast<unsigned>(status) != expected) {
      breaks(name(side, id) + " has two outcomes");
    }
  }

  // What leaves.

  /// `untaken`: a message waits for the application of `side`.
  void transmits(Side side, const Record& record, bool untaken) {
    for (const FrameRecord& frame : record.frames) {
      const bool answers = frame.kind == FrameRecord::Kind::ack || frame.kind == FrameRecord::Kind::verdict;
      if (answers && untaken) breaks("something is acknowledged while a message is untaken");
      if (frame.kind != FrameRecord::Kind::data || frame.message.side != side) continue;
      const Fact& fact = facts_[side][frame.message.life][frame.message.id];
      if (fact.at_sender && fact.after != 0 && fact_after(side, frame.message).ended == 0) {
        breaks(frame.message.text() + " leaves while what it waits for at the sender's gate has not ended");
      }
      if (fact.ended != 0) breaks(frame.message.text() + " leaves after it has ended");
    }
  }

  // What must hold when nothing is left to happen.

  void falls_silent() {
    for (const Side side : {a, z}) {
      for (std::uint8_t process = 0; process <= ends_[side].process; ++process) {
        for (std::uint8_t id = 1; id <= ids_max; ++id) check_at_end(side, process, id);
      }
    }
  }

  [[nodiscard]] Digest digest() const {
    Digester digester;
    for (const Side side : {a, z}) {
      const End& end = ends_[side];
      digester.add(end.process, end.life, end.sent, end.over, end.met, end.heard);
      for (std::size_t process = 0; process <= end.process; ++process) {
        for (const Fact& fact : facts_[side][process]) {
          if (!fact.sent) continue;
          const unsigned flags =
              (fact.reliable ? 1u : 0u) | (fact.fails ? 2u : 0u) | (fact.cancelled ? 4u : 0u) |
              (fact.transmitted ? 8u : 0u) | (fact.late_acked ? 16u : 0u) | (fact.excused ? 32u : 0u) |
              (fact.at_sender ? 64u : 0u) | (fact.newest_only ? 128u : 0u) | (fact.deadline ? 256u : 0u);
          digester.add(std::uint64_t{flags} | std::uint64_t{fact.ended} << 16 |
                       std::uint64_t{fact.after} << 24 | std::uint64_t{fact.key} << 32 |
                       std::uint64_t{fact.delivered_in} << 40);
        }
      }
    }
    return digester.digest();
  }

 private:
  struct End {
    std::uint8_t process = 0;
    std::uint8_t life = 0;
    std::uint8_t sent = 0;   ///< Messages of this process.
    bool over = false;       ///< It was told that its connection closed.
    bool met = false;        ///< Something was received since the peer was bound.
    std::uint8_t heard = 0;  ///< The newest process of the peer that was heard of.
  };

  [[nodiscard]] static std::string name(Side side, MessageId id) {
    return name_of(side) + std::to_string(id.value);
  }
  [[nodiscard]] static std::size_t place_of(MessageId id) {
    return static_cast<std::size_t>(id.value % (ids_max + 1));
  }
  [[nodiscard]] Fact& of(Side side, MessageId id) {
    return facts_[side][process(side)][place_of(id)];
  }
  [[nodiscard]] const Fact& fact_after(Side side, const MessageName& message) const {
    const auto& facts = facts_[side][message.life];
    return facts[facts[message.id].after];
  }

  /// Nobody is left who could tell this end what became of what has ended or will end now.
  void excuse(Side side) {
    for (Fact& fact : facts_[side][ends_[side].process]) fact.excused |= fact.sent;
  }

  void connected(Side side) {
    if (ends_[side].over) breaks(std::string{name_of(side)} + " is connected after it has closed");
    ends_[side].met = false;
  }

  void disconnected(Side side, DisconnectReason reason) {
    End& end = ends_[side];
    if (end.over) breaks(std::string{name_of(side)} + " is disconnected twice");
    excuse(side);
    // What this side received can no more be told to the peer.
    excuse(other(side));
    end.met = false;
    if (reason == DisconnectReason::closed) end.over = true;
    if (reason != DisconnectReason::closed && reason != DisconnectReason::peer_restarted) ++end.life;
  }

  void delivered(Side to, const Received& event) {
    const Side from = other(to);
    const MessageName message = MessageName::in(event.payload);
    if (message.side != from || message.life > ends_[from].process || message.id > ids_max) {
      return breaks(std::string{name_of(to)} + " received what nobody sent to it");
    }
    End& end = ends_[to];
    if (message.life < end.heard)
      return breaks(message.text() + " is of a process whose successor was heard of");
    if (end.met && message.life != end.heard)
      return breaks(message.text() + " is of another process than is bound");
    end.met = true;
    end.heard = message.life;
    auto& facts = facts_[from][message.life];
    Fact& fact = facts[message.id];
    if (!fact.sent) return breaks(message.text() + " was delivered and never sent");
    if (event.payload.size() != fact.bytes || event.reliable != fact.reliable) {
      return breaks(message.text() + " was delivered with other bytes or another kind");
    }
    for (std::size_t i = MessageName::bytes; i < event.payload.size(); ++i) {
      if (event.payload[i] != std::byte{message.id})
        return breaks(message.text() + " was delivered with other bytes");
    }
    if (!fact.transmitted)
      breaks(message.text() + " was delivered though it was said never to be transmitted");
    const auto life = static_cast<std::uint8_t>(1u << end.life);
    const bool again = (fact.delivered_in & life) != 0;
    if (again && (at_most_once_ || !fact.reliable)) breaks(message.text() + " was delivered twice");
    if (!again) check_order(message, facts, life);
    fact.delivered_in |= life;
  }

  void check_order(const MessageName& message, const std::array<Fact, ids_max + 1>& facts,
                   std::uint8_t life) {
    const Fact& fact = facts[message.id];
    for (std::uint8_t id = 1; id <= ids_max; ++id) {
      const Fact& one = facts[id];
      if (!one.sent || (one.delivered_in & life) == 0) continue;
      if (one.after == message.id) breaks(message.text() + " was delivered after one that waits for it");
      if (fact.newest_only && one.newest_only && id > message.id) {
        breaks(message.text() + " is newest-only and was delivered after a newer one");
      }
    }
    if (fact.after == 0) return;
    const Fact& dependency = facts[fact.after];
    const bool was_here = (dependency.delivered_in & life) != 0 || dependency.acked();
    if (!was_here && fact.fails) breaks(message.text() + " was delivered though what it fails with was not");
    if (!was_here && !dependency.given_up())
      breaks(message.text() + " was delivered before what it waits for");
  }

  void end(Side side, MessageId id, Outcome outcome) {
    Fact& fact = of(side, id);
    if (!fact.sent || id.value > ends_[side].sent)
      return breaks(name(side, id) + " ended and was never sent");
    if (!fact.reliable) return breaks(name(side, id) + " is unreliable and has an outcome");
    if (fact.ended != 0) return breaks(name(side, id) + " has two outcomes");
    fact.ended = static_cast<std::uint8_t>(static_cast<unsigned>(outcome) + 1);
    if (outcome != Outcome::acked) return;
    if (fact.delivered_in == 0) breaks(name(side, id) + " is acked and was not delivered");
    if (fact.cancelled) breaks(name(side, id) + " is acked after it was cancelled");
  }

  void acked(Side side, MessageId id) {
    if (!of(side, id).report_ack) breaks(name(side, id) + " is reported as acked, which nobody asked for");
    end(side, id, Outcome::acked);
  }

  void late_acked(Side side, MessageId id) {
    Fact& fact = of(side, id);
    if (!fact.given_up()) breaks(name(side, id) + " is acked late and was not given up");
    if (fact.delivered_in == 0) breaks(name(side, id) + " is acked late and was not delivered");
    if (fact.late_acked) breaks(name(side, id) + " is acked late twice");
    fact.late_acked = true;
  }

  void unconfirmed(Side side, const Unconfirmed& event) {
    const MessageId id = event.id;
    end(side, id, event.reason);
    Fact& fact = of(side, id);
    fact.transmitted = event.transmitted;
    const MessageName back = MessageName::in(event.payload);
    if (back.side != side || back.life != process(side) || back.id != id.value ||
        event.payload.size() != fact.bytes) {
      breaks(name(side, id) + " came back with another payload");
    }
    if (!event.transmitted && fact.delivered_in != 0) {
      breaks(name(side, id) + " is said never to be transmitted and was delivered");
    }
    const Fact& dependency = facts_[side][process(side)][fact.after];
    bool sound = true;
    switch (event.reason) {
      case Outcome::acked:
        sound = false;
        break;
      case Outcome::cancelled:
        sound = fact.cancelled;
        break;
      case Outcome::expired:
        sound = fact.deadline;
        break;
      case Outcome::closed:
        sound = fact.excused;
        break;
      case Outcome::dependency_failed:
        sound = fact.fails && fact.after != 0 && dependency.given_up();
        break;
      case Outcome::superseded:
        sound = superseded(side, id);
        break;
      case Outcome::lost:
        break;
    }
    if (!sound) breaks(name(side, id) + " ended for a reason that it has not");
    if (fact.cancelled && event.reason != Outcome::cancelled) {
      breaks(name(side, id) + " was cancelled and ends otherwise");
    }
  }

  [[nodiscard]] bool superseded(Side side, MessageId id) const {
    const auto& facts = facts_[side][process(side)];
    for (std::size_t newer = place_of(id) + 1; newer <= ids_max; ++newer) {
      if (facts[newer].sent && facts[newer].key == facts[place_of(id)].key && facts[newer].key != 0) return true;
    }
    return false;
  }

  void check_at_end(Side side, std::uint8_t process, std::uint8_t id) {
    const Fact& fact = facts_[side][process][id];
    if (!fact.sent || process != ends_[side].process || !fact.reliable) return;
    if (fact.ended == 0) return breaks(name(side, {id}) + " never ends");
    if (fact.excused || !fact.given_up()) return;
    if ((fact.delivered_in != 0) != fact.late_acked) {
      breaks(name(side, {id}) + (fact.late_acked ? " is acked late and was not delivered"
                                                 : " was delivered after all, and its sender is never told"));
    }
  }

  bool at_most_once_;
  std::array<End, 2> ends_{};
  std::array<std::array<std::array<Fact, ids_max + 1>, processes_max>, 2> facts_{};
  std::string broken_;
};

}  // namespace bowline::explore
