// SPDX-License-Identifier: BSL-1.0
// Where payloads wait: blocks of a few sizes, reused.
#pragma once

#include <algorithm>
#include <array>
#include <bit>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <limits>
#include <memory>
#include <utility>
#include <vector>

#include "bowline/base/assert.hpp"
#include "bowline/base/bytes.hpp"
#include "bowline/base/memory_bound.hpp"
#include "bowline/base/memory_pool.hpp"

namespace bowline::inline v0_1 {

/// Names a payload in a `PayloadPool`.
struct Payload {
  static constexpr std::uint32_t none = 0xffffffffu;
  std::uint32_t block = none;
  std::uint32_t bytes = 0;
};

/// Copies payloads in and hands out views of them, which stay valid until the payload is released. Each has a block in
/// one of the sizes of `MemoryPool`; those of up to 256 bytes share pages of half a KiB with others of their size. A
/// page without payloads serves any size again. The caller bounds the bytes and the number of payloads that it keeps
/// here, which bounds the memory whatever came before. The memory comes from a pool of its own, or from a shared one
/// that outlives it. Copies are independent, and draw from the same shared pool.
///
/// Invariants:
///   1. All pages but one at most hold a payload.
///   2. The pages with free blocks are linked by the size of their blocks.
class PayloadPool {
 public:
  /// For up to `payloads` of up to `bytes` together. Of more none is refused, but no memory is kept for them.
  PayloadPool(std::size_t bytes, std::size_t payloads, MemoryPool* shared = nullptr) noexcept
      : slab_bytes_max_{slab_bytes_max(bytes, payloads)}, shared_{shared} {}

  PayloadPool(const PayloadPool& other)
      : slab_bytes_max_{other.slab_bytes_max_},
        shared_{other.shared_},
        slabs_{other.slabs_},
        roomy_{other.roomy_},
        empty_{other.empty_},
        unused_{other.unused_} {
    for (Slab& slab : slabs_) {
      if (slab.bytes == nullptr) continue;
      std::byte* const copy = memory().take(memory_class(slab.size_class));
      std::memcpy(copy, slab.bytes, MemoryPool::bytes_of(memory_class(slab.size_class)));
      slab.bytes = copy;
    }
  }
  PayloadPool(PayloadPool&& other) noexcept : PayloadPool{0, 0} { swap(other); }
  PayloadPool& operator=(PayloadPool other) noexcept { return swap(other), *this; }
  ~PayloadPool() {
    for (const Slab& slab : slabs_) {
      if (slab.bytes != nullptr) memory().give_back(slab.bytes, memory_class(slab.size_class));
    }
  }

  /// Copies `bytes`. Allocates only when no memory of the size is free.
  [[nodiscard]] Payload store(Bytes bytes) {
    if (bytes.empty()) return {};
    const Block block = take_block(bytes.size());
    std::memcpy(block.place, bytes.data(), bytes.size());
    return block.payload;
  }

  /// Room for `bytes`, which is not 0, with anything in it: what is to be filled bit by bit.
  [[nodiscard]] Payload reserve(std::size_t bytes) { return take_block(bytes).payload; }
  [[nodiscard]] Buffer room(const Payload& payload) noexcept { return {place_of(payload), payload.bytes}; }

  [[nodiscard]] Bytes view(const Payload& payload) const noexcept {
    if (payload.block == Payload::none) return {};
    return {place_of(payload), payload.bytes};
  }

  /// Gives the block back, and makes `payload` name nothing.
  void release(Payload& payload) noexcept {
    if (payload.block != Payload::none) release_block(payload);
    payload = {};
  }

  /// Whether a payload of `bytes` certainly stays within the limit of the shared pool. Always, without one.
  [[nodiscard]] bool shared_has_room(std::size_t bytes) const noexcept {
    return shared_ == nullptr || bytes == 0 || shared_->has_room(memory_class(MemoryPool::class_of(bytes)));
  }

  /// Bytes of slabs of a pool of its own, in use or not; and with the table of them, all that it alone allocates.
  [[nodiscard]] std::size_t held_bytes() const noexcept { return memory_ ? memory_->held_bytes() : 0; }
  [[nodiscard]] std::size_t allocated_bytes() const noexcept { return slabs_.capacity() * sizeof(Slab) + held_bytes(); }

