// SPDX-License-Identifier: BSL-1.0
// What carries datagrams, and what it must promise.
#pragma once

#include <concepts>
#include <cstddef>
#include <optional>

#include "bowline/base/bytes.hpp"
#include "bowline/base/options.hpp"
#include "bowline/base/time.hpp"

namespace bowline::inline v0_1 {

/// What became of a datagram handed to a transport.
enum class SendOutcome {
  sent,         ///< It is on its way, as far as anybody here can tell.
  would_block,  ///< Not taken; offer the same bytes again later.
  dropped,      ///< It will not arrive. The protocol treats it as lost on the way.
};

/// Carries whole datagrams to one peer and from it, or loses them.
///
/// A model promises, for every sequence of calls:
///   1. No call blocks, throws, or calls back into the channel.
///   2. A datagram arrives whole and unaltered in length, or not at all as far as it can tell: one that does not
///      fit `buffer` is dropped, or handed over cut, never split.
///   3. `receive` fills `buffer` from its start and answers the count, 0 included; none when nothing waits.
///   4. No failure is fatal: an error of the world is `dropped` on the way out and nothing, or the next
///      datagram, on the way in. A model counts what it swallows.
///   5. A burst of errors ends: `receive` answers none after a bounded number of failed attempts.
///   6. The bytes of `datagram` are not needed after `send` returns.
template <class T>
concept DatagramTransport = requires(T& transport, Bytes datagram, Buffer buffer) {
  { transport.send(datagram) } -> std::same_as<SendOutcome>;
  { transport.receive(buffer) } -> std::same_as<std::optional<std::size_t>>;
};

/// A transport with batches of its own: datagrams are written and read in place, and many share a system call.
///
/// Besides those of `DatagramTransport`, a model promises:
///   1. `batch_room(bytes_max)` answers room for `bytes_max` bytes, or none when the batch must leave first. The room
///      lasts until the next call of `commit`, `batch_room`, `send` or `flush`; writing into it promises nothing.
///   2. `commit(bytes)` adds the first `bytes` of the room, 1 or more, to the batch as one datagram.
///      `bytes_wanted` is the length at which it costs least, so that one a little shorter had better be padded; 0
///      where length does not matter.
///   3. `flush` sends the batch in the order of its datagrams. `would_block` keeps those that did not leave, for a
///      later `flush`; after `sent` and `dropped` none is left.
///   4. `receive_in_place(bytes_max)` answers the next datagram, in the order and under the promises of `receive`; one
///      of more than `bytes_max` is dropped. It may be changed, and stays where it is until the next receive of
///      either kind, whatever is sent, moved, or received by another transport meanwhile.
///   5. `waiting` tells that something received earlier is not handed out yet, so that the next receive asks nobody.
///   6. After a flush that left nothing, and a receive that found nothing, it holds no memory for batches.
template <class T>
concept BatchingTransport = DatagramTransport<T> && requires(T& transport, const T& seen, std::size_t bytes) {
  { transport.batch_room(bytes) } -> std::same_as<Buffer>;
  { seen.bytes_wanted() } -> std::same_as<std::size_t>;
  transport.commit(bytes);
  { transport.flush() } -> std::same_as<SendOutcome>;
  { transport.receive_in_place(bytes) } -> std::same_as<std::optional<Buffer>>;
  { seen.waiting() } -> std::same_as<bool>;
};

/// A transport that can wait. `wait(limit, writable)` returns when a datagram may be received, be it from memory, when
/// `writable` is set and one may be sent, or after `limit`; spurious returns are fine.
template <class T>
concept WaitableTransport = DatagramTransport<T> && requires(T& transport, Duration limit, bool writable) {
  transport.wait(limit, writable);
};

/// A transport that learns its peer's address. It answers the source of the latest datagram until `lock_peer()`,
/// which the channel calls when the handshake is confirmed; from then on it takes and serves that source only.
/// `unlock_peer()` undoes it when the peer is gone.
/// A source may have been forged: it gets at most three times the bytes that came from it, and the rest is dropped,
/// until `prove_peer()`, which the channel calls when the datagram it took last has bound a peer, and so has echoed
/// what was sent to that address (RFC 9000 section 8.1).
template <class T>
concept PeerLearningTransport = DatagramTransport<T> && requires(T& transport) {
  transport.prove_peer();
  transport.lock_peer();
  transport.unlock_peer();
};

/// A transport that supplies the channel's entropy: a simulated one, so that a seed decides everything.
template <class T>
concept EntropicTransport = DatagramTransport<T> && requires(T& transport) {
  { transport.entropy() } -> std::same_as<Entropy>;
};

}  // namespace bowline::inline v0_1
