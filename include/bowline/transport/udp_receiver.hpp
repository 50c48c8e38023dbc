// SPDX-License-Identifier: BSL-1.0
// How datagrams come in: as many a call as the system accepts.
#pragma once

#include <algorithm>
#include <cerrno>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>

#include "bowline/base/bytes.hpp"
#include "bowline/transport/batch_block.hpp"
#include "bowline/transport/socket_errors.hpp"
#include "bowline/transport/udp_message.hpp"
#include "bowline/transport/udp_options.hpp"
#include "bowline/transport/udp_segments.hpp"

namespace bowline::inline v0_1 {

/// Receives batches, each of one source, and hands out their datagrams in place: what the kernel has joined
/// (UDP_GRO), or many datagrams a call (recvmmsg), else one by one.
///
/// `Socket` offers `UdpReceived receive(Buffer, UdpArrival&)` and
/// `UdpReceived receive_many(Buffer, std::size_t bytes_max, each(index, const UdpArrival&))`.
///
/// Invariants: datagrams wait only while there is a block.
class UdpReceiver {
 public:
  UdpReceiver() = default;

  /// `many`: the socket takes more than one datagram a call, and joins none.
  explicit UdpReceiver(bool many) noexcept : many_{many} {}

  /// Datagrams, errors and joined datagrams that one `next` looks at.
  static constexpr std::size_t attempts_max = udp_messages_a_call;

  /// Something was received and not handed out yet.
  [[nodiscard]] bool waiting() const noexcept { return !segments_.empty(); }

  /// The next datagram of `only`, or of anybody where that is null. One that is foreign, empty or of more than
  /// `bytes_max` is dropped and counted. Valid until the next call.
  template <class Socket>
  [[nodiscard]] std::optional<Buffer> next(Socket& socket, const UdpAddress* only, std::size_t bytes_max,
                                           UdpStats& stats) {
    for (std::size_t attempts = 0;;) {
      while (waiting()) {
        const Buffer datagram = segments_.next();
        if (datagram.empty()) continue;
        if (datagram.size() <= bytes_max) return ++stats.received, datagram;
        ++stats.dropped_too_large;
      }
      const std::size_t looked_at = attempts < attempts_max ? fill(socket, only, bytes_max, stats) : 0;
      if (looked_at == 0) return block_.reset(), std::nullopt;
      attempts += looked_at;
    }
  }

  /// Where the last datagram came from.
  [[nodiscard]] const UdpAddress& source() const noexcept { return source_; }

 private:
  /// Receives the next batch. Answers how many datagrams and errors that took; 0 where nothing waits.
  template <class Socket>
  std::size_t fill(Socket& socket, const UdpAddress* only, std::size_t bytes_max, UdpStats& stats) {
    if (!block_) block_.reset(SpareBatchBlocks::take());
    ++stats.receive_calls;
    // Only while one source is taken do many datagrams make a batch of one source.
    const UdpReceived received =
        many_ && only != nullptr ? fill_many(socket, *only, bytes_max, stats) : fill_one(socket, only, stats);
    if (received.arrivals != 0) return received.arrivals;
    if (received.error == ENOSYS && many_) return many_ = false, 1;
    const SocketError error = socket_error(received.error);
    if (error == SocketError::would_block) return 0;
    stats.receive_errors.add(error);
    return 1;
  }

  template <class Socket>
  UdpReceived fill_one(Socket& socket, const UdpAddress* only, UdpStats& stats) {
    UdpArrival arrival;
    const UdpReceived received = socket.receive(Buffer{block_->bytes}, arrival);
    if (received.arrivals == 0 || !takes(arrival, only, stats)) return received;
    source_ = arrival.source;
    segments_ = {Buffer{block_->bytes}.first(arrival.bytes), arrival.segment_bytes};
    if (arrival.bytes > arrival.segment_bytes) stats.received_joined += datagrams(arrival);
    return received;
  }

  template <class Socket>
  UdpReceived fill_many(Socket& socket, const UdpAddress& only, std::size_t bytes_max, UdpStats& stats) {
    const std::size_t distance = std::clamp(bytes_max, std::size_t{1}, BatchBlock::bytes_max);
    const std::size_t slots = (std::min)(attempts_max, BatchBlock::bytes_max / distance);
    const Buffer place = Buffer{block_->bytes}.first(slots * distance);
    const UdpReceived received =
        socket.receive_many(place, distance, [&](std::size_t slot, const UdpArrival& arrival) {
          block_->lengths[slot] = takes(arrival, &only, stats) ? static_cast<std::uint16_t>(arrival.bytes) : 0;
        });
    source_ = only;
    segments_ = {place, distance, std::span{block_->lengths}.first(received.arrivals)};
    return received;
  }

  [[nodiscard]] static bool takes(const UdpArrival& arrival, const UdpAddress* only, UdpStats& stats) noexcept {
    if (only != nullptr && arrival.source != *only) return stats.dropped_foreign += datagrams(arrival), false;
    if (arrival.truncated) return ++stats.dropped_too_large, false;
    if (arrival.bytes == 0) return ++stats.dropped_empty, false;
    return true;
  }

  [[nodiscard]] static std::size_t datagrams(const UdpArrival& arrival) noexcept {
    return arrival.bytes == 0 ? 1 : (arrival.bytes + arrival.segment_bytes - 1) / arrival.segment_bytes;
  }

  bool many_ = false;
  BatchBlockInUse block_;
  UdpSegments segments_;
  UdpAddress source_;
};

}  // namespace bowline::inline v0_1
