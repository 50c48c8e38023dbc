// SPDX-License-Identifier: BSL-1.0
// What a world is made of: who does what, and how much may go wrong.
#pragma once

#include <array>
#include <cstdint>
#include <string>
#include <vector>

#include "bowline/base/options.hpp"
#include "explore/policies.hpp"

namespace bowline::explore {

/// Index of an end.
enum Side : std::uint8_t { a, z };
[[nodiscard]] constexpr Side other(Side side) noexcept { return side == a ? z : a; }
[[nodiscard]] constexpr char name_of(Side side) noexcept { return side == a ? 'a' : 'z'; }

/// Something that an application does once, at any moment after what it did before.
struct Act {
  enum class Kind : std::uint8_t { send, cancel, connect, close, bind };

  Kind kind = Kind::send;
  SendOptions options{};    ///< Of `send`; `after` is filled in.
  std::uint32_t back = 0;   ///< Which message of this life it names: 1 the newest, 2 the one before; 0 none.
  std::uint32_t bytes = 0;  ///< Of the payload of `send`; at least the three that name it.
};

/// How often what is not bound to happen may happen.
struct Budget {
  std::array<std::uint8_t, 2> fires{};     ///< Timers, of a and of z.
  std::uint8_t drops = 0;                  ///< Datagrams lost.
  std::uint8_t repeats = 0;                ///< Datagrams delivered that stay on their way.
  std::uint8_t spoils = 0;                 ///< Datagrams delivered with a change, and so in vain.
  std::array<std::uint8_t, 2> restarts{};  ///< Processes that die and start again.
};

/// Which search program a world needs: what is compiled in is how wide numbers are on the wire, and
/// eagerness.
enum class Wire : std::uint8_t { wide, eager, three_bits, four_bits };

/// A world. Its search is complete: it ends when no state is left that was not looked at.
struct Plan {
  std::string name;
  Wire wire = Wire::wide;
  AnyFilter filter{};
  AnySchedule schedule{AdaptiveResend{.resend_count_max = 1}};
  std::array<Options, 2> options{};
  std::array<std::vector<Act>, 2> script{};
  Budget budget{};
  bool bound = true;           ///< Begins when both ends are bound to each other.
  bool patient = false;        ///< Applications act only when what they did before has come to its end.
  std::array<bool, 2> lazy{};  ///< The application takes its events when it likes, not at once.
  std::uint32_t packets_tracked = 0;  ///< Not 0: fewer than `Options` would allow, for numbers that wrap.
};

/// Options of a small world: acknowledgements leave at once, nothing is sent without need, silence is soon
/// long.
[[nodiscard]] inline Options small(std::uint32_t window) {
  using namespace std::chrono_literals;
  Options options;
  options.window = window;
  options.packets_tracked = 64;
  options.datagram_bytes_max = 128;
  options.path_mtu_discovery = false;
  options.rtt_initial = 100ms;
  options.ack_delay_max = 0ms;
  options.keepalive = 0ms;
  options.handshake_timeout = 3s;
  options.idle_timeout = 3s;
  options.close_timeout = 1s;
  options.outcomes_remembered = 16;
  return options;
}

}  // namespace bowline::explore
