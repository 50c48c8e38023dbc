// SPDX-License-Identifier: BSL-1.0
// std::chrono::steady_clock tells another kind of time than a channel takes.
// EXPECT: MonotonicClock
#include <chrono>

#include "bowline/reliable_channel.hpp"
#include "bowline/transport/memory_transport.hpp"

#ifdef CORRECTED
using Clock = bowline::SteadyClock;
#else
using Clock = std::chrono::steady_clock;
#endif

using Chat = bowline::ReliableChannel<bowline::MemoryTransport, Clock>;
void poll(Chat& chat) { chat.poll(); }
