// SPDX-License-Identifier: BSL-1.0
// Whole records over TCP: each is its length in four bytes, then itself.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "bowline/base/bytes.hpp"
#include "bowline/base/time.hpp"
#include "tcp.hpp"

namespace server_fallback {

/// One connection with the server, seen from either side. Never blocks, but in `await` and `leave`.
///
/// Invariants: incoming_ holds less than `buffer_bytes` besides what one read brings; taken_ <= incoming_.size().
class RecordLink {
 public:
  explicit RecordLink(Descriptor socket) : socket_{std::move(socket)} {}

  /// Puts a record in line. Ask `backlog_bytes` first: the line has no limit of its own.
  void send(bowline::Bytes record);

  /// Moves bytes both ways, as far as they go now.
  void exchange();

  /// The next record that is whole here, viewed until the next `exchange`. An empty one is the server's own word: the
  /// other client has left.
  [[nodiscard]] std::optional<bowline::Bytes> receive();

  /// The next record, waiting for it; none when the link ends or after `patience`.
  [[nodiscard]] std::optional<bowline::Bytes> await(bowline::Duration patience);

  /// Sends what is in line and waits until the other side ends the link too, but no longer than `patience`. What still
  /// comes is dropped: a connection that is closed with bytes unread takes back what was sent last.
  void leave(bowline::Duration patience);

  /// False when nothing will come or go any more. Records that came before can still be taken.
  [[nodiscard]] bool open() const noexcept { return why_ended_.empty(); }
  [[nodiscard]] const std::string& why_ended() const noexcept { return why_ended_; }

  [[nodiscard]] std::size_t backlog_bytes() const noexcept { return outgoing_.size(); }
  [[nodiscard]] std::uint64_t moved_bytes() const noexcept { return moved_bytes_; }

  /// The socket, and what `poll` should watch it for.
  [[nodiscard]] int native_handle() const noexcept { return open() ? socket_.handle() : -1; }
  [[nodiscard]] short awaited() const noexcept;

 private:
  static constexpr std::size_t buffer_bytes = 64 << 10;

  void push_out();
  void take_in();

  Descriptor socket_;
  std::vector<std::byte> outgoing_;
  std::vector<std::byte> incoming_;
  std::size_t taken_ = 0;
  std::uint64_t moved_bytes_ = 0;
  bool leaving_ = false;
  std::string why_ended_;
};

}  // namespace server_fallback