  /// The most that slabs of up to `payloads` of up to `bytes` together take: a page for each small one, where every
  /// other block of it is free, a quarter more than the bytes of each larger one, and the page that stays empty.
  [[nodiscard]] static constexpr std::size_t slab_bytes_max(std::size_t bytes, std::size_t payloads) noexcept {
    const std::uint64_t all = std::uint64_t{bytes} + bytes / 4 + (std::uint64_t{payloads} + 1) * page_bytes;
    return static_cast<std::size_t>((std::min)(all, std::uint64_t{(std::numeric_limits<std::size_t>::max)()}));
  }

  /// The most memory that it takes for up to `payloads` of up to `bytes` together, of which
  /// `payloads_small` have no more than 256 bytes each.
  [[nodiscard]] static constexpr MemoryBound memory_max(std::uint64_t bytes, std::uint64_t payloads_small,
                                                        std::uint64_t payloads) noexcept {
    constexpr std::size_t sizes = MemoryPool::class_of(std::size_t{1} << 30) + 1;
    return MemoryBound::fixed(bytes + bytes / 4 + (payloads_small + 1) * page_bytes) +
           MemoryBound::vector(payloads + 1, sizeof(Slab)) + MemoryBound::fixed(sizeof(MemoryPool)) +
           MemoryBound::vector(sizes, sizeof(std::byte*));
  }

 private:
  static constexpr std::uint32_t none = 0xffffffffu;
  static constexpr std::size_t page_bytes = 512;
  static constexpr MemoryPool::SizeClass page_class = MemoryPool::class_of(page_bytes);
  static constexpr MemoryPool::SizeClass page_sizes = MemoryPool::class_of(page_bytes / 2) + 1;
  static constexpr std::uint32_t page_blocks_max = 16;  // of 32 bytes

  /// A bit for each block of a page, by their size.
  static constexpr auto all_blocks = [] {
    std::array<std::uint16_t, page_sizes> all{};
    for (std::size_t i = 0; i < page_sizes; ++i) {
      all[i] = static_cast<std::uint16_t>((1u << (page_bytes / MemoryPool::bytes_of(i))) - 1);
    }
    return all;
  }();

  /// The sizes of blocks, by eighths of the bytes, rounded up: every size is a multiple of 8.
  static constexpr auto small_classes = [] {
    std::array<std::uint8_t, page_bytes / 2 / 8 + 1> classes{};
    for (std::size_t i = 0; i < classes.size(); ++i) {
      classes[i] = static_cast<std::uint8_t>(MemoryPool::class_of(8 * i));
    }
    return classes;
  }();

  /// A page, or the memory of one large payload. Without bytes it is unused, and `next` is the next one like it.
  struct Slab {
    std::byte* bytes = nullptr;
    std::uint32_t next = none;
    std::uint32_t previous = none;
    std::uint16_t free = 0;         ///< A bit for each free block of a page.
    std::uint16_t all = 0;          ///< A bit for each of its blocks; 0 in one large payload.
    std::uint16_t block_bytes = 0;  ///< Bytes from one block of a page to the next.
    std::uint8_t size_class = 0;    ///< Of the payloads in it.
  };

  using Heads = std::array<std::uint32_t, page_sizes>;

  [[nodiscard]] static constexpr Heads no_pages() noexcept {
    Heads heads{};
    heads.fill(none);
    return heads;
  }

  [[nodiscard]] std::byte* place_of(const Payload& payload) const noexcept {
    const Slab& slab = slabs_[payload.block / page_blocks_max];
    return slab.bytes + payload.block % page_blocks_max * std::size_t{slab.block_bytes};
  }

  struct Block {
    Payload payload;
    std::byte* place;
  };

  [[nodiscard]] Block take_block(std::size_t bytes) {
    if (bytes > page_bytes / 2) return take_slab(bytes);
    const MemoryPool::SizeClass size_class = small_classes[(bytes + 7) / 8];
    if (roomy_[size_class] == none) open_page(size_class);
    const std::uint32_t index = roomy_[size_class];
    Slab& page = slabs_[index];
    const auto block = static_cast<std::uint32_t>(std::countr_zero(page.free));
    page.free = static_cast<std::uint16_t>(page.free & (page.free - 1));
    if (page.free == 0) unlink(index);
    return {{index * page_blocks_max + block, static_cast<std::uint32_t>(bytes)},
            page.bytes + block * std::size_t{page.block_bytes}};
  }

  [[nodiscard]] Block take_slab(std::size_t bytes) {
    const std::uint32_t index = add_slab(MemoryPool::class_of(bytes));
    return {{index * page_blocks_max, static_cast<std::uint32_t>(bytes)}, slabs_[index].bytes};
  }

