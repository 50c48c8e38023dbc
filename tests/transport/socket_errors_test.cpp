// SPDX-License-Identifier: BSL-1.0
#include "bowline/transport/socket_errors.hpp"

#include <gtest/gtest.h>

#include <array>
#include <cerrno>

namespace bowline {
namespace {

struct Expected {
  int code;
  SocketError kind;
  SendOutcome outcome;
};

constexpr std::array expectations{
    Expected{EAGAIN, SocketError::would_block, SendOutcome::would_block},
    Expected{EWOULDBLOCK, SocketError::would_block, SendOutcome::would_block},
    Expected{ENOBUFS, SocketError::no_buffers, SendOutcome::would_block},
    Expected{ENOMEM, SocketError::no_buffers, SendOutcome::would_block},
    Expected{EINTR, SocketError::interrupted, SendOutcome::dropped},
    Expected{ECONNREFUSED, SocketError::refused, SendOutcome::dropped},
    Expected{ECONNRESET, SocketError::refused, SendOutcome::dropped},
    Expected{EMSGSIZE, SocketError::too_large, SendOutcome::dropped},
    Expected{ENETUNREACH, SocketError::unreachable, SendOutcome::dropped},
    Expected{EHOSTUNREACH, SocketError::unreachable, SendOutcome::dropped},
    Expected{ENETDOWN, SocketError::unreachable, SendOutcome::dropped},
    Expected{ENETRESET, SocketError::unreachable, SendOutcome::dropped},
    Expected{EADDRNOTAVAIL, SocketError::unreachable, SendOutcome::dropped},
    Expected{EPERM, SocketError::forbidden, SendOutcome::dropped},
    Expected{EACCES, SocketError::forbidden, SendOutcome::dropped},
    Expected{EBADF, SocketError::other, SendOutcome::dropped},
    Expected{0, SocketError::other, SendOutcome::dropped},
};

TEST(SocketErrors, every_error_has_the_kind_and_outcome_that_it_should) {
  for (const Expected& expected : expectations) {
    EXPECT_EQ(socket_error(expected.code), expected.kind) << "errno " << expected.code;
    EXPECT_EQ(send_outcome(socket_error(expected.code)), expected.outcome) << "errno " << expected.code;
  }
}

TEST(SocketErrors, no_rule_goes_untested) {
  for (const SocketErrorRule& rule : socket_error_rules) {
    int found = 0;
    for (const Expected& expected : expectations) found += expected.code == rule.code;
    EXPECT_GE(found, 1) << "errno " << rule.code;
  }
}

TEST(SocketErrors, each_kind_has_a_counter_of_its_own) {
  SocketErrorCounts counts;
  for (std::size_t kind = 0; kind < socket_error_kinds; ++kind) {
    for (std::size_t times = 0; times <= kind; ++times) counts.add(static_cast<SocketError>(kind));
  }
  for (std::size_t kind = 0; kind < socket_error_kinds; ++kind) {
    EXPECT_EQ(counts.of(static_cast<SocketError>(kind)), kind + 1);
  }
  EXPECT_EQ(counts.sum(), 36u);  // 1 + 2 + … + 8
}

TEST(SocketErrors, the_last_kind_is_other) {
  EXPECT_EQ(static_cast<std::size_t>(SocketError::other) + 1, socket_error_kinds);
}

}  // namespace
}  // namespace bowline
