// SPDX-License-Identifier: BSL-1.0
#include "interrupt.hpp"

#include <csignal>

namespace transfer {
namespace {

volatile std::sig_atomic_t signal_noted = 0;

extern "C" void note_signal(int signal) { signal_noted = signal; }

}  // namespace

void catch_interrupts() {
  struct sigaction action {};
  action.sa_handler = note_signal;
  action.sa_flags = static_cast<int>(SA_RESETHAND);
  sigaction(SIGINT, &action, nullptr);
  sigaction(SIGTERM, &action, nullptr);
}

int interrupted() { return signal_noted; }

}  // namespace transfer
