// SPDX-License-Identifier: BSL-1.0
#include "source_file.hpp"

#include <cerrno>
#include <filesystem>
#include <system_error>

#include "names.hpp"

namespace transfer {

bowline::Result<SourceFile> open_source(const std::string& path) {
  namespace fs = std::filesystem;
  const auto failure = [&](const std::string& why) {
    return bowline::Result<SourceFile>::failure("cannot send " + printable(path) + ": " + why);
  };
  std::error_code error;
  const fs::file_status status = fs::status(path, error);
  if (error) return failure(error.message());
  if (fs::is_directory(status)) return failure("it is a folder");
  if (!fs::is_regular_file(status)) return failure("it is not an ordinary file");

  SourceFile source;
  source.path = path;
  source.name = fs::path(path).filename().string();
  if (const auto fault = name_fault(source.name); !fault.empty()) return failure(std::string{fault});
  source.handle.reset(std::fopen(path.c_str(), "rb"));
  if (!source.handle) return failure(std::generic_category().message(errno));
  source.size_bytes = fs::file_size(path, error);
  if (error) return failure(error.message());
  return source;
}

}  // namespace transfer
