// SPDX-License-Identifier: BSL-1.0
#include "bowline/transport/outlet.hpp"

#include <gtest/gtest.h>

#include <optional>
#include <string>
#include <vector>

namespace bowline {
namespace {

using namespace std::chrono_literals;

constexpr TimePoint start{10h};

/// Takes datagrams while it is not full, and remembers them.
struct Narrow {
  bool full = false;
  std::vector<std::string> sent{};
  std::size_t offers = 0;

  SendOutcome send(Bytes datagram) {
    ++offers;
    if (full) return SendOutcome::would_block;
    sent.emplace_back(text(datagram));
    return SendOutcome::sent;
  }
  std::optional<std::size_t> receive(Buffer) { return std::nullopt; }
};

/// Hands out the letters of `rest` as datagrams of one byte, and then nothing.
struct Letters {
  std::string rest;

  std::size_t operator()(Buffer buffer) {
    if (rest.empty()) return 0;
    buffer[0] = static_cast<std::byte>(rest.front());
    rest.erase(0, 1);
    return 1;
  }
};

TEST(Outlet, everything_leaves_while_there_is_room) {
  Outlet outlet{128};
  Narrow transport;
  Letters letters{"abc"};
  outlet.flush(start, transport, letters);
  EXPECT_EQ(transport.sent, (std::vector<std::string>{"a", "b", "c"}));
  EXPECT_EQ(outlet.retry_at(start), never);
}

TEST(Outlet, what_would_block_waits_and_leaves_first) {
  Outlet outlet{128};
  Narrow transport{.full = true};
  Letters letters{"abc"};
  outlet.flush(start, transport, letters);
  EXPECT_EQ(letters.rest, "bc");
  EXPECT_EQ(outlet.retry_at(start), start + 1ms);

  transport.full = false;
  outlet.flush(start + 1ms, transport, letters);
  EXPECT_EQ(transport.sent, (std::vector<std::string>{"a", "b", "c"}));
  EXPECT_EQ(outlet.retry_at(start), never);
}

TEST(Outlet, a_full_transport_is_not_asked_again_too_soon) {
  Outlet outlet{128};
  Narrow transport{.full = true};
  Letters letters{"a"};
  for (int i = 0; i < 1000; ++i) outlet.flush(start, transport, letters);
  EXPECT_EQ(transport.offers, 1u);
}

TEST(Outlet, a_clock_set_back_holds_nothing_up) {
  Outlet outlet{128};
  Narrow transport{.full = true};
  Letters letters{"a"};
  outlet.flush(start, transport, letters);

  transport.full = false;
  EXPECT_EQ(outlet.retry_at(start - 1h), start - 1h);
  outlet.flush(start - 1h, transport, letters);
  EXPECT_EQ(transport.sent, std::vector<std::string>{"a"});
}

}  // namespace
}  // namespace bowline
