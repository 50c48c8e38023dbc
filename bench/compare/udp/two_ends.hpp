// SPDX-License-Identifier: BSL-1.0
// A sender and a receiver in two processes on one core, over the loopback device.
#pragma once

#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

#include <atomic>
#include <csignal>
#include <cstdint>
#include <new>

#include "compare/settings.hpp"

namespace bench {

/// What both processes see.
struct Common {
  std::atomic<std::uint32_t> port = 0;       ///< The receiver's; 0 until it listens.
  std::atomic<std::uint64_t> taken = 0;      ///< What the receiver has taken, for peers that cannot tell the sender.

  /// Waits until the receiver listens.
  [[nodiscard]] std::uint16_t wait_for_port() const {
    while (port.load() == 0) sched_yield();
    return static_cast<std::uint16_t>(port.load());
  }
};

/// What is asked of a comparison over UDP.
struct Load {
  std::size_t bytes;
  std::uint64_t messages;
  std::uint64_t outstanding = 0;

  /// Messages that may be without an acknowledgement: as many as asked for, else 1 MiB of them, from 8 to 1,024.
  [[nodiscard]] std::uint64_t outstanding_max() const noexcept {
    if (outstanding != 0) return outstanding;
    const std::uint64_t fit = (std::uint64_t{1} << 20) / bytes;
    return fit < 8 ? 8 : fit > 1024 ? 1024 : fit;
  }
};

/// Takes messages and the time: wall time a message, from a tenth of them on.
class Meter {
 public:
  explicit Meter(const Load& load) : load_{load}, awaited_{load.bytes} {}

  void take(bowline::Bytes message) {
    if (awaited_.taken() == load_.messages / 10) started_ = nanoseconds(CLOCK_MONOTONIC);
    awaited_.take(message);
    if (done()) ended_ = nanoseconds(CLOCK_MONOTONIC);
  }

  [[nodiscard]] bool done() const noexcept { return awaited_.taken() == load_.messages; }

  [[nodiscard]] double microseconds_a_message() const noexcept {
    return (ended_ - started_) / 1e3 / static_cast<double>(load_.messages - load_.messages / 10 - 1);
  }

 private:
  Load load_;
  NumberedMessage awaited_;
  double started_ = 0;
  double ended_ = 0;
};

/// Runs `send(common, load, NumberedMessage&)` in a child and `receive(common, load, Meter&)` here until all has
/// arrived, and reports microseconds a message. The sender goes on serving its peer until it is stopped.
template <class Send, class Receive>
void compare_over_udp(const Settings& settings, Send&& send, Receive&& receive) {
  const Load load{settings.number("bytes", 64), settings.number("messages", 100'000),
                  settings.number("outstanding", 0)};
  stay_on_one_core();
  void* const memory = mmap(nullptr, sizeof(Common), PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
  if (memory == MAP_FAILED) broken("no memory to share");
  auto& common = *new (memory) Common;
  // A comparison that hangs is broken, not slow.
  alarm(60);
  const pid_t child = fork();
  if (child < 0) broken("no second process");
  if (child == 0) {
    alarm(60);
    NumberedMessage message{load.bytes};
    send(common, load, message);
    _exit(0);
  }
  Meter meter{load};
  receive(common, load, meter);
  kill(child, SIGKILL);
  int status = 0;
  waitpid(child, &status, 0);
  if (!meter.done()) broken("not every message arrived");
  report(meter.microseconds_a_message(), "us");
}

}  // namespace bench
