// SPDX-License-Identifier: BSL-1.0
// The receiver: takes chunks from both paths, each once.
#pragma once

#include <array>
#include <optional>
#include <string>

#include "chunk_file.hpp"
#include "direct_path.hpp"
#include "record_link.hpp"
#include "records.hpp"

namespace server_fallback {

/// Receives one file that was accepted.
class Receiver {
 public:
  Receiver(ChunkFile file, Channel& direct, RecordLink& server, BlackHole hole)
      : file_{std::move(file)}, direct_{direct}, server_{server}, hole_{hole} {}

  /// Receives until the file is whole, and reports. A sentence if that does not work out; empty if it does.
  /// `patience` is how long nothing at all may come.
  [[nodiscard]] std::string run(Duration patience);

 private:
  void on_record(Bytes bytes);
  void take(const Chunk& chunk, std::uint64_t& written_by_path);
  void finish(const End& end);

  ChunkFile file_;
  Channel& direct_;
  RecordLink& server_;
  BlackHole hole_;
  Report report_;
  bool whole_ = false;
  std::string why_failed_;
};

}  // namespace server_fallback
