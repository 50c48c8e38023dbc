// SPDX-License-Identifier: BSL-1.0
// Datagrams of equal length, which can leave as one message.
#pragma once

#include <cstddef>
#include <utility>

namespace bowline::inline v0_1 {

/// Follows the lengths of a batch, and says which one the next datagram should have to leave together with others.
///
/// Bulk goes on after the batch: if its first datagram is a little shorter than those that follow, it leaves apart. So
/// the length of a run of `bulk_min` is wanted where the next run begins too, in this batch or in later ones, until one
/// has left without two of that length side by side.
class UdpRun {
 public:
  static constexpr std::size_t bulk_min = 8;

  /// A datagram of `bytes` is added to the batch.
  constexpr void add(std::size_t bytes) noexcept {
    datagrams_ = bytes == bytes_ ? datagrams_ + 1 : 1;
    bytes_ = bytes < bytes_ ? 0 : bytes;
    const bool bulk = datagrams_ >= bulk_min || (datagrams_ > 1 && bytes_ == before_bytes_);
    if (bulk) bulk_bytes_ = bytes_;
  }

  /// The batch has left, and the next one begins.
  constexpr void end() noexcept {
    datagrams_ = bytes_ = 0;
    before_bytes_ = std::exchange(bulk_bytes_, 0);
  }

  /// The length that continues the run, or that of the bulk before; 0 where there is neither.
  [[nodiscard]] constexpr std::size_t bytes_wanted() const noexcept {
    if (bytes_ != 0) return bytes_;
    return bulk_bytes_ != 0 ? bulk_bytes_ : before_bytes_;
  }

 private:
  std::size_t datagrams_ = 0;
  std::size_t bytes_ = 0;         // of the datagrams at the end that are equally long; 0 after a shorter one
  std::size_t bulk_bytes_ = 0;    // of the bulk in this batch; 0 where there was none yet
  std::size_t before_bytes_ = 0;  // of that in the batches before
};

}  // namespace bowline::inline v0_1
