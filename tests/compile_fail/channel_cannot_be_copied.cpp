// SPDX-License-Identifier: BSL-1.0
// Two channels with one identity would use each number twice.
// EXPECT(GNU): use of deleted function
// EXPECT(Clang): call to implicitly-deleted copy constructor
#include <utility>

#include "bowline/reliable_channel.hpp"
#include "bowline/transport/memory_transport.hpp"

using Chat = bowline::ReliableChannel<bowline::MemoryTransport>;

Chat next(Chat& chat) {
#ifdef CORRECTED
  return std::move(chat);
#else
  return chat;
#endif
}
