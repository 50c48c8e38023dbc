// SPDX-License-Identifier: BSL-1.0
// Sends messages from one end to the other in memory, tick by tick, and tells what one cost.
#pragma once

#include <concepts>
#include <cstdint>
#include <string>

#include "compare/memory/path.hpp"
#include "compare/settings.hpp"

namespace bench {

/// Two ends of a peer in one process.
///
///   connect        until messages can be sent; may let time pass
///   send           gives a message to the first end; false where it takes no more for now
///   deliver        lets the first end send and the second one receive; calls `take(Bytes)` for each message
///   answer         lets the second end send and the first one receive
template <class P>
concept TwoEnds = requires(P& peer, bowline::Bytes message) {
  peer.connect();
  { peer.send(message) } -> std::same_as<bool>;
  peer.deliver([](bowline::Bytes) {});
  peer.answer();
};

/// The paths that the arguments ask for.
[[nodiscard]] inline Paths paths_of(const Settings& settings) {
  const auto loss = static_cast<std::uint32_t>(settings.number("loss_per_million", 0));
  const Tick delay = settings.number("delay_ms", 0);
  const std::uint64_t seed = settings.number("seed", 1);
  return {.forth = {delay, loss, seed * 2}, .back = {delay, loss, seed * 2 + 1}};
}

/// Sends and reports nanoseconds of processor time a message, of both ends together. The first tenth warms up.
template <TwoEnds Peer>
void run(const Settings& settings, Paths& paths, Peer& peer) {
  const std::uint64_t messages = settings.number("messages", 200'000);
  const std::uint64_t burst = settings.number("burst", 32);
  const std::uint64_t outstanding_max = settings.number("outstanding", 1024);
  NumberedMessage made{settings.number("bytes", 64)};
  NumberedMessage awaited{settings.number("bytes", 64)};

  stay_on_one_core();
  peer.connect();
  std::uint64_t sent = 0;
  double started = 0;
  std::uint64_t idle_ticks = 0;
  Paths before = paths;
  const std::uint64_t warm = messages / 10;
  while (awaited.taken() < messages) {
    if (started == 0 && awaited.taken() >= warm) {
      before.forth = paths.forth;
      before.back = paths.back;
      started = nanoseconds(CLOCK_PROCESS_CPUTIME_ID);
    }
    const std::uint64_t taken = awaited.taken();
    for (std::uint64_t i = 0; i < burst && sent < messages && sent - taken < outstanding_max; ++i) {
      if (!peer.send(made.make(sent))) break;
      ++sent;
    }
    peer.deliver([&](bowline::Bytes message) { awaited.take(message); });
    peer.answer();
    ++paths.now;
    idle_ticks = awaited.taken() == taken ? idle_ticks + 1 : 0;
    if (idle_ticks > 100'000) broken("no message has arrived for 100 s of virtual time");
  }
  const double spent = nanoseconds(CLOCK_PROCESS_CPUTIME_ID) - started;
  const auto counted = static_cast<double>(messages - warm);
  const auto each = [&](std::uint64_t now, std::uint64_t then) {
    return std::to_string(static_cast<double>(now - then) / counted);
  };
  report(spent / counted, "ns", "datagrams_forth=" + each(paths.forth.datagrams(), before.forth.datagrams()) +
                                    " bytes_forth=" + each(paths.forth.bytes(), before.forth.bytes()) +
                                    " datagrams_back=" + each(paths.back.datagrams(), before.back.datagrams()) +
                                    " bytes_back=" + each(paths.back.bytes(), before.back.bytes()));
}

}  // namespace bench
