// SPDX-License-Identifier: BSL-1.0
// The errors of Winsock by the names that POSIX has for them.
#pragma once

#if defined(_WIN32)

#include <array>
#include <cerrno>

#include "bowline/transport/winsock_headers.hpp"

namespace bowline::inline v0_1 {

/// The same error, as Winsock numbers it and as `errno` does.
struct WinsockErrorName {
  int winsock;
  int posix;
};

/// What sockets for datagrams may answer. The codes of Winsock, from 10,000 on, are no `errno`.
inline constexpr std::array winsock_error_names{
    WinsockErrorName{WSAEINTR, EINTR},
    WinsockErrorName{WSAEBADF, EBADF},
    WinsockErrorName{WSAEACCES, EACCES},
    WinsockErrorName{WSAEINVAL, EINVAL},
    WinsockErrorName{WSAEMFILE, EMFILE},
    WinsockErrorName{WSAEWOULDBLOCK, EWOULDBLOCK},
    WinsockErrorName{WSAENOTSOCK, ENOTSOCK},
    WinsockErrorName{WSAEMSGSIZE, EMSGSIZE},
    WinsockErrorName{WSAENOPROTOOPT, ENOPROTOOPT},
    WinsockErrorName{WSAEOPNOTSUPP, EOPNOTSUPP},
    WinsockErrorName{WSAEAFNOSUPPORT, EAFNOSUPPORT},
    WinsockErrorName{WSAEADDRINUSE, EADDRINUSE},
    WinsockErrorName{WSAEADDRNOTAVAIL, EADDRNOTAVAIL},
    WinsockErrorName{WSAENETDOWN, ENETDOWN},
    WinsockErrorName{WSAENETUNREACH, ENETUNREACH},
    WinsockErrorName{WSAENETRESET, ENETRESET},
    WinsockErrorName{WSAECONNRESET, ECONNRESET},
    WinsockErrorName{WSAENOBUFS, ENOBUFS},
    WinsockErrorName{WSAECONNREFUSED, ECONNREFUSED},
    WinsockErrorName{WSAEHOSTUNREACH, EHOSTUNREACH},
};

/// The `errno` for a code of Winsock; the code itself where there is none.
[[nodiscard]] constexpr int posix_error(int winsock) noexcept {
  for (const WinsockErrorName& name : winsock_error_names) {
    if (name.winsock == winsock) return name.posix;
  }
  return winsock;
}

/// The code of Winsock for an `errno`; the number itself where there is none.
[[nodiscard]] constexpr int winsock_error(int posix) noexcept {
  for (const WinsockErrorName& name : winsock_error_names) {
    if (name.posix == posix) return name.winsock;
  }
  return posix;
}

}  // namespace bowline::inline v0_1

#endif