  [[nodiscard]] MemoryPool& memory() {
    if (shared_ != nullptr) return *shared_;
    if (!memory_) memory_ = std::make_unique<MemoryPool>(slab_bytes_max_);
    return *memory_;
  }

  void release_block(const Payload& payload) noexcept {
    const std::uint32_t index = payload.block / page_blocks_max;
    Slab& slab = slabs_[index];
    if (slab.all == 0) return drop_slab(index);
    if (slab.free == 0) link(index);
    slab.free = static_cast<std::uint16_t>(slab.free | 1u << (payload.block % page_blocks_max));
    if (slab.free == slab.all) on_empty(index);
  }

  // Slabs.

  [[nodiscard]] static constexpr MemoryPool::SizeClass memory_class(MemoryPool::SizeClass size_class) noexcept {
    return size_class < page_sizes ? page_class : size_class;
  }

  std::uint32_t add_slab(MemoryPool::SizeClass size_class) {
    if (unused_ == none) {
      slabs_.emplace_back();
      unused_ = static_cast<std::uint32_t>(slabs_.size() - 1);
    }
    const std::uint32_t index = unused_;
    Slab& slab = slabs_[index];
    slab.bytes = memory().take(memory_class(size_class));
    slab.size_class = static_cast<std::uint8_t>(size_class);
    unused_ = slab.next;
    return index;
  }

  void drop_slab(std::uint32_t index) noexcept {
    Slab& slab = slabs_[index];
    memory().give_back(std::exchange(slab.bytes, nullptr), memory_class(slab.size_class));
    slab.free = slab.all = slab.block_bytes = 0;
    slab.next = std::exchange(unused_, index);
  }

  // Pages.

  void link(std::uint32_t index) noexcept {
    Slab& page = slabs_[index];
    page.previous = none;
    page.next = std::exchange(roomy_[page.size_class], index);
    if (page.next != none) slabs_[page.next].previous = index;
  }

  void unlink(std::uint32_t index) noexcept {
    const Slab& page = slabs_[index];
    (page.previous == none ? roomy_[page.size_class] : slabs_[page.previous].next) = page.next;
    if (page.next != none) slabs_[page.next].previous = page.previous;
  }

  // Out of line, like the next one: rare, and would keep the rest from being inlined.
  [[gnu::noinline]] void open_page(MemoryPool::SizeClass size_class) {
    std::uint32_t index = empty_;
    if (has_empty_page()) {
      unlink(index);
    } else {
      index = add_slab(size_class);
    }
    empty_ = none;
    Slab& page = slabs_[index];
    page.size_class = static_cast<std::uint8_t>(size_class);
    page.block_bytes = static_cast<std::uint16_t>(MemoryPool::bytes_of(size_class));
    page.free = page.all = all_blocks[size_class];
    link(index);
  }

  /// The page has no payload any more. One such page stays, so that a payload that comes and goes alone costs little.
  [[gnu::noinline]] void on_empty(std::uint32_t index) noexcept {
    if (empty_ == index || !has_empty_page()) {
      empty_ = index;
    } else {
      unlink(index);
      drop_slab(index);
    }
  }

  /// Whether the page that was the last to stay empty still is: it may have been filled since.
  [[nodiscard]] bool has_empty_page() const noexcept {
    if (empty_ == none) return false;
    const Slab& page = slabs_[empty_];
    return page.free == page.all;
  }

  void swap(PayloadPool& other) noexcept {
    std::swap(slab_bytes_max_, other.slab_bytes_max_);
    std::swap(shared_, other.shared_);
    std::swap(memory_, other.memory_);
    std::swap(slabs_, other.slabs_);
    std::swap(roomy_, other.roomy_);
    std::swap(empty_, other.empty_);
    std::swap(unused_, other.unused_);
  }

  std::size_t slab_bytes_max_;
  MemoryPool* shared_;                  // Not ours; null for a pool of its own.
  std::unique_ptr<MemoryPool> memory_;  // Made for the first payload, and stays where it is when this moves.
  std::vector<Slab> slabs_;
  Heads roomy_ = no_pages();    // The first page with a free block, by size.
  std::uint32_t empty_ = none;  // A page that was empty last.
  std::uint32_t unused_ = none;  // The first slab without bytes.
};

}  // namespace bowline::inline v0_1
