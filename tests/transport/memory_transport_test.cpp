// SPDX-License-Identifier: BSL-1.0
#include "bowline/transport/memory_transport.hpp"

#include <gtest/gtest.h>

#include <array>
#include <optional>
#include <string>

#include "bowline/base/bytes.hpp"

namespace bowline {
namespace {

std::optional<std::string> received(MemoryTransport& end) {
  std::array<std::byte, 1500> buffer{};
  const std::optional<std::size_t> count = end.receive(buffer);
  if (!count) return std::nullopt;
  return std::string{text(Bytes{buffer}.first(*count))};
}

TEST(MemoryTransport, datagrams_arrive_in_order_and_an_end_never_hears_itself) {
  auto [a, z] = MemoryTransport::pair();
  for (const char* const word : {"one", "two", "three"}) EXPECT_EQ(a.send(bytes_of(word)), SendOutcome::sent);
  EXPECT_EQ(received(a), std::nullopt);
  EXPECT_EQ(received(z), "one");
  EXPECT_EQ(received(z), "two");
  EXPECT_EQ(received(z), "three");
  EXPECT_EQ(received(z), std::nullopt);
}

TEST(MemoryTransport, an_empty_datagram_is_a_datagram) {
  auto [a, z] = MemoryTransport::pair();
  EXPECT_EQ(a.send({}), SendOutcome::sent);
  EXPECT_EQ(received(z), "");
  EXPECT_EQ(received(z), std::nullopt);
}

TEST(MemoryTransport, a_full_queue_drops_the_newest_and_counts_it) {
  auto [a, z] = MemoryTransport::pair(2);
  EXPECT_EQ(a.send(bytes_of("one")), SendOutcome::sent);
  EXPECT_EQ(a.send(bytes_of("two")), SendOutcome::sent);
  EXPECT_EQ(a.send(bytes_of("three")), SendOutcome::dropped);
  EXPECT_EQ(z.waiting(), 2u);
  EXPECT_EQ(z.dropped_full(), 1u);
  EXPECT_EQ(z.send(bytes_of("back")), SendOutcome::sent) << "each way has a queue of its own";
  EXPECT_EQ(received(z), "one");
  EXPECT_EQ(a.send(bytes_of("four")), SendOutcome::sent);
  EXPECT_EQ(received(z), "two");
  EXPECT_EQ(received(z), "four");
}

TEST(MemoryTransport, a_datagram_that_does_not_fit_is_dropped_and_the_next_is_handed_over) {
  auto [a, z] = MemoryTransport::pair();
  EXPECT_EQ(a.send(bytes_of("12345")), SendOutcome::sent);
  EXPECT_EQ(a.send(bytes_of("1234")), SendOutcome::sent);
  std::array<std::byte, 4> buffer{};
  EXPECT_EQ(z.receive(buffer), 4u);
  EXPECT_EQ(text(buffer), "1234");
  EXPECT_EQ(z.dropped_too_large(), 1u);
}

TEST(MemoryTransport, the_places_of_the_queue_are_used_again) {
  auto [a, z] = MemoryTransport::pair(3);
  for (int i = 0; i < 100; ++i) {  // 100 is no multiple of 3: the ring wraps at every offset
    const std::string word = std::to_string(i) + std::string(static_cast<std::size_t>(i), 'x');
    EXPECT_EQ(a.send(bytes_of(word)), SendOutcome::sent);
    EXPECT_EQ(a.send(bytes_of("-")), SendOutcome::sent);
    EXPECT_EQ(received(z), word);
    EXPECT_EQ(received(z), "-");
  }
  EXPECT_EQ(z.dropped_full(), 0u);
}

TEST(MemoryTransport, copies_are_the_same_end_and_outlive_each_other) {
  std::optional<MemoryTransport> kept;
  {
    auto [a, z] = MemoryTransport::pair();
    kept = z;
    EXPECT_EQ(a.send(bytes_of("word")), SendOutcome::sent);
  }
  EXPECT_EQ(received(*kept), "word");
}

}  // namespace
}  // namespace bowline
