// SPDX-License-Identifier: BSL-1.0
// Every errno on every call that a UdpTransport makes of the system, over loopback: the answer is the documented one,
// no descriptor is lost, nothing spins, and the next datagram goes through.
#include <gtest/gtest.h>

#include <dirent.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <netinet/udp.h>
#include <sys/socket.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <chrono>
#include <optional>
#include <string>
#include <system_error>
#include <vector>

#include "bowline/transport/udp_transport.hpp"
#include "sweeps/support/failing_calls.hpp"
#include "sweeps/support/tally.hpp"

namespace bowline::test {
namespace {

using namespace std::chrono_literals;
using Lines = std::vector<std::string>;

constexpr int errno_max = 133;  // EHWPOISON, Linux's last one.
constexpr int for_ever = 1'000'000;

/// Passes by itself: the same bytes are worth another try.
bool passes(int error) { return error == EAGAIN || error == ENOBUFS || error == ENOMEM; }

/// The way is refused and not the datagrams: the kernel cuts no messages here, or knows no such call.
bool refuses_segments(int error) {
  return error == EIO || error == EINVAL || error == EMSGSIZE || error == EOPNOTSUPP || error == ENOSYS;
}

int open_descriptors() {
  DIR* const folder = ::opendir("/proc/self/fd");
  int count = 0;
  while (::readdir(folder) != nullptr) ++count;
  ::closedir(folder);
  return count;
}

UdpTransport opened(const UdpOptions& options) {
  auto transport = UdpTransport::open(options);
  EXPECT_TRUE(transport) << transport.why();
  return std::move(transport).value();
}

/// Two transports that know each other.
struct Path {
  explicit Path(UdpBatching batching)
      : z{opened({.local = "127.0.0.1:0", .batching = batching})},
        a{opened({.local = "127.0.0.1:0", .remote = z.local_address(), .batching = batching})} {
    EXPECT_EQ(a.send(bytes_of("first")), SendOutcome::sent);
    EXPECT_EQ(arrived(), Lines{"first"});
    z.lock_peer();
  }

  /// What has arrived at z, which takes no time over loopback.
  Lines arrived() {
    Lines lines;
    std::array<std::byte, 2000> buffer;
    while (const auto bytes = z.receive(buffer)) lines.emplace_back(text(Bytes{buffer}.first(*bytes)));
    return lines;
  }

  void write(const std::string& datagram) {
    const Buffer room = a.batch_room(datagram.size());
    ASSERT_GE(room.size(), datagram.size());
    std::copy_n(bytes_of(datagram).begin(), datagram.size(), room.begin());
    a.commit(datagram.size());
  }

  /// The next datagram goes through.
  void expect_works() {
    EXPECT_EQ(a.send(bytes_of("next")), SendOutcome::sent);
    EXPECT_EQ(arrived(), Lines{"next"});
    write("one"), write("two more");
    EXPECT_EQ(a.flush(), SendOutcome::sent);
    EXPECT_EQ(arrived(), (Lines{"one", "two more"}));
  }

