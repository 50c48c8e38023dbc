// SPDX-License-Identifier: BSL-1.0
// A message that was not accepted must not be taken for sent.
// EXPECT(GNU): declared with attribute 'nodiscard'
// EXPECT(Clang): declared with 'nodiscard' attribute
#include "bowline/reliable_channel.hpp"
#include "bowline/transport/memory_transport.hpp"

bool greet(bowline::ReliableChannel<bowline::MemoryTransport>& channel) {
#ifdef CORRECTED
  return static_cast<bool>(channel.send("hello"));
#else
  channel.send("hello");
  return true;
#endif
}
