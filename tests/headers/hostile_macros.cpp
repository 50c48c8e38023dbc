// SPDX-License-Identifier: BSL-1.0
// Every header after the macros that system headers are known to define. The standard library comes first: what
// such macros do to it is not bowline's affair.
#include <algorithm>
#include <array>
#include <bit>
#include <cassert>
#include <chrono>
#include <compare>
#include <concepts>
#include <cstddef>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <deque>
#include <functional>
#include <limits>
#include <list>
#include <map>
#include <memory>
#include <optional>
#include <queue>
#include <random>
#include <span>
#include <string>
#include <string_view>
#include <tuple>
#include <type_traits>
#include <utility>
#include <variant>
#include <vector>

#if __has_include(<sys/socket.h>)
#include <arpa/inet.h>
#include <fcntl.h>
#include <netdb.h>
#include <netinet/in.h>
#include <poll.h>
#include <sys/socket.h>
#include <sys/types.h>
#include <unistd.h>
#endif

#if defined(_WIN32)
// All of it. It defines most of these, and with some compilers the rest.
#include <winsock2.h>

#include <windows.h>
#undef min
#undef max
#undef small
#undef near
#undef far
#undef interface
#undef ERROR
#undef DELETE
#undef IN
#undef OUT
#endif

#define min(a, b) (((a) < (b)) ? (a) : (b))
#define max(a, b) (((a) > (b)) ? (a) : (b))
#define small char
#define near
#define far
#define interface struct
#define ERROR 0
#define DELETE (0x00010000L)
#define IN
#define OUT

#include "every_header.hpp"

// Templates are read in full only where they are made.
template class bowline::ReliableChannel<bowline::UdpTransport>;
template class bowline::ReliableChannel<bowline::UdpTransport, bowline::SteadyClock, bowline::WindowDedup<>>;

bool hostile_macros_do_no_harm();
bool hostile_macros_do_no_harm() { return bowline::Options{}.fault() == nullptr; }
