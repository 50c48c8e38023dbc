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

std::size_t room() { return 128; }

/// Hands out the letters of `rest` as datagrams of one byte, and then nothing.
struct Letters {
  std::string rest;
  std::vector<std::size_t> wanted{};

  std::size_t operator()(Buffer buffer, std::size_t bytes_wanted) {
    wanted.push_back(bytes_wanted);
    if (rest.empty()) return 0;
    buffer[0] = static_cast<std::byte>(rest.front());
    rest.erase(0, 1);
    return 1;
  }
};

/// The same with a batch of two datagrams.
struct NarrowBatch : Narrow {
  std::vector<std::string> batch{};
  std::string place{};
  std::size_t flushes = 0;

  Buffer batch_room(std::size_t bytes_max) {
    place.assign(bytes_max, '\0');
    return batch.size() == 2 ? Buffer{} : std::as_writable_bytes(std::span{place});
  }
  void commit(std::size_t bytes) { batch.push_back(place.substr(0, bytes)); }
  SendOutcome flush() {
    ++flushes;
    if (full && !batch.empty()) return SendOutcome::would_block;
    sent.insert(sent.end(), batch.begin(), batch.end());
    batch.clear();
    return SendOutcome::sent;
  }
  std::optional<Buffer> receive_in_place(std::size_t) { return std::nullopt; }
  bool waiting() const { return false; }
  std::size_t bytes_wanted() const { return batch.size(); }
};
static_assert(BatchingTransport<NarrowBatch> && !BatchingTransport<Narrow>);

TEST(Outlet, everything_leaves_while_there_is_room) {
  Outlet outlet;
  Narrow transport;
  Letters letters{"abc"};
  outlet.flush(start, transport, room, letters);
  EXPECT_EQ(transport.sent, (std::vector<std::string>{"a", "b", "c"}));
  EXPECT_EQ(outlet.retry_at(start), never);
}

TEST(Outlet, what_would_block_waits_and_leaves_first) {
  Outlet outlet;
  Narrow transport{.full = true};
  Letters letters{"abc"};
  outlet.flush(start, transport, room, letters);
  EXPECT_EQ(letters.rest, "bc");
  EXPECT_EQ(outlet.retry_at(start), start + 1ms);

  transport.full = false;
  outlet.flush(start + 1ms, transport, room, letters);
  EXPECT_EQ(transport.sent, (std::vector<std::string>{"a", "b", "c"}));
  EXPECT_EQ(outlet.retry_at(start), never);
}

TEST(Outlet, a_full_transport_is_not_asked_again_too_soon) {
  Outlet outlet;
  Narrow transport{.full = true};
  Letters letters{"a"};
  for (int i = 0; i < 1000; ++i) outlet.flush(start, transport, room, letters);
  EXPECT_EQ(transport.offers, 1u);
}

TEST(Outlet, a_clock_set_back_holds_nothing_up) {
  Outlet outlet;
  Narrow transport{.full = true};
  Letters letters{"a"};
  outlet.flush(start, transport, room, letters);

  transport.full = false;
  EXPECT_EQ(outlet.retry_at(start - 1h), start - 1h);
  outlet.flush(start - 1h, transport, room, letters);
  EXPECT_EQ(transport.sent, std::vector<std::string>{"a"});
}

TEST(Outlet, a_batch_leaves_when_it_is_full_and_at_the_end) {
  Outlet outlet;
  NarrowBatch transport;
  Letters letters{"abcde"};
  outlet.flush(start, transport, room, letters);
  EXPECT_EQ(transport.sent, (std::vector<std::string>{"a", "b", "c", "d", "e"}));
  EXPECT_EQ(transport.flushes, 3u);  // 2 + 2 + 1
  EXPECT_EQ(transport.offers, 0u);
  EXPECT_EQ(letters.wanted, (std::vector<std::size_t>{0, 1, 0, 1, 0, 1}));  // as many as are in the batch
  EXPECT_EQ(outlet.retry_at(start), never);
}

TEST(Outlet, a_batch_that_is_just_full_at_the_end_leaves) {
  Outlet outlet;
  NarrowBatch transport;
  Letters letters{"ab"};
  outlet.flush(start, transport, room, letters);
  EXPECT_EQ(transport.sent, (std::vector<std::string>{"a", "b"}));
}

TEST(Outlet, nothing_to_send_leaves_the_batch_flushed) {
  Outlet outlet;
  NarrowBatch transport;
  Letters letters{""};
  outlet.flush(start, transport, room, letters);
  EXPECT_EQ(transport.flushes, 1u);  // so that the transport can give its memory back
  EXPECT_TRUE(transport.sent.empty());
}

TEST(Outlet, nothing_is_written_behind_a_batch_that_still_waits) {
  Outlet outlet;
  NarrowBatch transport;
  transport.full = true;
  Letters letters{"a"};
  outlet.flush(start, transport, room, letters);
  letters.rest = "bc";
  outlet.flush(start + 1ms, transport, room, letters);
  EXPECT_EQ(letters.rest, "bc");
  transport.full = false;
  outlet.flush(start + 2ms, transport, room, letters);
  EXPECT_EQ(transport.sent, (std::vector<std::string>{"a", "b", "c"}));
}

TEST(Outlet, a_batch_that_would_block_waits_whole_and_grows_no_older_than_it_is) {
  Outlet outlet;
  NarrowBatch transport;
  transport.full = true;
  Letters letters{"abcde"};
  outlet.flush(start, transport, room, letters);
  EXPECT_EQ(letters.rest, "cde");
  EXPECT_EQ(outlet.retry_at(start), start + 1ms);
  outlet.flush(start, transport, room, letters);
  EXPECT_EQ(transport.flushes, 1u);
  outlet.flush(start + 1ms, transport, room, letters);
  EXPECT_EQ(transport.flushes, 2u);
  EXPECT_EQ(letters.rest, "cde");
  EXPECT_EQ(outlet.retry_at(start + 1ms), start + 2ms);

  transport.full = false;
  outlet.flush(start + 2ms, transport, room, letters);
  EXPECT_EQ(transport.sent, (std::vector<std::string>{"a", "b", "c", "d", "e"}));
  EXPECT_EQ(outlet.retry_at(start + 2ms), never);
}

}  // namespace
}  // namespace bowline
