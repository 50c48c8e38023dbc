// SPDX-License-Identifier: BSL-1.0
// The rules that most users leave alone, in one parameter.
#pragma once

#include <concepts>

#include "bowline/congestion/concept.hpp"
#include "bowline/seal/concept.hpp"

namespace bowline::inline v0_1 {

/// A struct with a `congestion` and a `seal`. Derive from `DefaultExtras` and name one of them again to replace it.
template <class E>
concept ChannelExtras = std::copyable<E> && requires(E& extras) {
  requires CongestionControl<std::remove_cvref_t<decltype(extras.congestion)>>;
  requires DatagramSeal<std::remove_cvref_t<decltype(extras.seal)>>;
};

/// How many bits of sequence and packet numbers travel: 32, unless tests say `wire_number_bits` in their extras.
template <class E>
[[nodiscard]] consteval unsigned wire_number_bits() {
  if constexpr (requires { E::wire_number_bits; }) {
    return E::wire_number_bits;
  } else {
    return 32;
  }
}

}  // namespace bowline::inline v0_1
