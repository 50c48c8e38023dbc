// SPDX-License-Identifier: BSL-1.0
#include "file_receiver.hpp"

#include <unistd.h>

#include <cerrno>
#include <system_error>

#include "bowline/seal/crc32c.hpp"
#include "names.hpp"
#include "words.hpp"

namespace transfer {
namespace {

namespace fs = std::filesystem;

std::string cannot_write() { return "it cannot be written: " + std::generic_category().message(errno); }

/// True for anything of that name, a dangling link included.
bool is_there(const fs::path& path) {
  std::error_code error;
  return fs::exists(fs::symlink_status(path, error));
}

}  // namespace

bowline::Result<FileReceiver> FileReceiver::create(const Destination& destination, const Offer& offer,
                                                   bowline::TimePoint now) {
  const auto refusal = [](std::string why) { return bowline::Result<FileReceiver>::failure(std::move(why)); };
  if (const auto fault = name_fault(offer.name); !fault.empty()) return refusal(std::string{fault});

  FileReceiver file;
  file.name_ = offer.name;
  file.target_ = destination.folder / file.name_;
  file.size_bytes_ = offer.size_bytes;
  file.overwrite_ = destination.overwrite;
  file.started_ = now;
  if (!file.overwrite_ && is_there(file.target_)) return refusal("there is a file of that name already");
  std::error_code error;
  const fs::space_info space = fs::space(destination.folder, error);
  if (!error && space.available < offer.size_bytes) {
    return refusal("the disk is full: " + bytes_in_words(space.available) + " free, " +
                   bytes_in_words(offer.size_bytes) + " needed");
  }
  const fs::path temporary = destination.folder / (std::string{temporary_prefix} + std::to_string(getpid()) + "-" +
                                                   std::to_string(offer.file) + ".part");
  file.handle_.reset(std::fopen(temporary.c_str(), "wbx"));
  if (!file.handle_) return refusal(cannot_write());
  file.temporary_.reset(new fs::path{temporary});
  return file;
}

void RemoveFile::operator()(fs::path* path) const {
  std::error_code ignored;
  fs::remove(*path, ignored);
  delete path;
}

std::string FileReceiver::write(const Chunk& chunk) {
  if (chunk.offset != bytes_written_) return "a piece of it is missing";
  if (chunk.bytes.size() > size_bytes_ - bytes_written_) return "it is longer than announced";
  if (std::fwrite(chunk.bytes.data(), 1, chunk.bytes.size(), handle_.get()) != chunk.bytes.size()) {
    return cannot_write();
  }
  bytes_written_ += chunk.bytes.size();
  crc32c_ = bowline::crc32c(crc32c_, chunk.bytes);
  return {};
}

std::string FileReceiver::finish(const End& end) {
  if (bytes_written_ != size_bytes_) return "it is shorter than announced";
  if (crc32c_ != end.crc32c) return "its checksum is wrong";
  // What the disk could not take may show only now.
  if (std::fclose(handle_.release()) != 0) return cannot_write();
  if (!overwrite_ && is_there(target_)) return "there is a file of that name already";
  std::error_code error;
  fs::rename(*temporary_, target_, error);
  if (error) return "it cannot be renamed: " + error.message();
  delete temporary_.release();
  return {};
}

}  // namespace transfer
