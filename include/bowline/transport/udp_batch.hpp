// SPDX-License-Identifier: BSL-1.0
// The datagrams that wait to leave through a UDP socket, and the messages that they make.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <utility>

#include "bowline/base/assert.hpp"
#include "bowline/base/bytes.hpp"
#include "bowline/transport/batch_block.hpp"
#include "bowline/transport/udp_message.hpp"
#include "bowline/transport/udp_run.hpp"

namespace bowline::inline v0_1 {

/// Datagrams one behind the other in a block, written in place. Those of equal length that follow each other, and a
/// shorter one at their end, can leave as one message.
///
/// Invariants: first_ <= count_; the datagrams [first_, count_) fill the bytes [begin_, end_) of the block; without a
/// block there is none.
class UdpBatch {
 public:
  /// Linux cuts a message into 64 datagrams, newer ones into 128 (UDP_MAX_SEGMENTS), and UDP over IPv4 carries
  /// 65,535 − 20 − 8 bytes.
  static constexpr std::size_t segments_max = 64;
  static constexpr std::size_t message_bytes_max = 65'507;

  [[nodiscard]] bool empty() const noexcept { return first_ == count_; }

  /// Where the next datagram is written; nothing where `bytes_max` do not fit any more.
  [[nodiscard]] Buffer room(std::size_t bytes_max) {
    if (!block_) block_.reset(SpareBatchBlocks::take());
    const Buffer left = Buffer{block_->bytes}.subspan(end_);
    return bytes_max > left.size() || count_ == BatchBlock::datagrams_max ? Buffer{} : left.first(bytes_max);
  }

  /// The first `bytes` of the room are the next datagram.
  void commit(std::size_t bytes) noexcept {
    BOWLINE_ASSERT(block_ && bytes > 0 && bytes <= BatchBlock::bytes_max - end_);
    block_->lengths[count_++] = static_cast<std::uint16_t>(bytes);
    end_ += bytes;
    run_.add(bytes);
  }

  /// How long the next datagram should be to leave with others; 0 where that is not known.
  [[nodiscard]] std::size_t bytes_wanted() const noexcept { return run_.bytes_wanted(); }

  /// The first messages of those that leave next, as many as `messages` has places. None joins datagrams of more than
  /// `segment_bytes_max`. O(datagrams in them).
  [[nodiscard]] std::span<UdpMessage> messages(std::span<UdpMessage> messages,
                                               std::size_t segment_bytes_max) const noexcept {
    std::size_t made = 0;
    std::size_t begin = begin_;
    for (std::size_t next = first_; next < count_ && made < messages.size(); ++made) {
      messages[made] = message(next, begin, segment_bytes_max);
      next += messages[made].datagrams;
      begin += messages[made].bytes.size();
    }
    return messages.first(made);
  }

  /// `message`, the first one, is done with.
  void drop(const UdpMessage& message) noexcept {
    first_ += message.datagrams;
    begin_ += message.bytes.size();
  }

  /// Drops everything, and answers how many datagrams that were.
  std::size_t clear() noexcept { return count_ - std::exchange(first_, count_); }

  /// Gives the block back if nothing waits in it.
  void release_if_empty() noexcept {
    if (!empty()) return;
    block_.reset();
    if (count_ != 0) run_.end();
    first_ = count_ = 0;
    begin_ = end_ = 0;
  }

 private:
  [[nodiscard]] UdpMessage message(std::size_t first, std::size_t begin, std::size_t segment_bytes_max) const noexcept {
    const auto& lengths = block_->lengths;
    const std::size_t segment = lengths[first];
    std::size_t bytes = segment;
    std::size_t next = first + 1;
    if (segment <= segment_bytes_max) {
      while (next < count_ && next - first < segments_max && lengths[next] <= segment &&
             bytes + lengths[next] <= message_bytes_max) {
        bytes += lengths[next];
        if (lengths[next++] < segment) break;
      }
    }
    return {Bytes{block_->bytes}.subspan(begin, bytes), segment, next - first};
  }

  BatchBlockInUse block_;
  std::size_t first_ = 0;
  std::size_t count_ = 0;
  std::size_t begin_ = 0;
  std::size_t end_ = 0;
  UdpRun run_;
};

}  // namespace bowline::inline v0_1
