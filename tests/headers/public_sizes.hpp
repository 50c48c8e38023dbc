// SPDX-License-Identifier: BSL-1.0
// The sizes of the public types as one translation unit sees them.
#pragma once

#include <cstddef>
#include <map>
#include <string>

#include "every_header.hpp"

using PublicSizes = std::map<std::string, std::size_t>;

/// The sizes where this is compiled. In a namespace without a name, so that each unit keeps its own.
namespace {
inline PublicSizes public_sizes() {
  return {
      {"Bytes", sizeof(bowline::Bytes)},
      {"TimePoint", sizeof(bowline::TimePoint)},
      {"MessageId", sizeof(bowline::MessageId)},
      {"Event", sizeof(bowline::Event)},
      {"Received", sizeof(bowline::Received)},
      {"Unconfirmed", sizeof(bowline::Unconfirmed)},
      {"Options", sizeof(bowline::Options)},
      {"SendOptions", sizeof(bowline::SendOptions)},
      {"SendResult", sizeof(bowline::SendResult)},
      {"Result<int>", sizeof(bowline::Result<int>)},
      {"Stats", sizeof(bowline::Stats)},
      {"DefaultExtras", sizeof(bowline::DefaultExtras)},
      {"UdpTransport", sizeof(bowline::UdpTransport)},
      {"ReliableChannel", sizeof(bowline::ReliableChannel<bowline::MemoryTransport>)},
      {"ReliableChannel over UDP", sizeof(bowline::ReliableChannel<bowline::UdpTransport>)},
      {"OrderedStream", sizeof(bowline::OrderedStream<bowline::ReliableChannel<bowline::MemoryTransport>>)},
      {"sim::World", sizeof(bowline::sim::World)},
  };
}
}  // namespace

PublicSizes sizes_in_cxx20();
PublicSizes sizes_in_cxx23();
