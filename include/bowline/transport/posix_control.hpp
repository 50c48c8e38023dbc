// SPDX-License-Identifier: BSL-1.0
// What travels beside a message on its way to the kernel and back.
#pragma once

#if !defined(_WIN32)

#include <sys/socket.h>

#include <array>
#include <cstddef>

namespace bowline::inline v0_1 {

/// Room for one control message with a number in it.
struct alignas(cmsghdr) UdpControl {
  std::array<std::byte, CMSG_SPACE(sizeof(int))> bytes;
};

}  // namespace bowline::inline v0_1

#endif
