// SPDX-License-Identifier: BSL-1.0
#include "chunk_source.hpp"

#include <algorithm>
#include <cerrno>
#include <filesystem>
#include <system_error>

#include "bowline/seal/crc32c.hpp"

namespace server_fallback {

bowline::Result<ChunkSource> ChunkSource::open(const std::string& path, std::uint64_t stream) {
  namespace fs = std::filesystem;
  const auto failure = [&](const std::string& why) {
    return bowline::Result<ChunkSource>::failure("cannot send " + path + ": " + why);
  };
  std::error_code error;
  const fs::file_status status = fs::status(path, error);
  if (error) return failure(error.message());
  if (!fs::is_regular_file(status)) return failure("it is not an ordinary file");
  ChunkSource source;
  source.stream_ = stream;
  source.size_bytes_ = fs::file_size(path, error);
  if (error) return failure(error.message());
  source.file_.reset(std::fopen(path.c_str(), "rb"));
  if (!source.file_) return failure(std::generic_category().message(errno));
  return source;
}

std::optional<Chunk> ChunkSource::next() {
  const std::uint64_t left = size_bytes_ - next_ * chunk_bytes_max;
  const bool whole = left >= chunk_bytes_max;
  const Buffer bytes = Buffer{bytes_}.first(whole ? chunk_bytes_max : static_cast<std::uint32_t>(left));
  if (std::fread(bytes.data(), 1, bytes.size(), file_.get()) != bytes.size()) return std::nullopt;
  crc32c_ = bowline::crc32c(crc32c_, bytes);
  return Chunk{stream_, static_cast<std::uint32_t>(next_++), bytes};
}

}  // namespace server_fallback
