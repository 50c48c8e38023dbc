// SPDX-License-Identifier: BSL-1.0
// One file on its way out: offered, read, sent in order, confirmed.
#pragma once

#include <string>
#include <vector>

#include "channel.hpp"
#include "messages.hpp"
#include "source_file.hpp"

namespace transfer {

/// Sends one file as an ordered stream of messages. It counts as sent only when the receiver says so. The channel
/// must outlive it and stay where it is.
class FileSender {
 public:
  enum class Phase { offering, offered, sending, ended, done, failed };

  FileSender(Channel& channel, FileId id, SourceFile source);

  /// Hands on as much as the stream takes: the offer, and once accepted, chunks from the disk.
  void pump();

  // What was heard, or decided. Each is ignored where it does not fit the phase.
  void on_accept(TimePoint now);
  void on_done();
  void fail(std::string why);

  [[nodiscard]] FileId id() const { return id_; }
  [[nodiscard]] const SourceFile& source() const { return source_; }
  [[nodiscard]] Phase phase() const { return phase_; }
  [[nodiscard]] bool over() const { return phase_ == Phase::done || phase_ == Phase::failed; }
  [[nodiscard]] const std::string& why() const { return why_; }
  [[nodiscard]] TimePoint started() const { return started_; }

  /// Bytes of the file that the receiver has confirmed, but for a few of overhead.
  [[nodiscard]] std::uint64_t bytes_confirmed();

 private:
  /// Writes the next message into buffer_; false when it is not our turn.
  bool prepare();
  void prepare_chunk();

  FileId id_;
  SourceFile source_;
  bowline::OrderedStream<Channel> stream_;
  std::vector<std::byte> buffer_;
  std::vector<std::byte> piece_;
  std::size_t prepared_bytes_ = 0;
  std::uint64_t offset_ = 0;
  std::uint32_t crc32c_ = 0;
  Phase phase_ = Phase::offering;
  std::string why_;
  TimePoint started_{};
};

}  // namespace transfer
