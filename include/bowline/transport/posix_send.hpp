// SPDX-License-Identifier: BSL-1.0
// Messages out of a UDP socket of POSIX.
#pragma once

#if !defined(_WIN32)

#include <netinet/in.h>
#include <netinet/udp.h>
#include <sys/socket.h>
#include <sys/uio.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <span>

#include "bowline/base/bytes.hpp"
#include "bowline/transport/posix_control.hpp"
#include "bowline/transport/posix_sockets.hpp"
#include "bowline/transport/udp_address.hpp"
#include "bowline/transport/udp_message.hpp"

namespace bowline::inline v0_1 {

/// Describes a message to the system. `place` and `control` must last as long as `header`.
inline void describe(msghdr& header, iovec& place, UdpControl& control, const UdpAddress& to,
                     const UdpMessage& message) noexcept {
  // The system only reads what it sends, but declares one structure for both directions.
  header.msg_name = const_cast<sockaddr*>(to.data());
  header.msg_namelen = to.size();
  place.iov_base = const_cast<std::byte*>(message.bytes.data());
  place.iov_len = message.bytes.size();
  header.msg_iov = &place;
  header.msg_iovlen = 1;
#if defined(UDP_SEGMENT)
  if (!message.segmented()) return;
  const auto segment_bytes = static_cast<std::uint16_t>(message.segment_bytes);
  header.msg_control = control.bytes.data();
  header.msg_controllen = CMSG_SPACE(sizeof segment_bytes);
  cmsghdr* const entry = CMSG_FIRSTHDR(&header);
  entry->cmsg_level = IPPROTO_UDP;
  entry->cmsg_type = UDP_SEGMENT;
  entry->cmsg_len = CMSG_LEN(sizeof segment_bytes);
  std::memcpy(CMSG_DATA(entry), &segment_bytes, sizeof segment_bytes);
#else
  static_cast<void>(control);
#endif
}

/// Sends the first of `messages` (at least one) through `socket`, or more of them, at most `udp_messages_a_call`. A
/// segmented one needs a kernel that knows UDP_SEGMENT.
[[nodiscard]] inline UdpSent udp_send(SocketHandle socket, const UdpAddress& to,
                                      std::span<const UdpMessage> messages) noexcept {
  std::array<iovec, udp_messages_a_call> places;
  std::array<UdpControl, udp_messages_a_call> controls;
#if defined(__linux__)
  if (messages.size() > 1) {
    std::array<mmsghdr, udp_messages_a_call> headers;
    const std::size_t count = (std::min)(messages.size(), headers.size());
    for (std::size_t i = 0; i < count; ++i) {
      headers[i] = {};
      describe(headers[i].msg_hdr, places[i], controls[i], to, messages[i]);
    }
    const int sent = ::sendmmsg(socket, headers.data(), static_cast<unsigned>(count), 0);
    return sent > 0 ? UdpSent{static_cast<std::size_t>(sent), 0} : UdpSent{0, errno};
  }
#endif
  msghdr header{};
  describe(header, places[0], controls[0], to, messages.front());
  return ::sendmsg(socket, &header, 0) >= 0 ? UdpSent{1, 0} : UdpSent{0, errno};
}

}  // namespace bowline::inline v0_1

#endif
