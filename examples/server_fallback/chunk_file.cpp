// SPDX-License-Identifier: BSL-1.0
#include "chunk_file.hpp"

#include <fcntl.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <system_error>

#include "bowline/seal/crc32c.hpp"

namespace server_fallback {
namespace {

namespace fs = std::filesystem;

std::string last_error() { return std::generic_category().message(errno); }

/// True for anything of that name, a dangling link included.
bool is_there(const fs::path& path) {
  std::error_code error;
  return fs::exists(fs::symlink_status(path, error));
}

bool write_at(int file, Bytes bytes, std::uint64_t offset) {
  while (!bytes.empty()) {
    const auto count = ::pwrite(file, bytes.data(), bytes.size(), static_cast<off_t>(offset));
    if (count < 0 && errno != EINTR) return false;
    if (count < 0) continue;
    bytes = bytes.subspan(static_cast<std::size_t>(count));
    offset += static_cast<std::uint64_t>(count);
  }
  return true;
}

}  // namespace

ChunkFile::ChunkFile(const std::string& path, const Offer& offer)
    : path_{path},
      part_{path + ".part"},
      offer_{offer},
      have_(static_cast<std::uint32_t>(chunks_of(offer.size_bytes))),
      missing_{have_.size()} {}

ChunkFile::~ChunkFile() {
  std::error_code ignored;
  if (file_) fs::remove(part_, ignored);
}

bowline::Result<ChunkFile> ChunkFile::create(const std::string& path, const Offer& offer) {
  const auto refusal = [&](const std::string& why) {
    return bowline::Result<ChunkFile>::failure("cannot write " + path + ": " + why);
  };
  if (offer.size_bytes > size_bytes_max) return refusal("it would be larger than 64 GiB");
  if (is_there(path)) return refusal("there is a file of that name already");
  ChunkFile file{path, offer};
  file.file_ = Descriptor{::open(file.part_.c_str(), O_RDWR | O_CREAT | O_TRUNC | O_CLOEXEC, 0666)};
  if (!file.file_) return refusal(last_error());
  return file;
}

std::uint64_t ChunkFile::bytes_of_chunk(std::uint64_t index) const noexcept {
  return (std::min)(std::uint64_t{chunk_bytes_max}, offer_.size_bytes - index * chunk_bytes_max);
}

ChunkFile::Taken ChunkFile::take(const Chunk& chunk) {
  const bool ours = chunk.stream == offer_.stream && chunk.index < have_.size() &&
                    chunk.bytes.size() == bytes_of_chunk(chunk.index);
  if (!ours) return Taken::foreign;
  if (have_[chunk.index]) return Taken::copy;
  if (!write_at(file_.handle(), chunk.bytes, std::uint64_t{chunk.index} * chunk_bytes_max)) return Taken::failed;
  have_[chunk.index] = true;
  --missing_;
  return Taken::written;
}

std::string ChunkFile::finish(std::uint32_t crc32c) {
  if (missing_ != 0) return std::to_string(missing_) + " chunks are missing";
  std::uint32_t read_back = 0;
  std::uint64_t size_bytes = 0;
  std::array<std::byte, 64 << 10> part;
  for (;;) {
    const auto count = ::pread(file_.handle(), part.data(), part.size(), static_cast<off_t>(size_bytes));
    if (count < 0) return "it cannot be read back: " + last_error();
    if (count == 0) break;
    read_back = bowline::crc32c(read_back, Bytes{part}.first(static_cast<std::size_t>(count)));
    size_bytes += static_cast<std::uint64_t>(count);
  }
  if (size_bytes != offer_.size_bytes) return "its size is wrong";
  if (read_back != crc32c) return "its checksum is wrong";
  if (is_there(path_)) return "there is a file of that name already";
  std::error_code error;
  fs::rename(part_, path_, error);
  return error ? "it cannot be renamed: " + error.message() : std::string{};
}

}  // namespace server_fallback
