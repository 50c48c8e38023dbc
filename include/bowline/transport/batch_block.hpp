// SPDX-License-Identifier: BSL-1.0
// The memory of a batch, which all transports of a process share.
#pragma once

#include <array>
#include <atomic>
#include <cstddef>
#include <cstdint>
#include <memory>

namespace bowline::inline v0_1 {

/// Room for the datagrams of one batch. Whoever has one may write all of it; nothing in it is initialised.
struct BatchBlock {
  /// UDP carries 65,507 bytes at most, and what a kernel joins is no longer.
  static constexpr std::size_t bytes_max = std::size_t{64} << 10;
  /// Twice what Linux cuts out of one send.
  static constexpr std::size_t datagrams_max = 128;

  std::array<std::uint16_t, datagrams_max> lengths;
  std::array<std::byte, bytes_max> bytes;
};

/// Blocks that nobody uses at the moment. A transport takes one while datagrams wait in it, so what is received
/// stays valid whatever other transports do, and an idle one holds none. For any number of threads.
///
/// Taking and giving back are an atomic exchange each, as a rule; a block is allocated when more are used at once
/// than ever before, and freed when more than `spares_max` are unused. The spares are never freed: transports with
/// static storage may outlive every other object.
class SpareBatchBlocks {
 public:
  static constexpr std::size_t spares_max = 8;

  [[nodiscard]] static BatchBlock* take() {
    for (std::atomic<BatchBlock*>& place : places()) {
      // A look first: an exchange takes the line away from other processors.
      if (place.load(std::memory_order_relaxed) == nullptr) continue;
      if (BatchBlock* const block = place.exchange(nullptr, std::memory_order_acquire)) return block;
    }
    return new BatchBlock;
  }

  static void give_back(BatchBlock* block) noexcept {
    for (std::atomic<BatchBlock*>& place : places()) {
      BatchBlock* nothing = nullptr;
      if (place.compare_exchange_strong(nothing, block, std::memory_order_release, std::memory_order_relaxed)) return;
    }
    delete block;
  }

 private:
  using Places = std::array<std::atomic<BatchBlock*>, spares_max>;

  static Places& places() noexcept {
    static constinit Places places{};
    return places;
  }
};

/// A block in use; gives it back when it is reset or destroyed.
struct GiveBatchBlockBack {
  void operator()(BatchBlock* block) const noexcept { SpareBatchBlocks::give_back(block); }
};
using BatchBlockInUse = std::unique_ptr<BatchBlock, GiveBatchBlockBack>;

}  // namespace bowline::inline v0_1
