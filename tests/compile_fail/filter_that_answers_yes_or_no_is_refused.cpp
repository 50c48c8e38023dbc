// SPDX-License-Identifier: BSL-1.0
// A duplicate filter has three answers; one with two cannot say that it has forgotten.
// EXPECT: DuplicateFilter
// EXPECT: admit(number)
#include <cstdint>

#include "bowline/clock/steady_clock.hpp"
#include "bowline/reliable_channel.hpp"
#include "bowline/transport/memory_transport.hpp"

struct HalfFilter {
#ifdef CORRECTED
  using Answer = bowline::Admission;
#else
  using Answer = bool;
#endif
  Answer admit(bowline::SequenceNumber);
  Answer check(bowline::SequenceNumber) const;
  bool covers(std::uint32_t) const;
  void clear();
};

using Chat = bowline::ReliableChannel<bowline::MemoryTransport, bowline::SteadyClock, HalfFilter>;
void poll(Chat& chat) { chat.poll(); }
