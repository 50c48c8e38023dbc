// SPDX-License-Identifier: BSL-1.0
// How much may be sent to an address that may have been forged.
#pragma once

#include <cstddef>
#include <cstdint>

namespace bowline::inline v0_1 {

/// An address that has not proved that somebody receives there gets at most three times the bytes that came from it, so
/// that whoever forges it gains little (RFC 9000 section 8.1). What is refused must be dropped: it is not saved up.
class AmplificationLimit {
 public:
  static constexpr std::uint64_t factor = 3;

  /// From now on it is about another address.
  void start(bool proved) noexcept {
    credit_bytes_ = 0;
    lifted_ = proved;
  }

  /// The address has proved itself.
  void lift() noexcept { lifted_ = true; }

  void on_received(std::size_t bytes) noexcept { credit_bytes_ += factor * bytes; }

  /// Whether a datagram may leave, which then counts.
  [[nodiscard]] bool admit(std::size_t bytes) noexcept {
    if (lifted_) return true;
    if (bytes > credit_bytes_) return false;
    credit_bytes_ -= bytes;
    return true;
  }

 private:
  std::uint64_t credit_bytes_ = 0;
  bool lifted_ = false;
};

}  // namespace bowline::inline v0_1
