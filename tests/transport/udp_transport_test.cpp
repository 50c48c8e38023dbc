// SPDX-License-Identifier: BSL-1.0
// Loopback only. Nothing sleeps: where the kernel may need a moment, `wait` waits for it.
#include "bowline/transport/udp_transport.hpp"

#include <gtest/gtest.h>
#if !defined(_WIN32)
#include <signal.h>
#include <sys/time.h>
#endif

#include <algorithm>
#include <array>
#include <cerrno>
#include <chrono>
#include <optional>
#include <string>
#include <type_traits>
#include <utility>
#include <vector>

#include "bowline/base/bytes.hpp"

namespace bowline {
namespace {

using namespace std::chrono_literals;

UdpTransport opened(const UdpOptions& options) {
  auto transport = UdpTransport::open(options);
  EXPECT_TRUE(transport) << transport.why();
  return std::move(transport).value();
}

std::string failure(const UdpOptions& options) {
  const auto transport = UdpTransport::open(options);
  EXPECT_FALSE(transport);
  return std::string{transport.why()};
}

/// The next datagram within a second.
std::optional<std::string> received(UdpTransport& at, std::size_t buffer_bytes = 1500) {
  std::string buffer(buffer_bytes, '\0');
  for (int attempt = 0; attempt < 100; ++attempt) {
    if (const auto count = at.receive(std::as_writable_bytes(std::span{buffer})))
      return buffer.substr(0, *count);
    at.wait(10ms, false);
  }
  return std::nullopt;
}

/// What waits after at most `limit`, if anything does.
std::optional<std::size_t> received_within(UdpTransport& at, Duration limit) {
  std::array<std::byte, 1500> buffer{};
  at.wait(limit, false);
  return at.receive(buffer);
}

/// Writes datagrams into the batch and flushes it.
SendOutcome sent_at_once(UdpTransport& from, const std::vector<std::string>& datagrams) {
  for (const std::string& datagram : datagrams) {
    const Buffer room = from.batch_room(1500);
    EXPECT_GE(room.size(), datagram.size());
    std::ranges::copy(bytes_of(datagram), room.begin());
    from.commit(datagram.size());
  }
  return from.flush();
}

/// The next `count` datagrams, in place.
std::vector<std::string> received_in_place(UdpTransport& at, std::size_t count) {
  std::vector<std::string> found;
  for (int attempt = 0; attempt < 100 && found.size() < count; ++attempt) {
    while (const auto datagram = at.receive_in_place(1500)) found.emplace_back(text(*datagram));
    at.wait(10ms, false);
  }
  return found;
}

TEST(UdpTransport, it_can_wait_and_learn_and_can_be_moved_but_not_copied) {
  static_assert(WaitableTransport<UdpTransport> && PeerLearningTransport<UdpTransport>);
  static_assert(std::is_nothrow_move_constructible_v<UdpTransport> &&
                std::is_nothrow_move_assignable_v<UdpTransport>);
  static_assert(!std::is_copy_constructible_v<UdpTransport>);
}

TEST(UdpTransport, two_ends_with_remotes_talk_both_ways) {
  // Each must know the other's port before it opens: one learns the port of a socket that is gone again.
  const std::string place = opened({.local = "127.0.0.1:0"}).local_address();
  UdpTransport a = opened({.local = "127.0.0.1:0", .remote = place});
  UdpTransport z = opened({.local = place, .remote = a.local_address()});
  EXPECT_EQ(a.send(bytes_of("there")), SendOutcome::sent);
  EXPECT_EQ(received(z), "there");
  EXPECT_EQ(z.send(bytes_of("back")), SendOutcome::sent);
  EXPECT_EQ(received(a), "back");
  EXPECT_EQ(a.stats().sent, 1u);
  EXPECT_EQ(a.stats().received, 1u);
  EXPECT_EQ(a.peer_address(), place);
}

TEST(UdpTransport, every_local_address_takes_ipv4_and_ipv6_peers) {
  UdpTransport z = opened({.local = ":0"});
  const std::string bound = z.local_address();
  const std::string port = bound.substr(bound.rfind(':'));
  UdpTransport four = opened({.remote = "127.0.0.1" + port});
  EXPECT_EQ(four.send(bytes_of("four")), SendOutcome::sent);
  EXPECT_EQ(received(z), "four");
  EXPECT_EQ(z.peer_address().substr(0, 10), "127.0.0.1:");
  EXPECT_EQ(z.send(bytes_of("back")), SendOutcome::sent);
  EXPECT_EQ(received(four), "back");
  if (bound.front() != '[') GTEST_SKIP() << "no IPv6 here";
  UdpTransport six = opened({.remote = "[::1]" + port});
  EXPECT_EQ(six.send(bytes_of("six")), SendOutcome::sent);
  EXPECT_EQ(received(z), "six");
  EXPECT_EQ(z.send(bytes_of("back")), SendOutcome::sent);
  EXPECT_EQ(received(six), "back");
}

TEST(UdpTransport, an_ipv6_socket_reaches_an_ipv4_remote) {
  UdpTransport z = opened({.local = "127.0.0.1:0"});
  UdpTransport a = opened({.local = "[::]:0", .remote = z.local_address()});
  EXPECT_EQ(a.send(bytes_of("there")), SendOutcome::sent);
  EXPECT_EQ(received(z), "there");
  EXPECT_EQ(z.send(bytes_of("back")), SendOutcome::sent);
  EXPECT_EQ(received(a), "back");
}

TEST(UdpTransport, nobody_to_answer_yet_is_a_drop) {
  UdpTransport z = opened({.local = "127.0.0.1:0"});
  EXPECT_EQ(z.peer_address(), "");
  EXPECT_EQ(z.send(bytes_of("lost")), SendOutcome::dropped);
  EXPECT_EQ(z.stats().dropped_no_peer, 1u);
  z.lock_peer();  // there is nobody to keep
  UdpTransport a = opened({.remote = z.local_address()});
  EXPECT_EQ(a.send(bytes_of("hello")), SendOutcome::sent);
  EXPECT_EQ(received(z), "hello");
}

TEST(UdpTransport, an_address_that_may_be_forged_gets_three_times_what_came_from_it) {
  UdpTransport z = opened({.local = "127.0.0.1:0"});
  UdpTransport peer = opened({.local = "127.0.0.1:0", .remote = z.local_address()});
  UdpTransport forger = opened({.local = "127.0.0.1:0", .remote = z.local_address()});
  const auto say = [&](UdpTransport& from, const char* word) {
    EXPECT_EQ(from.send(bytes_of(word)), SendOutcome::sent);
    EXPECT_EQ(received(z), word);
  };
  const auto batch = [&](std::string_view datagram) {
    const Buffer room = z.batch_room(datagram.size());
    const Bytes bytes = bytes_of(datagram);
    std::copy(bytes.begin(), bytes.end(), room.begin());
    z.commit(datagram.size());
  };

  say(peer, "four");
  EXPECT_EQ(z.send(bytes_of("seven b")), SendOutcome::sent);
  batch("six by");  // 7 + 6 > 3 · 4
  batch("five ");
  EXPECT_EQ(z.flush(), SendOutcome::sent);
  EXPECT_EQ(received(peer), "seven b");
  EXPECT_EQ(received(peer), "five ");
  EXPECT_EQ(z.send(bytes_of("x")), SendOutcome::dropped);
  EXPECT_EQ(z.stats().dropped_unproven, 2u);

  z.prove_peer();
  EXPECT_EQ(z.send(bytes_of("as much as we like")), SendOutcome::sent);
  EXPECT_EQ(received(peer), "as much as we like");

  batch("not for everybody");
  say(forger, "x");
  EXPECT_EQ(z.stats().dropped_unproven, 3u);  // What waited was for the peer.
  EXPECT_EQ(z.send(bytes_of("data")), SendOutcome::dropped);
  say(peer, "y");
  EXPECT_EQ(z.send(bytes_of("the peer is known")), SendOutcome::sent);
  EXPECT_EQ(received(peer), "the peer is known");
  EXPECT_EQ(z.stats().dropped_unproven, 4u);
}

TEST(UdpTransport, the_source_of_the_latest_datagram_is_answered_until_it_is_locked) {
  UdpTransport z = opened({.local = "127.0.0.1:0"});
  UdpTransport first = opened({.local = "127.0.0.1:0", .remote = z.local_address()});
  UdpTransport second = opened({.local = "127.0.0.1:0", .remote = z.local_address()});
  const auto say = [&](UdpTransport& from, const char* word) {
    EXPECT_EQ(from.send(bytes_of(word)), SendOutcome::sent);
  };

  say(first, "1");
  EXPECT_EQ(received(z), "1");
  EXPECT_EQ(z.peer_address(), first.local_address());
  say(second, "2");
  EXPECT_EQ(received(z), "2");
  EXPECT_EQ(z.peer_address(), second.local_address());
  EXPECT_EQ(z.send(bytes_of("2nd")), SendOutcome::sent);
  EXPECT_EQ(received(second), "2nd");

  z.lock_peer();
  say(first, "stranger");
  say(second, "peer");
  EXPECT_EQ(received(z), "peer");
  EXPECT_EQ(z.stats().dropped_foreign, 1u);
  EXPECT_EQ(z.peer_address(), second.local_address());

  z.unlock_peer();
  EXPECT_EQ(z.peer_address(), second.local_address()) << "still there to answer";
  say(first, "again");
  EXPECT_EQ(received(z), "again");
  EXPECT_EQ(z.peer_address(), first.local_address());
}

TEST(UdpTransport, a_named_remote_is_the_only_peer_even_when_unlocked) {
  UdpTransport peer = opened({.local = "127.0.0.1:0"});
  UdpTransport a = opened({.local = "127.0.0.1:0", .remote = peer.local_address()});
  a.unlock_peer();
  UdpTransport stranger = opened({.remote = a.local_address()});
  EXPECT_EQ(stranger.send(bytes_of("hello")), SendOutcome::sent);
  EXPECT_FALSE(received_within(a, 1s).has_value());
  EXPECT_EQ(a.stats().dropped_foreign, 1u);
  EXPECT_EQ(a.peer_address(), peer.local_address());
}

TEST(UdpTransport, a_flood_of_foreign_datagrams_ends_a_receive_after_its_attempts) {
  UdpTransport peer = opened({.local = "127.0.0.1:0"});
  UdpTransport a = opened({.local = "127.0.0.1:0", .remote = peer.local_address()});
  UdpTransport stranger = opened({.remote = a.local_address()});
  for (int i = 0; i < 40; ++i) ASSERT_EQ(stranger.send(bytes_of("flood")), SendOutcome::sent);
  // The first is there at once or after a wait; loopback queues in order, so what is short comes with the
  // next.
  EXPECT_FALSE(received_within(a, 1s).has_value());
  EXPECT_LE(a.stats().dropped_foreign, 32u);
  for (int i = 0; i < 100 && a.stats().dropped_foreign < 40; ++i) {
    EXPECT_FALSE(received_within(a, 10ms).has_value());
  }
  EXPECT_EQ(a.stats().dropped_foreign, 40u);
}

TEST(UdpTransport, empty_and_oversized_datagrams_are_counted_and_teach_no_peer) {
  UdpTransport z = opened({.local = "127.0.0.1:0"});
  UdpTransport a = opened({.remote = z.local_address()});
  EXPECT_EQ(a.send({}), SendOutcome::sent);
  EXPECT_FALSE(received_within(z, 1s).has_value());
  EXPECT_EQ(z.stats().dropped_empty, 1u);

  EXPECT_EQ(a.send(bytes_of(std::string(1501, 'L'))), SendOutcome::sent);
  EXPECT_FALSE(received_within(z, 1s).has_value());
  EXPECT_EQ(z.stats().dropped_too_large, 1u);
  EXPECT_EQ(z.peer_address(), "");

  EXPECT_EQ(a.send(bytes_of(std::string(1500, 'L'))), SendOutcome::sent);
  EXPECT_EQ(received_within(z, 1s), 1500u);
}

TEST(UdpTransport, a_datagram_that_no_path_carries_is_dropped_and_counted) {
  UdpTransport z = opened({.local = "127.0.0.1:0"});
  UdpTransport a = opened({.remote = z.local_address()});
  EXPECT_EQ(a.send(bytes_of(std::string(65'508, 'L'))),
            SendOutcome::dropped);  // 65,535 − 20 − 8 = 65,507 fit
  EXPECT_EQ(a.stats().send_errors.of(SocketError::too_large), 1u);
  EXPECT_EQ(a.send(bytes_of("small")), SendOutcome::sent);
  EXPECT_EQ(received(z), "small");
}

TEST(UdpTransport, a_closed_port_is_not_fatal_and_every_attempt_is_counted) {
  const std::string closed = opened({.local = "127.0.0.1:0"}).local_address();
  UdpTransport a = opened({.local = "127.0.0.1:0", .remote = closed});
  std::array<std::byte, 64> buffer{};
  for (int i = 0; i < 1000; ++i) {
    const SendOutcome outcome = a.send(bytes_of("anybody?"));
    ASSERT_NE(outcome, SendOutcome::would_block);
    ASSERT_FALSE(a.receive(buffer).has_value());
  }
  EXPECT_EQ(a.stats().sent + a.stats().send_errors.sum(), 1000u);
  EXPECT_EQ(a.stats().send_errors.sum(), a.stats().send_errors.of(SocketError::refused));

  UdpTransport z = opened({.local = closed});
  EXPECT_EQ(a.send(bytes_of("there you are")), SendOutcome::sent);
  EXPECT_EQ(received(z), "there you are");
}

TEST(UdpTransport, a_wait_lasts_its_limit_in_microseconds) {
  UdpTransport a = opened({.local = "127.0.0.1:0"});
  const auto start = std::chrono::steady_clock::now();
  for (int i = 0; i < 10; ++i) a.wait(300us, false);
  EXPECT_GE(std::chrono::steady_clock::now() - start, 3ms);  // 10 · 300 µs
}

#if !defined(_WIN32)
TEST(UdpTransport, a_signal_ends_a_wait_early_and_does_no_harm) {
  UdpTransport z = opened({.local = "127.0.0.1:0"});
  struct sigaction quiet {};
  struct sigaction before {};
  quiet.sa_handler = [](int) {};
  ASSERT_EQ(sigaction(SIGALRM, &quiet, &before), 0);
  itimerval alarm{};
  alarm.it_value.tv_usec = 5000;
  alarm.it_interval.tv_usec = 5000;  // again, in case the first comes before the wait
  ASSERT_EQ(setitimer(ITIMER_REAL, &alarm, nullptr), 0);
  const auto start = std::chrono::steady_clock::now();
  z.wait(30s, false);
  EXPECT_LT(std::chrono::steady_clock::now() - start, 20s);
  const itimerval none{};
  setitimer(ITIMER_REAL, &none, nullptr);
  sigaction(SIGALRM, &before, nullptr);
  EXPECT_FALSE(received_within(z, 0us).has_value());
}
#endif

TEST(UdpTransport, a_moved_socket_keeps_its_place_and_the_old_one_is_inert) {
  UdpTransport z = opened({.local = "127.0.0.1:0"});
  UdpTransport a = opened({.remote = z.local_address()});
  const SocketHandle handle = a.native_handle();
  UdpTransport moved = std::move(a);
  EXPECT_EQ(moved.native_handle(), handle);
  EXPECT_EQ(a.native_handle(), no_socket);
  EXPECT_EQ(a.send(bytes_of("nobody")), SendOutcome::dropped);
  std::array<std::byte, 8> buffer{};
  EXPECT_FALSE(a.receive(buffer).has_value());
  EXPECT_EQ(a.local_address(), "");
  EXPECT_EQ(moved.send(bytes_of("word")), SendOutcome::sent);
  EXPECT_EQ(received(z), "word");
  a = std::move(moved);
  EXPECT_EQ(a.native_handle(), handle);
}

TEST(UdpTransport, destruction_and_assignment_close_the_socket) {
  UdpTransport z = opened({.local = "127.0.0.1:0"});
  const std::string place = z.local_address();
  EXPECT_FALSE(UdpTransport::open({.local = place}));
  z = opened({.local = "127.0.0.1:0"});
  EXPECT_TRUE(UdpTransport::open({.local = place})) << "the first socket was closed by the assignment";
  EXPECT_TRUE(UdpTransport::open({.local = place})) << "the second one by its destruction";
}

TEST(UdpTransport, buffers_can_be_asked_for) {
  UdpTransport a =
      opened({.local = "127.0.0.1:0", .send_buffer_bytes = 65'536, .receive_buffer_bytes = 32'768});
  const auto granted = [&a](int name) {
    int bytes = 0;
    socklen_t size = sizeof bytes;
    EXPECT_EQ(getsockopt(a.native_handle(), SOL_SOCKET, name, reinterpret_cast<char*>(&bytes), &size), 0);
    return bytes;
  };
  EXPECT_GE(granted(SO_SNDBUF), 65'536);  // some systems double it
  EXPECT_GE(granted(SO_RCVBUF), 32'768);
}

/// Two ends, each of which knows the other.
struct UdpBatches : testing::TestWithParam<UdpBatching> {
  UdpTransport z = opened({.local = "127.0.0.1:0", .batching = GetParam()});
  UdpTransport a = opened({.local = "127.0.0.1:0", .remote = z.local_address(), .batching = GetParam()});

  void meet() {
    EXPECT_EQ(a.send(bytes_of("hello")), SendOutcome::sent);
    EXPECT_EQ(received(z), "hello");
    z.lock_peer();
  }
};
INSTANTIATE_TEST_SUITE_P(All, UdpBatches,
                         testing::Values(UdpBatching::automatic, UdpBatching::many, UdpBatching::none));

TEST_P(UdpBatches, a_batch_without_a_peer_is_dropped) {
  EXPECT_EQ(sent_at_once(z, {"to", "nobody"}), SendOutcome::dropped);
  EXPECT_EQ(z.stats().dropped_no_peer, 2u);
  meet();
  EXPECT_EQ(sent_at_once(z, {"to", "somebody"}), SendOutcome::sent);
  EXPECT_EQ(received_in_place(a, 2), (std::vector<std::string>{"to", "somebody"}));
}

TEST_P(UdpBatches, a_locked_end_drops_the_batch_of_a_stranger) {
  meet();
  UdpTransport stranger = opened({.remote = z.local_address(), .batching = GetParam()});
  EXPECT_EQ(sent_at_once(stranger, {"aaaa", "bbbb", "cc"}), SendOutcome::sent);
  EXPECT_EQ(sent_at_once(a, {"peer"}), SendOutcome::sent);
  EXPECT_EQ(received_in_place(z, 1), std::vector<std::string>{"peer"});
  EXPECT_EQ(z.stats().dropped_foreign, 3u);
  EXPECT_EQ(z.peer_address(), a.local_address());
}

TEST_P(UdpBatches, an_end_that_learns_takes_the_source_of_what_it_hands_over) {
  UdpTransport other = opened({.local = "127.0.0.1:0", .remote = z.local_address(), .batching = GetParam()});
  EXPECT_EQ(sent_at_once(a, {"a1", "a2"}), SendOutcome::sent);
  EXPECT_EQ(sent_at_once(other, {"o1", "o2"}), SendOutcome::sent);
  for (const char* datagram : {"a1", "a2", "o1", "o2"}) {
    EXPECT_EQ(received(z), datagram);
    EXPECT_EQ(z.peer_address(), datagram[0] == 'a' ? a.local_address() : other.local_address());
  }
}

TEST_P(UdpBatches, a_lock_in_the_middle_of_a_batch_keeps_its_rest) {
  EXPECT_EQ(sent_at_once(a, {"aa", "bb", "cc"}), SendOutcome::sent);
  EXPECT_EQ(received(z), "aa");
  z.lock_peer();
  EXPECT_EQ(received_in_place(z, 2), (std::vector<std::string>{"bb", "cc"}));
  EXPECT_EQ(z.stats().dropped_foreign, 0u);
}

TEST_P(UdpBatches, a_batch_that_waits_moves_with_its_transport) {
  meet();
  const Buffer room = a.batch_room(1500);
  room[0] = std::byte{'m'};
  a.commit(1);
  UdpTransport moved = std::move(a);
  EXPECT_EQ(a.flush(), SendOutcome::sent);
  EXPECT_EQ(moved.flush(), SendOutcome::sent);
  EXPECT_EQ(received(z), "m");
}

TEST(UdpTransport, equal_datagrams_cost_one_call_where_the_kernel_cuts_and_joins) {
  UdpTransport z = opened({.local = "127.0.0.1:0"});
  UdpTransport a = opened({.remote = z.local_address()});
  const std::vector<std::string> datagrams(50, std::string(1200, 'x'));
  EXPECT_EQ(sent_at_once(a, datagrams), SendOutcome::sent);
  EXPECT_EQ(received_in_place(z, 50), datagrams);
  if (a.stats().sent_segmented == 0) GTEST_SKIP() << "no UDP_SEGMENT here";
  EXPECT_EQ(a.stats().sent_segmented, 50u);
  EXPECT_EQ(a.stats().send_calls, 1u);
  if (z.stats().received_joined == 0) GTEST_SKIP() << "no UDP_GRO here";
  EXPECT_EQ(z.stats().received_joined, 50u);
  EXPECT_LE(z.stats().receive_calls, 3u);  // one that brought them, and up to two that found nothing
}

#if defined(SO_NO_CHECK)
// A socket that leaves checksums out is one for which Linux cuts nothing: it answers EINVAL.
TEST(UdpTransport, a_kernel_that_stops_cutting_is_sent_plain_datagrams_from_then_on) {
  UdpTransport z = opened({.local = "127.0.0.1:0"});
  UdpTransport a = opened({.local = "127.0.0.1:0", .remote = z.local_address()});
  std::vector<std::string> datagrams;
  for (char c = 'a'; c <= 'z'; ++c) datagrams.push_back(std::string(1000, c));
  EXPECT_EQ(sent_at_once(a, datagrams), SendOutcome::sent);
  EXPECT_EQ(received_in_place(z, 26), datagrams);
  if (a.stats().sent_segmented == 0) GTEST_SKIP() << "no UDP_SEGMENT here";
  const int yes = 1;
  ASSERT_EQ(setsockopt(a.native_handle(), SOL_SOCKET, SO_NO_CHECK, &yes, sizeof yes), 0);
  for (int i = 0; i < 2; ++i) {
    EXPECT_EQ(sent_at_once(a, datagrams), SendOutcome::sent);
    EXPECT_EQ(received_in_place(z, 26), datagrams);
  }
  EXPECT_EQ(a.stats().segmentation_refused, 1u);
  EXPECT_EQ(a.stats().sent, 78u);  // 3 · 26
  EXPECT_EQ(a.stats().sent_segmented, 26u);
  EXPECT_EQ(a.stats().send_errors.sum(), 0u);
}
#endif

TEST(UdpTransport, ends_with_and_without_batches_understand_each_other) {
  for (const UdpBatching one : {UdpBatching::automatic, UdpBatching::many, UdpBatching::none}) {
    for (const UdpBatching other : {UdpBatching::automatic, UdpBatching::many, UdpBatching::none}) {
      UdpTransport z = opened({.local = "127.0.0.1:0", .batching = one});
      UdpTransport a = opened({.remote = z.local_address(), .batching = other});
      const std::vector<std::string> datagrams{std::string(1200, 'x'), std::string(1200, 'y'), "end"};
      EXPECT_EQ(sent_at_once(a, datagrams), SendOutcome::sent);
      EXPECT_EQ(received_in_place(z, 3), datagrams);
    }
  }
}

TEST(UdpTransport, a_port_in_use_is_named_in_a_sentence) {
  const UdpTransport taken = opened({.local = "127.0.0.1:0"});
  EXPECT_EQ(failure({.local = taken.local_address()}),
            "cannot bind " + taken.local_address() + ": " + socket_error_text(EADDRINUSE));
}

TEST(UdpTransport, a_port_in_use_is_no_reason_to_fall_back_to_the_other_family) {
  const UdpTransport taken = opened({.local = ":0"});
  const std::string bound = taken.local_address();
  const std::string port = bound.substr(bound.rfind(':'));
  EXPECT_EQ(failure({.local = port}), "cannot bind " + port + ": " + socket_error_text(EADDRINUSE));
}

TEST(UdpTransport, an_address_of_another_machine_cannot_be_bound) {
#if defined(_WIN32)
  // Wine 8 answers every such call with success.
  const HMODULE system = ::GetModuleHandleW(L"ntdll.dll");
  if (::GetProcAddress(system, "wine_get_version") != nullptr) GTEST_SKIP() << "Wine lets a program bind any address";
#endif
  EXPECT_EQ(failure({.local = "192.0.2.7:9000"}),
            "cannot bind 192.0.2.7:9000: " + socket_error_text(EADDRNOTAVAIL));
}

TEST(UdpTransport, what_cannot_be_read_is_quoted_with_the_right_spelling) {
  const std::string spelling = R"(write "host:port", "[IPv6]:port" or ":port")";
  EXPECT_EQ(failure({.local = "9000"}), "cannot read the local address \"9000\": " + spelling);
  EXPECT_EQ(failure({.remote = "::1:9000"}), "cannot read the remote address \"::1:9000\": " + spelling);
}

TEST(UdpTransport, a_remote_that_is_nobody_is_refused) {
  EXPECT_EQ(failure({.remote = "0.0.0.0:9000"}), "cannot send to 0.0.0.0:9000: it names no peer");
  EXPECT_EQ(failure({.remote = "127.0.0.1:0"}), "cannot send to 127.0.0.1:0: it names no peer");
}

TEST(UdpTransport, ends_of_different_families_are_refused) {
  const std::string why = failure({.local = "127.0.0.1:0", .remote = "[::1]:9000"});
  EXPECT_EQ(why.substr(0, 24), "cannot find [::1]:9000: ") << why;
  EXPECT_GT(why.size(), 24u) << "the resolver's own words follow";
}

}  // namespace
}  // namespace bowline