  UdpTransport z, a;
};

/// Calls `step(errno)` for each errno, and looks that it lost no descriptor.
template <class Step>
void for_each_errno(const char* call, Step&& step) {
  const int before = open_descriptors();
  for (int error = 1; error <= errno_max; ++error) {
    SCOPED_TRACE(std::string{call} + ": " + std::to_string(error) + ' ' + std::generic_category().message(error));
    step(error);
    fail_no_calls();
    EXPECT_EQ(open_descriptors(), before);
    if (testing::Test::HasFailure()) return;
    Tally::add("errno_call_pairs", 1);
  }
}

/// The sentence that opening fails with when call `number` of its kind does; none where it succeeds all the same.
std::optional<std::string> why_not(Call call, int number, int error, const std::string& local, bool& failed) {
  fail_calls(call, error, number, 1);
  auto transport =
      UdpTransport::open({.local = local, .send_buffer_bytes = 1 << 16, .receive_buffer_bytes = 1 << 16});
  failed = calls_failed() != 0;
  fail_no_calls();
  if (!transport) return std::string{transport.why()};
  EXPECT_EQ(transport.value().stats().sent, 0u);
  return std::nullopt;
}

TEST(ErrnoSweep, opening_fails_with_a_sentence_or_does_without) {
  struct Kind {
    Call call;
    const char* name;
  };
  const std::string local = "127.0.0.1:0";
  for (const Kind kind : {Kind{Call::socket, "socket"}, Kind{Call::bind, "bind"}, Kind{Call::fcntl, "fcntl"},
                          Kind{Call::setsockopt, "setsockopt"}, Kind{Call::getsockopt, "getsockopt"}}) {
    int numbers = 0;
    for (bool failed = true; failed; ++numbers) {
      for_each_errno(kind.name, [&](int error) {
        const auto why = why_not(kind.call, numbers, error, local, failed);
        const bool buffer = kind.call == Call::setsockopt && (option_refused() == SOL_SOCKET * 1000 + SO_SNDBUF ||
                                                              option_refused() == SOL_SOCKET * 1000 + SO_RCVBUF);
        if (!failed || (kind.call == Call::setsockopt && !buffer) || kind.call == Call::getsockopt) {
          EXPECT_EQ(why, std::nullopt) << "it can do without the option " << option_refused();
        } else {
          const std::string reason = local + ": " + std::generic_category().message(error);
          EXPECT_TRUE(why && why->starts_with("cannot ") && why->ends_with(reason)) << why.value_or("opened");
        }
      });
      if (HasFailure()) return;
      if (!failed) Tally::add("errno_call_pairs", -errno_max);
    }
    EXPECT_GE(numbers, 2) << kind.name << " was called";
  }
}

TEST(ErrnoSweep, without_ipv6_a_socket_that_names_no_family_takes_ipv4) {
  for (const Call call : {Call::socket, Call::bind}) {
    for_each_errno("socket or bind, any family", [&](int error) {
      bool failed = false;
      const auto why = why_not(call, 0, error, ":0", failed);
      EXPECT_TRUE(failed);
      EXPECT_EQ(!why, error == EAFNOSUPPORT || error == EADDRNOTAVAIL) << why.value_or("opened");
    });
  }
}

TEST(ErrnoSweep, the_local_address_is_empty_when_it_cannot_be_asked_for) {
  Path path{UdpBatching::automatic};
  const std::string address = path.a.local_address();
  for_each_errno("getsockname", [&](int error) {
    fail_calls(Call::getsockname, error, 0, 1);
    EXPECT_EQ(path.a.local_address(), "");
    EXPECT_EQ(path.a.local_address(), address);
    path.expect_works();
  });
}

TEST(ErrnoSweep, a_datagram_that_is_sent_alone_is_offered_again_or_lost) {
  Path path{UdpBatching::automatic};
  for_each_errno("sendmsg", [&](int error) {
    const std::uint64_t errors = path.a.stats().send_errors.sum();
    const std::uint64_t dropped = path.a.stats().dropped_failed;
    fail_calls(Call::sendmsg, error, 0, 1);
    EXPECT_EQ(path.a.send(bytes_of("x")), passes(error) ? SendOutcome::would_block : SendOutcome::dropped);
    EXPECT_EQ(calls_made(), 1);
    EXPECT_EQ(path.a.stats().send_errors.sum(), errors + 1);
    EXPECT_EQ(path.a.stats().dropped_failed, dropped + (passes(error) ? 0u : 1u));
    path.expect_works();
  });
}

/// A batch of three whose first call fails: `dropped` of them are lost then, unless it is only put off.
void expect_flush(Path& path, Call call, int error, const Lines& batch, bool refused, std::size_t dropped) {
  for (const std::string& datagram : batch) path.write(datagram);
  fail_calls(call, error, 0, 1);
  const SendOutcome outcome = path.a.flush();
  EXPECT_EQ(calls_failed(), 1);
  EXPECT_LE(calls_made(), 4);
  if (refused) {
    EXPECT_EQ(outcome, SendOutcome::sent);
    EXPECT_EQ(path.arrived(), batch);
  } else if (passes(error)) {
    EXPECT_EQ(outcome, SendOutcome::would_block);
    EXPECT_EQ(path.arrived(), Lines{});
    EXPECT_EQ(path.a.flush(), SendOutcome::sent);
    EXPECT_EQ(path.arrived(), batch);
  } else {
    EXPECT_EQ(outcome, SendOutcome::dropped);
    EXPECT_EQ(path.arrived(), Lines(batch.begin() + static_cast<std::ptrdiff_t>(dropped), batch.end()));
  }
  path.expect_works();
}

TEST(ErrnoSweep, a_batch_that_leaves_one_by_one_loses_one_at_most) {
  Path path{UdpBatching::none};
  for_each_errno("sendmsg, one by one",
                 [&](int error) { expect_flush(path, Call::sendmsg, error, {"1", "22", "333"}, false, 1); });
}

TEST(ErrnoSweep, a_batch_that_leaves_together_loses_one_at_most) {
  for_each_errno("sendmmsg", [&](int error) {
    Path path{UdpBatching::many};
    expect_flush(path, Call::sendmmsg, error, {"1", "22", "333"}, error == ENOSYS, 1);
  });
}

TEST(ErrnoSweep, a_batch_that_the_kernel_cuts_is_sent_in_parts_where_that_is_refused) {
  const Path asked{UdpBatching::automatic};
  int bytes = 0;
  socklen_t size = sizeof bytes;
  if (::getsockopt(asked.a.native_handle(), IPPROTO_UDP, UDP_SEGMENT, &bytes, &size) != 0) GTEST_SKIP() << "not here";
  for_each_errno("sendmsg of segments", [&](int error) {
    Path path{UdpBatching::automatic};
    expect_flush(path, Call::sendmsg, error, {"123", "456", "789"}, refuses_segments(error), 3);
  });
}

void sweep_receive(const char* name, Call call, UdpBatching batching) {
  for_each_errno(name, [&](int error) {
    Path path{batching};
    // Once: it is counted, and what waits comes at once or with the next call.
    EXPECT_EQ(path.a.send(bytes_of("x")), SendOutcome::sent);
    std::array<std::byte, 100> buffer;
    fail_calls(call, error, 0, 1);
    EXPECT_EQ(path.z.receive(buffer).has_value(), error != EAGAIN);
    EXPECT_EQ(calls_failed(), 1);
    const bool silent = error == EAGAIN || (error == ENOSYS && call == Call::recvmmsg);
    EXPECT_EQ(path.z.stats().receive_errors.sum(), silent ? 0u : 1u);
    EXPECT_EQ(path.arrived(), error == EAGAIN ? Lines{"x"} : Lines{});
    path.expect_works();
    // For ever: an attempt ends.
    EXPECT_EQ(path.a.send(bytes_of("x")), SendOutcome::sent);
    fail_calls(call, error, 0, for_ever);
    EXPECT_EQ(path.z.receive(buffer).has_value(), call == Call::recvmmsg && error == ENOSYS);
    EXPECT_LE(calls_made(), 33);
    fail_no_calls();
    const Lines left = path.arrived();
    EXPECT_LE(left.size(), 1u);
    path.expect_works();
  });
}

TEST(ErrnoSweep, an_error_of_a_joined_receive_is_counted_and_ends) {
  sweep_receive("recvmsg", Call::recvmsg, UdpBatching::automatic);
}

TEST(ErrnoSweep, an_error_of_a_single_receive_is_counted_and_ends) {
  sweep_receive("recvmsg, one by one", Call::recvmsg, UdpBatching::none);
}

TEST(ErrnoSweep, an_error_of_a_receive_of_many_is_counted_and_ends) {
  sweep_receive("recvmmsg", Call::recvmmsg, UdpBatching::many);
}

TEST(ErrnoSweep, a_send_that_fails_for_ever_is_tried_once_a_datagram) {
  for_each_errno("sendmsg, for ever", [&](int error) {
    Path path{UdpBatching::none};
    for (const char* datagram : {"1", "22", "333"}) path.write(datagram);
    fail_calls(Call::sendmsg, error, 0, for_ever);
    EXPECT_EQ(path.a.flush(), passes(error) ? SendOutcome::would_block : SendOutcome::dropped);
    EXPECT_EQ(calls_made(), passes(error) ? 1 : 3);
    fail_no_calls();
    EXPECT_EQ(path.a.flush(), SendOutcome::sent);
    EXPECT_EQ(path.arrived(), passes(error) ? (Lines{"1", "22", "333"}) : Lines{});
    path.expect_works();
  });
}

TEST(ErrnoSweep, a_wait_that_fails_returns) {
  Path path{UdpBatching::automatic};
  for_each_errno("ppoll", [&](int error) {
    fail_calls(Call::ppoll, error, 0, for_ever);
    path.z.wait(1h, true);
    EXPECT_EQ(calls_made(), 1);
    fail_no_calls();
    path.expect_works();
  });
}

TEST(ErrnoSweep, whoever_waits_for_a_device_without_room_waits_a_millisecond) {
  Path path{UdpBatching::automatic};
  fail_calls(Call::sendmsg, ENOBUFS, 0, 1);
  EXPECT_EQ(path.a.send(bytes_of("full")), SendOutcome::would_block);
  fail_no_calls();
  const auto begun = std::chrono::steady_clock::now();
  path.a.wait(1h, true);
  EXPECT_GE(std::chrono::steady_clock::now() - begun, 1ms) << "the socket itself is writable";
  path.expect_works();
  const auto after = std::chrono::steady_clock::now();
  path.a.wait(1h, true);
  EXPECT_LT(std::chrono::steady_clock::now() - after, 1min) << "which ends the wait again";
}

TEST(ErrnoSweep, a_descriptor_is_closed_once_though_that_is_said_to_fail) {
  for_each_errno("close", [&](int error) {
    std::optional<Path> path{UdpBatching::automatic};
    fail_calls(Call::close, error, 0, for_ever);
    path.reset();
    EXPECT_EQ(calls_made(), 2);
  });
}

TEST(ErrnoSweep, a_wait_asks_the_system_for_its_limit_and_for_what_it_waits_for) {
  Path path{UdpBatching::automatic};
  fail_calls(Call::ppoll, EINTR, 0, for_ever);
  for (const bool writable : {false, true}) {
    path.a.wait(3s + 250ms, writable);
    EXPECT_EQ(last_asked().limit_ns, 3'250'000'000);
    EXPECT_EQ(last_asked().sockets, 1);
    EXPECT_TRUE(last_asked().readable);
    EXPECT_EQ(last_asked().writable, writable);
  }
  fail_calls(Call::sendmsg, ENOBUFS, 0, 1);
  EXPECT_EQ(path.a.send(bytes_of("full")), SendOutcome::would_block);
  fail_calls(Call::ppoll, EINTR, 0, for_ever);
  path.a.wait(3s, true);
  EXPECT_EQ(last_asked().limit_ns, 1'000'000) << "a device without room leaves the socket writable";
  EXPECT_FALSE(last_asked().writable);
  path.a.wait(3s, false);
  EXPECT_EQ(last_asked().limit_ns, 3'000'000'000);
  fail_no_calls();
}

TEST(ErrnoSweep, what_the_resolver_gave_is_given_back) {
  const int before = address_lists();
  EXPECT_TRUE(UdpAddress::resolve({.host = "127.0.0.1", .port = "9001"}));
  EXPECT_TRUE(UdpAddress::resolve({.host = "127.0.0.1", .port = "9001"}, AF_INET6)) << "mapped";
  EXPECT_FALSE(UdpAddress::resolve({.host = "127.0.0.1", .port = "no port"}));
  EXPECT_EQ(address_lists(), before);
}

}  // namespace
}  // namespace bowline::test
