// SPDX-License-Identifier: BSL-1.0
// One file on its way in: written under a temporary name, renamed when whole.
#pragma once

#include <cstdint>
#include <filesystem>
#include <memory>
#include <string>

#include "bowline/base/results.hpp"
#include "bowline/base/time.hpp"
#include "messages.hpp"
#include "source_file.hpp"

namespace transfer {

/// Owns the name of a file that goes with it.
struct RemoveFile {
  void operator()(std::filesystem::path* path) const;
};
using TemporaryName = std::unique_ptr<std::filesystem::path, RemoveFile>;

/// Where files go, and whether those that are there may be replaced.
struct Destination {
  std::filesystem::path folder;
  bool overwrite = false;
};

/// Invariants: until `finish` has succeeded the file has its temporary name, and destruction removes it; so no half
/// file ever has the name that was offered.
class FileReceiver {
 public:
  /// Makes the temporary file. Refused with a reason: bad names, names in use, more bytes than the disk has free.
  [[nodiscard]] static bowline::Result<FileReceiver> create(const Destination& destination, const Offer& offer,
                                                            bowline::TimePoint now);

  /// Each answers what went wrong, and nothing if all is well. After a fault the file is of no further use.
  [[nodiscard]] std::string write(const Chunk& chunk);
  [[nodiscard]] std::string finish(const End& end);

  [[nodiscard]] const std::string& name() const { return name_; }
  [[nodiscard]] std::uint64_t size_bytes() const { return size_bytes_; }
  [[nodiscard]] std::uint64_t bytes_written() const { return bytes_written_; }
  [[nodiscard]] bowline::TimePoint started() const { return started_; }

 private:
  FileReceiver() = default;

  std::string name_;
  std::filesystem::path target_;
  TemporaryName temporary_;  // removed after handle_ is closed
  FileHandle handle_;
  std::uint64_t size_bytes_ = 0;
  std::uint64_t bytes_written_ = 0;
  std::uint32_t crc32c_ = 0;
  bool overwrite_ = false;
  bowline::TimePoint started_{};
};

}  // namespace transfer
