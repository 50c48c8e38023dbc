// SPDX-License-Identifier: BSL-1.0
// What every transport must keep, as a suite to run over a model: the numbers are those of DatagramTransport.
//
//   struct MyPath { MyTransport a = …, z = …; };   // two ends that reach each other
//   INSTANTIATE_TYPED_TEST_SUITE_P(Mine, TransportContract, MyPath);
#pragma once

#include <gtest/gtest.h>

#include <array>
#include <chrono>
#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "bowline/base/bytes.hpp"
#include "bowline/transport/concept.hpp"

namespace bowline::test {

/// Offers `datagram` until it is on its way, as often as no honest transport refuses in a row.
template <DatagramTransport Transport>
[[nodiscard]] bool send_until_sent(Transport& from, Bytes datagram) {
  for (int attempt = 0; attempt < 200; ++attempt) {
    if (from.send(datagram) == SendOutcome::sent) return true;
  }
  return false;
}

/// The next datagram, empty ones aside. Waits a second at most where the transport can, and else asks again.
template <DatagramTransport Transport>
[[nodiscard]] std::optional<std::string> receive_soon(Transport& at, std::size_t buffer_bytes = 2048) {
  std::vector<std::byte> buffer(buffer_bytes);
  for (int attempt = 0; attempt < 100; ++attempt) {
    if (const std::optional<std::size_t> count = at.receive(buffer)) {
      EXPECT_LE(*count, buffer.size());
      if (*count > 0) return std::string{text(Bytes{buffer}.first(*count))};
    }
    if constexpr (WaitableTransport<Transport>) at.wait(std::chrono::milliseconds{10}, false);
  }
  return std::nullopt;
}

template <class Path>
class TransportContract : public testing::Test {
 protected:
  Path path_;
};

TYPED_TEST_SUITE_P(TransportContract);

TYPED_TEST_P(TransportContract, an_idle_end_receives_nothing_and_does_not_block_promise_1) {
  std::array<std::byte, 64> buffer{};
  for (int i = 0; i < 100; ++i) EXPECT_FALSE(this->path_.a.receive(buffer).has_value());
}

TYPED_TEST_P(TransportContract, a_datagram_arrives_whole_both_ways_promise_2) {
  for (const std::size_t bytes : {1u, 2u, 63u, 64u, 576u, 1199u, 1200u}) {
    std::string there(bytes, '\0');
    for (std::size_t i = 0; i < bytes; ++i) there[i] = static_cast<char>(i * 7 + bytes);
    ASSERT_TRUE(send_until_sent(this->path_.a, bytes_of(there)));
    EXPECT_EQ(receive_soon(this->path_.z), there);
    const std::string back{there.rbegin(), there.rend()};
    ASSERT_TRUE(send_until_sent(this->path_.z, bytes_of(back)));
    EXPECT_EQ(receive_soon(this->path_.a), back);
  }
}

TYPED_TEST_P(TransportContract,
             a_datagram_larger_than_the_buffer_is_dropped_or_cut_but_never_split_promise_2) {
  const std::string large(100, 'L');
  ASSERT_TRUE(send_until_sent(this->path_.a, bytes_of(large)));
  ASSERT_TRUE(send_until_sent(this->path_.a, bytes_of("next")));
  auto first = receive_soon(this->path_.z, 40);
  if (first == std::string(40, 'L')) first = receive_soon(this->path_.z, 40);
  EXPECT_EQ(first, "next");
}

TYPED_TEST_P(TransportContract, receive_fills_the_buffer_from_its_start_and_no_further_promise_3) {
  ASSERT_TRUE(send_until_sent(this->path_.a, bytes_of("abc")));
  std::array<std::byte, 16> buffer{};
  std::optional<std::size_t> count;
  for (int attempt = 0; attempt < 100 && !count; ++attempt) {
    if constexpr (requires { this->path_.z.wait(Duration{}, false); }) {
      this->path_.z.wait(std::chrono::milliseconds{10}, false);
    }
    count = this->path_.z.receive(buffer);
  }
  ASSERT_EQ(count, 3u);
  const std::string_view all = text(buffer);
  EXPECT_EQ(all.substr(0, 3), "abc");
  EXPECT_EQ(all.substr(3), std::string(13, '\0'));
}

TYPED_TEST_P(TransportContract, an_empty_datagram_harms_nothing_promise_4) {
  static_cast<void>(this->path_.a.send(Bytes{}));
  ASSERT_TRUE(send_until_sent(this->path_.a, bytes_of("after")));
  EXPECT_EQ(receive_soon(this->path_.z), "after");
}

TYPED_TEST_P(TransportContract, a_datagram_beyond_every_limit_harms_nothing_promise_4) {
  const std::string huge(70'000, 'H');  // UDP carries 65,507 bytes at most
  static_cast<void>(this->path_.a.send(bytes_of(huge)));
  ASSERT_TRUE(send_until_sent(this->path_.a, bytes_of("after")));
  auto first = receive_soon(this->path_.z);
  if (first == std::string(2048, 'H')) first = receive_soon(this->path_.z);
  EXPECT_EQ(first, "after");
}

TYPED_TEST_P(TransportContract, a_flood_ends_and_leaves_a_working_transport_promise_5) {
  constexpr int flood = 3000;
  for (int i = 0; i < flood; ++i) static_cast<void>(this->path_.a.send(bytes_of("flood")));
  std::array<std::byte, 64> buffer{};
  int nothing = 0;
  for (int i = 0; i < 2 * flood && nothing < 100; ++i)
    nothing = this->path_.z.receive(buffer) ? 0 : nothing + 1;
  EXPECT_EQ(nothing, 100) << "more arrives than was sent";
  ASSERT_TRUE(send_until_sent(this->path_.a, bytes_of("after")));
  EXPECT_EQ(receive_soon(this->path_.z), "after");
}

TYPED_TEST_P(TransportContract, the_bytes_are_free_after_send_promise_6) {
  std::string bytes = "kept";
  ASSERT_TRUE(send_until_sent(this->path_.a, bytes_of(bytes)));
  bytes = "lost";
  EXPECT_EQ(receive_soon(this->path_.z), "kept");
}

TYPED_TEST_P(TransportContract, a_moved_transport_goes_on) {
  ASSERT_TRUE(send_until_sent(this->path_.a, bytes_of("before")));
  auto a = std::move(this->path_.a);
  auto z = std::move(this->path_.z);
  EXPECT_EQ(receive_soon(z), "before");
  ASSERT_TRUE(send_until_sent(a, bytes_of("after")));
  EXPECT_EQ(receive_soon(z), "after");
}

TYPED_TEST_P(TransportContract, a_wait_ends_by_its_limit_and_at_once_for_a_datagram_or_room_to_send) {
  if constexpr (requires { this->path_.z.wait(Duration{}, false); }) {
    using Wall = std::chrono::steady_clock;
    constexpr auto soon = std::chrono::seconds{5};  // a busy machine is slow, but not that slow
    const auto start = Wall::now();
    this->path_.z.wait(Duration{-1}, false);
    this->path_.z.wait(Duration::zero(), false);
    this->path_.z.wait(std::chrono::microseconds{100}, false);
    this->path_.z.wait((Duration::max)(), true);
    ASSERT_TRUE(send_until_sent(this->path_.a, bytes_of("news")));
    this->path_.z.wait((Duration::max)(), false);
    EXPECT_LT(Wall::now() - start, soon);
    EXPECT_EQ(receive_soon(this->path_.z), "news");
  }
}

REGISTER_TYPED_TEST_SUITE_P(TransportContract,  //
                            an_idle_end_receives_nothing_and_does_not_block_promise_1,
                            a_datagram_arrives_whole_both_ways_promise_2,
                            a_datagram_larger_than_the_buffer_is_dropped_or_cut_but_never_split_promise_2,
                            receive_fills_the_buffer_from_its_start_and_no_further_promise_3,
                            an_empty_datagram_harms_nothing_promise_4,
                            a_datagram_beyond_every_limit_harms_nothing_promise_4,
                            a_flood_ends_and_leaves_a_working_transport_promise_5,
                            the_bytes_are_free_after_send_promise_6, a_moved_transport_goes_on,
                            a_wait_ends_by_its_limit_and_at_once_for_a_datagram_or_room_to_send);

}  // namespace bowline::test
