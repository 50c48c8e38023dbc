// SPDX-License-Identifier: BSL-1.0
// Nonces, challenges and seeds from injected entropy.
#pragma once

#include <cstddef>
#include <cstdint>

#include "bowline/base/bytes.hpp"
#include "bowline/base/little_endian.hpp"
#include "bowline/base/options.hpp"
#include "bowline/base/siphash.hpp"

namespace bowline::inline v0_1 {

/// Draws 64-bit numbers that nobody can foresee who does not know the entropy: SipHash of a counter. The same entropy
/// gives the same numbers.
class SecretStream {
 public:
  explicit SecretStream(const Entropy& entropy) noexcept : entropy_{entropy} {}

  /// The next number; never 0.
  [[nodiscard]] std::uint64_t next() noexcept {
    for (;;) {
      std::byte counter[8];
      store_little_endian(counter, count_++);
      if (const std::uint64_t drawn = siphash24(entropy_.high, entropy_.low, counter); drawn != 0) return drawn;
    }
  }

 private:
  Entropy entropy_;
  std::uint64_t count_ = 0;
};

}  // namespace bowline::inline v0_1
