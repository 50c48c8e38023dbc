// SPDX-License-Identifier: BSL-1.0
// The headers of Winsock, without what they do to those who include them.
#pragma once

#if defined(_WIN32)

// They bring <windows.h>, which defines `min` and `max` unless told not to, and much else. What was defined before is
// so again behind them. A program that needs the rest of <windows.h> includes <winsock2.h> and it before bowline.
#pragma push_macro("NOMINMAX")
#pragma push_macro("WIN32_LEAN_AND_MEAN")
#undef NOMINMAX
#define NOMINMAX
#undef WIN32_LEAN_AND_MEAN
#define WIN32_LEAN_AND_MEAN
#include <winsock2.h>

#include <mswsock.h>
#include <ws2tcpip.h>
#pragma pop_macro("WIN32_LEAN_AND_MEAN")
#pragma pop_macro("NOMINMAX")

#endif
