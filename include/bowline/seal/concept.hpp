// SPDX-License-Identifier: BSL-1.0
// What protects a datagram on its way.
#pragma once

#include <concepts>
#include <cstddef>
#include <cstdint>

#include "bowline/base/bytes.hpp"
#include "bowline/base/ids.hpp"

namespace bowline::inline v0_1 {

/// Closes a datagram so that a changed one does not open.
///
/// `datagram` is the whole of it: `header_bytes` that stay readable, frames, and `overhead_bytes` at the end that
/// belong to the seal. `number` is the full 64-bit packet number, of which only a part travels in the header.
///
/// A model promises:
///   1. `open(n, d, h)` is true for what `close(n, d, h)` made, and leaves the frames as they were before it.
///   2. If any byte, the length or the number differs, `open` is false, but for the chance the model documents.
///   3. `open` reads nothing beyond `datagram` and may change its frames only if it answers true. A datagram
///      shorter than header and overhead does not open.
///   4. Neither call fails in any other way, blocks or allocates.
template <class S>
concept DatagramSeal = std::copyable<S> && requires(S& seal, PacketNumber number, Buffer datagram) {
  { S::overhead_bytes } -> std::convertible_to<std::size_t>;
  seal.close(number, datagram, std::size_t{});
  { seal.open(number, datagram, std::size_t{}) } -> std::same_as<bool>;
};

}  // namespace bowline::inline v0_1
