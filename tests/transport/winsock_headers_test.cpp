// SPDX-License-Identifier: BSL-1.0
#include <gtest/gtest.h>

#undef NOMINMAX
#undef WIN32_LEAN_AND_MEAN
#define NOMINMAX 7

#include "bowline/transport/winsock_headers.hpp"

#if defined(_WIN32)

#if defined(min) || defined(max)
#error "min and max are the user's words"
#endif
#if defined(WIN32_LEAN_AND_MEAN)
#error "how much of <windows.h> there is, the user says"
#endif

TEST(WinsockHeaders, leave_macros_as_they_were) { EXPECT_EQ(NOMINMAX, 7); }

#endif
