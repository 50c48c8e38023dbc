// SPDX-License-Identifier: BSL-1.0
// A replayed answer is no sign of life: or whoever kept one could make a dead peer look alive for ever.
#include <gtest/gtest.h>

#include "bowline/core/handshake.hpp"

namespace bowline {
namespace {

TEST(HandshakeReplay, the_answer_that_confirmed_once_is_not_heard_again) {
  const Options options;
  Handshake handshake{options, {.high = 1, .low = 2}};
  const Nonce peer = 7;
  handshake.bind(TimePoint{}, peer, Limits::of(options));
  const auto asked = handshake.take_hello();
  ASSERT_TRUE(asked);
  const Hello answer{peer, 9, asked->challenge, false, Limits::of(options)};
  EXPECT_EQ(handshake.hear(TimePoint{}, answer), Handshake::Heard::confirmed);
  EXPECT_EQ(handshake.hear(TimePoint{}, answer), Handshake::Heard::nothing);
  EXPECT_TRUE(handshake.confirmed());
}

}  // namespace
}  // namespace bowline
