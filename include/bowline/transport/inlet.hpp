// SPDX-License-Identifier: BSL-1.0
// Where datagrams come in: in the transport's own batch, or in a buffer here.
#pragma once

#include <cstddef>
#include <optional>
#include <vector>

#include "bowline/base/bytes.hpp"
#include "bowline/transport/concept.hpp"

namespace bowline::inline v0_1 {

/// Takes datagrams in, one at a time.
class Inlet {
 public:
  explicit Inlet(std::size_t datagram_bytes_max) noexcept : datagram_bytes_max_{datagram_bytes_max} {}

  /// The next datagram, or none. It may be changed in place; valid until the next call.
  template <DatagramTransport Transport>
  [[nodiscard]] std::optional<Buffer> receive(Transport& transport) {
    buffer_.resize(datagram_bytes_max_);
    const std::optional<std::size_t> bytes = transport.receive(Buffer{buffer_});
    return bytes ? std::optional{Buffer{buffer_}.first(*bytes)} : std::nullopt;
  }

  /// The same without a copy.
  template <BatchingTransport Transport>
  [[nodiscard]] std::optional<Buffer> receive(Transport& transport) {
    return transport.receive_in_place(datagram_bytes_max_);
  }

  /// Whether the next one comes from memory, where it arrived together with the last.
  template <DatagramTransport Transport>
  [[nodiscard]] static bool waiting(const Transport& transport) noexcept {
    if constexpr (BatchingTransport<Transport>) return transport.waiting();
    return false;
  }

 private:
  std::size_t datagram_bytes_max_;
  std::vector<std::byte> buffer_;  // stays empty where the transport has batches
};

}  // namespace bowline::inline v0_1
