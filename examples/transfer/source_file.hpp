// SPDX-License-Identifier: BSL-1.0
// A file on this side's disk, to be read once from start to end.
#pragma once

#include <cstdint>
#include <cstdio>
#include <memory>
#include <string>

#include "bowline/base/bytes.hpp"
#include "bowline/base/results.hpp"

namespace transfer {

struct CloseFile {
  void operator()(std::FILE* file) const { static_cast<void>(std::fclose(file)); }
};
using FileHandle = std::unique_ptr<std::FILE, CloseFile>;

struct SourceFile {
  std::string path;
  std::string name;  ///< What the other end will call it.
  std::uint64_t size_bytes = 0;
  FileHandle handle;
};

/// Opens a regular file. Refused with a sentence: what cannot be read, folders, devices, and names that no
/// receiver takes.
[[nodiscard]] bowline::Result<SourceFile> open_source(const std::string& path);

}  // namespace transfer
