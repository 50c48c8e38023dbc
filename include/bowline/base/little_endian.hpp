// SPDX-License-Identifier: BSL-1.0
// Numbers as bytes, the least significant first, on every byte order.
#pragma once

#include <concepts>
#include <cstddef>
#include <cstdint>
#include <utility>

namespace bowline::inline v0_1 {

// All are written out, without a loop, because that becomes a single load or store wherever it is optimised at all, and
// always inlined, because a compiler that counts bytes takes it for more.

template <std::unsigned_integral Value, std::size_t... I>
[[gnu::always_inline, nodiscard]] constexpr Value load_bytes(const std::byte* from,
                                                             std::index_sequence<I...>) noexcept {
  return static_cast<Value>((... | (std::to_integer<std::uint64_t>(from[I]) << (8 * I))));
}

template <std::unsigned_integral Value, std::size_t... I>
[[gnu::always_inline]] constexpr void store_bytes(std::byte* to, Value value, std::index_sequence<I...>) noexcept {
  ((to[I] = static_cast<std::byte>(std::uint64_t{value} >> (8 * I))), ...);
}

/// The number in the `sizeof(Value)` bytes at `from`.
template <std::unsigned_integral Value>
[[gnu::always_inline, nodiscard]] constexpr Value load_little_endian(const std::byte* from) noexcept {
  return load_bytes<Value>(from, std::make_index_sequence<sizeof(Value)>{});
}

/// Writes `value` into the `sizeof(Value)` bytes at `to`.
template <std::unsigned_integral Value>
[[gnu::always_inline]] constexpr void store_little_endian(std::byte* to, Value value) noexcept {
  store_bytes(to, value, std::make_index_sequence<sizeof(Value)>{});
}

}  // namespace bowline::inline v0_1
