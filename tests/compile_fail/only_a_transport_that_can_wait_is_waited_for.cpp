// SPDX-License-Identifier: BSL-1.0
// A transport in memory has nothing to sleep on.
// EXPECT: WaitableTransport
#include <chrono>

#include "bowline/reliable_channel.hpp"
#include "bowline/transport/memory_transport.hpp"
#include "bowline/transport/udp_transport.hpp"

#ifdef CORRECTED
using Transport = bowline::UdpTransport;
#else
using Transport = bowline::MemoryTransport;
#endif

void rest(bowline::ReliableChannel<Transport>& channel) { channel.wait(std::chrono::seconds{1}); }
