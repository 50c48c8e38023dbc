// SPDX-License-Identifier: BSL-1.0
#include "bowline/transport/inlet.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <string>
#include <utility>

namespace bowline {
namespace {

/// Has one datagram, as long as it may be.
struct Plain {
  std::string datagram = "abc";

  SendOutcome send(Bytes) { return SendOutcome::sent; }
  std::optional<std::size_t> receive(Buffer buffer) {
    if (datagram.empty()) return std::nullopt;
    std::ranges::copy(bytes_of(datagram), buffer.begin());
    return std::exchange(datagram, "").size();
  }
};

/// The same in a batch of its own.
struct Batching : Plain {
  std::size_t bytes_max = 0;
  bool more = false;

  std::size_t bytes_wanted() const { return 0; }
  Buffer batch_room(std::size_t) { return {}; }
  void commit(std::size_t) {}
  SendOutcome flush() { return SendOutcome::sent; }
  std::optional<Buffer> receive_in_place(std::size_t max) {
    bytes_max = max;
    return std::as_writable_bytes(std::span{datagram});
  }
  bool waiting() const { return more; }
};
static_assert(BatchingTransport<Batching> && !BatchingTransport<Plain>);

TEST(Inlet, takes_a_datagram_in_and_then_none) {
  Inlet inlet{128};
  Plain transport;
  const auto datagram = inlet.receive(transport);
  ASSERT_TRUE(datagram);
  EXPECT_EQ(text(*datagram), "abc");
  EXPECT_FALSE(inlet.receive(transport));
  EXPECT_FALSE(Inlet::waiting(transport));
}

TEST(Inlet, views_a_datagram_where_the_transport_has_it) {
  Inlet inlet{128};
  Batching transport;
  const auto datagram = inlet.receive(transport);
  ASSERT_TRUE(datagram);
  EXPECT_EQ(static_cast<const void*>(datagram->data()), transport.datagram.data());
  EXPECT_EQ(transport.bytes_max, 128u);
  EXPECT_FALSE(Inlet::waiting(transport));
  transport.more = true;
  EXPECT_TRUE(Inlet::waiting(transport));
}

}  // namespace
}  // namespace bowline
