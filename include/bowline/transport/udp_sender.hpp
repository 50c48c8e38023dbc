// SPDX-License-Identifier: BSL-1.0
// How a batch leaves: in as few calls as the system accepts.
#pragma once

#include <array>
#include <cerrno>
#include <cstddef>
#include <span>

#include "bowline/base/bytes.hpp"
#include "bowline/transport/concept.hpp"
#include "bowline/transport/socket_errors.hpp"
#include "bowline/transport/udp_batch.hpp"
#include "bowline/transport/udp_message.hpp"
#include "bowline/transport/udp_options.hpp"

namespace bowline::inline v0_1 {

/// Sends the datagrams of a batch: several as one message where the kernel cuts it apart (UDP_SEGMENT), several
/// messages a call where it can (sendmmsg), else one by one. What the system refuses is sent again in the next
/// simpler way, and not tried again.
///
/// `Socket` offers `UdpSent send(const UdpAddress& to, std::span<const UdpMessage>)`, which sends the first of them
/// or more.
class UdpSender {
 public:
  UdpSender() = default;

  /// `segments`: the kernel is said to cut messages apart. `many`: the socket takes more than one message a call.
  UdpSender(bool segments, bool many) noexcept
      : segment_bytes_max_{segments ? UdpBatch::message_bytes_max : 0}, messages_max_{many ? udp_messages_a_call : 1} {}

  /// Sends one datagram.
  template <class Socket>
  SendOutcome send(Socket& socket, const UdpAddress& to, Bytes datagram, UdpStats& stats) {
    const UdpMessage message{datagram, datagram.size(), 1};
    const UdpSent sent = socket.send(to, std::span{&message, 1});
    ++stats.send_calls;
    device_full_ = false;
    return sent.messages != 0 ? (++stats.sent, SendOutcome::sent) : failed(message, sent.error, stats);
  }

  /// Sends everything, or what fits: `would_block` leaves the rest in `batch`. `dropped`: at least one was.
  template <class Socket>
  SendOutcome flush(Socket& socket, const UdpAddress& to, UdpBatch& batch, UdpStats& stats) {
    SendOutcome outcome = SendOutcome::sent;
    std::array<UdpMessage, udp_messages_a_call> places;
    device_full_ = false;
    while (!batch.empty()) {
      const auto messages = batch.messages(std::span{places}.first(messages_max_), segment_bytes_max_);
      const UdpSent sent = socket.send(to, messages);
      ++stats.send_calls;
      for (const UdpMessage& message : messages.first(sent.messages)) {
        stats.sent += message.datagrams;
        stats.sent_segmented += message.segmented() ? message.datagrams : 0;
        batch.drop(message);
      }
      if (sent.messages != 0 || refused(sent.error, messages, stats)) continue;
      if (failed(messages.front(), sent.error, stats) == SendOutcome::would_block) return SendOutcome::would_block;
      batch.drop(messages.front());
      outcome = SendOutcome::dropped;
    }
    return outcome;
  }

  /// Length does not matter to datagrams that leave one by one.
  [[nodiscard]] std::size_t bytes_wanted(const UdpBatch& batch) const noexcept {
    return batch.bytes_wanted() <= segment_bytes_max_ ? batch.bytes_wanted() : 0;
  }

  /// The device had no room at the last flush.
  [[nodiscard]] bool device_full() const noexcept { return device_full_; }

 private:
  SendOutcome failed(const UdpMessage& message, int code, UdpStats& stats) noexcept {
    const SocketError error = socket_error(code);
    const SendOutcome outcome = send_outcome(error);
    stats.send_errors.add(error);
    if (outcome == SendOutcome::dropped) stats.dropped_failed += message.datagrams;
    device_full_ = error == SocketError::no_buffers;
    return outcome;
  }

  /// Whether the system refuses the way and not the datagrams. Then a simpler one is chosen from now on.
  bool refused(int error, std::span<const UdpMessage> messages, UdpStats& stats) noexcept {
    if (messages.front().segmented() && (error == EIO || error == EINVAL || error == EMSGSIZE || error == EOPNOTSUPP)) {
      // A device without checksums (EIO) refuses every message; others those whose segments exceed the path, such as a
      // probe of its size and what follows it. What of them fits leaves plainly.
      segment_bytes_max_ = error == EIO ? 0 : messages.front().segment_bytes - 1;
      return ++stats.segmentation_refused, true;
    }
    if (messages_max_ > 1 && error == ENOSYS) return messages_max_ = 1, true;
    return false;
  }

  std::size_t segment_bytes_max_ = 0;
  std::size_t messages_max_ = 1;
  bool device_full_ = false;
};

}  // namespace bowline::inline v0_1
