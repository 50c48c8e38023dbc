// SPDX-License-Identifier: BSL-1.0
// The receiver's file, which takes each chunk once, in any order.
#pragma once

#include <cstdint>
#include <filesystem>
#include <string>
#include <vector>

#include "bowline/base/results.hpp"
#include "descriptor.hpp"
#include "records.hpp"

namespace server_fallback {

/// Collects chunks under a temporary name, NAME.part, and gives the file its name when it is whole.
///
/// Invariants: missing_ is the number of chunks not in have_.
class ChunkFile {
 public:
  /// Refused with a sentence: a file that is there already, one above `size_bytes_max`, and what the disk refuses.
  [[nodiscard]] static bowline::Result<ChunkFile> create(const std::string& path, const Offer& offer);
  ChunkFile(ChunkFile&&) = default;
  ~ChunkFile();

  enum class Taken { written, copy, foreign, failed };

  /// Writes a chunk that is not here yet. By its id it is told apart from `copy`, one that is, and from `foreign`, one
  /// that belongs to no place in this file. `failed`: see `errno`.
  [[nodiscard]] Taken take(const Chunk& chunk);

  /// Checks what lies on the disk and gives it its name. A sentence if that cannot be; else empty.
  [[nodiscard]] std::string finish(std::uint32_t crc32c);

  /// One bit a chunk is kept in memory: 8 MiB for the largest file.
  static constexpr std::uint64_t size_bytes_max = std::uint64_t{64} << 30;

 private:
  ChunkFile(const std::string& path, const Offer& offer);
  [[nodiscard]] std::uint64_t bytes_of_chunk(std::uint64_t index) const noexcept;

  std::filesystem::path path_;
  std::filesystem::path part_;
  Offer offer_;
  Descriptor file_{-1};
  std::vector<bool> have_;
  std::uint64_t missing_;
};

}  // namespace server_fallback
