// SPDX-License-Identifier: BSL-1.0
// The sender's file, read once from start to end.
#pragma once

#include <array>
#include <cstdint>
#include <cstdio>
#include <memory>
#include <optional>
#include <string>

#include "bowline/base/results.hpp"
#include "records.hpp"

namespace server_fallback {

/// Cuts a file into chunks.
class ChunkSource {
 public:
  /// Opens a regular file. Fails with a sentence.
  [[nodiscard]] static bowline::Result<ChunkSource> open(const std::string& path, std::uint64_t stream);

  [[nodiscard]] Offer offer() const noexcept { return {stream_, size_bytes_}; }
  [[nodiscard]] bool at_end() const noexcept { return next_ == chunks_of(size_bytes_); }

  /// The next chunk, viewed until the one after it; none where the file cannot be read. Not at its end.
  [[nodiscard]] std::optional<Chunk> next();

  /// Of all chunks so far.
  [[nodiscard]] std::uint32_t crc32c() const noexcept { return crc32c_; }

 private:
  struct CloseFile {
    void operator()(std::FILE* file) const { static_cast<void>(std::fclose(file)); }
  };

  std::unique_ptr<std::FILE, CloseFile> file_;
  std::uint64_t stream_ = 0;
  std::uint64_t size_bytes_ = 0;
  std::uint64_t next_ = 0;
  std::uint32_t crc32c_ = 0;
  std::array<std::byte, chunk_bytes_max> bytes_{};
};

}  // namespace server_fallback
