// SPDX-License-Identifier: BSL-1.0
// What a channel tells its application, as plain data outside every template.
#pragma once

#include <cstdint>
#include <type_traits>
#include <utility>
#include <variant>

#include "bowline/base/bytes.hpp"
#include "bowline/base/ids.hpp"

namespace bowline::inline v0_1 {

/// How a reliable message ended. Each accepted one ends exactly once.
enum class Outcome : std::uint8_t {
  acked,              ///< The peer's application took it.
  lost,               ///< Its resends are used up, or the peer cannot take it.
  expired,            ///< Its deadline passed.
  cancelled,          ///< `cancel` ended it.
  superseded,         ///< A newer message with the same key took its place.
  dependency_failed,  ///< The message that it waited for failed.
  closed,             ///< The channel closed, or its peer went away or restarted.
};

/// What made a lost message lost.
enum class LossCause : std::uint8_t { resends_used_up, peer_limit };

/// Why a peer is no longer there.
enum class DisconnectReason : std::uint8_t {
  closed,          ///< `close` has finished here.
  peer_closed,     ///< The peer closed.
  peer_restarted,  ///< The peer is there again as a new incarnation; `Connected` follows.
  peer_gone,       ///< The peer answered no probe for `Options::idle_timeout`.
  unreachable,     ///< No peer answered within `Options::handshake_timeout`.
};

/// A new incarnation of the peer is bound: what is sent from now on reaches it or ends otherwise.
struct Connected {};

/// The peer is gone, and everything that was pending ends as closed.
struct Disconnected {
  DisconnectReason reason;
};

/// A message of the peer. `payload` is valid until the next `next_event`, `poll` or `wait`.
struct Received {
  Bytes payload;
  bool reliable = true;
};

/// A message sent with `report_ack` was taken by the peer's application.
struct Acked {
  MessageId id;
};

/// A message that had ended unconfirmed was delivered all the same. Exact: raised only for a verdict of the peer.
struct LateAck {
  MessageId id;
};

/// A reliable message ended without being known to be delivered. Where `transmitted` is false it certainly was
/// not; otherwise it may have been. `payload` is valid until the next `next_event`, `poll` or `wait`.
struct Unconfirmed {
  MessageId id;
  Bytes payload;
  Outcome reason = Outcome::lost;
  LossCause cause = LossCause::resends_used_up;
  bool transmitted = false;
};

/// A `send` that was refused as `queue_full` may be tried again.
struct Writable {};

/// One thing that happened. Take it apart with `visit`.
class Event {
 public:
  using Kinds = std::variant<Connected, Disconnected, Received, Acked, LateAck, Unconfirmed, Writable>;

  template <class Kind>
    requires(!std::is_same_v<std::remove_cvref_t<Kind>, Event> && std::is_constructible_v<Kinds, Kind>)
  Event(Kind kind) : kind_{std::move(kind)} {}

  /// Calls the handler that takes the event's kind, if one of them does. Any subset of kinds will do, in any
  /// order; a handler that takes no kind at all does not compile.
  template <class... Handlers>
  void visit(Handlers&&... handlers) const {
    static_assert((matches_some_kind<Handlers>() && ...), "bowline: a handler passed to visit() matches no event");
    Overloaded<std::remove_cvref_t<Handlers>...> all{std::forward<Handlers>(handlers)...};
    std::visit(
        [&](const auto& kind) {
          if constexpr (std::is_invocable_v<decltype(all)&, decltype(kind)>) all(kind);
        },
        kind_);
  }

  /// The event as a `Kind`, or null.
  template <class Kind>
  [[nodiscard]] const Kind* as() const noexcept {
    return std::get_if<Kind>(&kind_);
  }

 private:
  template <class... Handlers>
  struct Overloaded : Handlers... {
    using Handlers::operator()...;
  };
  template <class... Handlers>
  Overloaded(Handlers...) -> Overloaded<Handlers...>;

  template <class Handler, class... Kind>
  static consteval bool matches(const std::variant<Kind...>*) {
    return (std::is_invocable_v<std::remove_cvref_t<Handler>&, const Kind&> || ...);
  }
  template <class Handler>
  static consteval bool matches_some_kind() {
    return matches<Handler>(static_cast<const Kinds*>(nullptr));
  }

  Kinds kind_;
};

static_assert(sizeof(void*) > 8 || sizeof(Event) <= 40, "an event is handed over by value, several million a second");

}  // namespace bowline::inline v0_1
