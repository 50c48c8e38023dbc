// SPDX-License-Identifier: BSL-1.0
// Transports that do what a test says and note what they are asked.
#pragma once

#include <algorithm>
#include <cstddef>
#include <deque>
#include <iterator>
#include <optional>
#include <utility>
#include <vector>

#include "bowline/transport/concept.hpp"

namespace bowline::test {

/// What a transport answers, and what it was asked.
struct Script {
  std::deque<std::vector<std::byte>> incoming, outgoing;
  SendOutcome answer = SendOutcome::sent;
  int sends = 0, receives = 0, proofs = 0, locks = 0, unlocks = 0, waits_for_room = 0;
  std::vector<Duration> waits;
};

/// Does what its script says, a datagram at a time.
struct ScriptedTransport {
  Script* script;

  SendOutcome send(Bytes datagram) {
    ++script->sends;
    if (script->answer == SendOutcome::sent) script->outgoing.emplace_back(datagram.begin(), datagram.end());
    return script->answer;
  }
  std::optional<std::size_t> receive(Buffer buffer) {
    ++script->receives;
    if (script->incoming.empty()) return std::nullopt;
    const std::vector<std::byte> datagram = script->incoming.front();
    script->incoming.pop_front();
    std::copy(datagram.begin(), datagram.end(), buffer.begin());
    return datagram.size();
  }
  void wait(Duration limit, bool writable) {
    script->waits.push_back(limit);
    script->waits_for_room += writable ? 1 : 0;
  }
  void prove_peer() { ++script->proofs; }
  void lock_peer() { ++script->locks; }
  void unlock_peer() { ++script->unlocks; }
};
static_assert(WaitableTransport<ScriptedTransport> && PeerLearningTransport<ScriptedTransport>);

/// All that left `from` arrives at `to`.
inline void carry(Script& from, Script& to) {
  std::ranges::move(std::exchange(from.outgoing, {}), std::back_inserter(to.incoming));
}

/// The same in batches: `batch_max` datagrams leave at a flush, and up to `arrival_max` arrive at once.
struct ScriptedBatchingTransport : ScriptedTransport {
  static constexpr std::size_t batch_max = 4;
  std::vector<std::vector<std::byte>> batch{}, arrived{};
  std::vector<std::byte> place{};
  std::size_t next = 0, wanted = 0, arrival_max = 1000;
  int flushes = 0;

  std::size_t bytes_wanted() const { return wanted; }
  Buffer batch_room(std::size_t bytes_max) {
    place.resize(bytes_max);
    return batch.size() == batch_max ? Buffer{} : Buffer{place};
  }
  void commit(std::size_t bytes) {
    const Bytes datagram = Bytes{place}.first(bytes);
    batch.emplace_back(datagram.begin(), datagram.end());
  }
  SendOutcome flush() {
    ++flushes;
    if (batch.empty()) return SendOutcome::sent;
    if (script->answer == SendOutcome::sent) std::ranges::move(batch, std::back_inserter(script->outgoing));
    if (script->answer != SendOutcome::would_block) batch.clear();
    return script->answer;
  }
  std::optional<Buffer> receive_in_place(std::size_t) {
    if (!waiting()) {
      arrived.clear();
      next = 0;
      for (; !script->incoming.empty() && arrived.size() < arrival_max; script->incoming.pop_front()) {
        arrived.push_back(std::move(script->incoming.front()));
      }
    }
    return waiting() ? std::optional<Buffer>{arrived[next++]} : std::nullopt;
  }
  bool waiting() const { return next < arrived.size(); }
};
static_assert(BatchingTransport<ScriptedBatchingTransport>);

}  // namespace bowline::test
