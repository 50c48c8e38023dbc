// SPDX-License-Identifier: BSL-1.0
#include "file_sender.hpp"

#include <algorithm>
#include <cerrno>
#include <system_error>
#include <utility>

#include "bowline/seal/crc32c.hpp"

namespace transfer {

FileSender::FileSender(Channel& channel, FileId id, SourceFile source)
    : id_{id},
      source_{std::move(source)},
      stream_{channel},
      buffer_(channel.connection().datagram_payload_bytes_max()),
      piece_(buffer_.size() - chunk_overhead_bytes) {}

void FileSender::pump() {
  while (!over() && stream_.writable(buffer_.size())) {
    if (prepared_bytes_ == 0 && !prepare()) return;
    if (!stream_.send(Bytes{buffer_}.first(prepared_bytes_))) return;
    prepared_bytes_ = 0;
  }
}

bool FileSender::prepare() {
  switch (phase_) {
    case Phase::offering:
      prepared_bytes_ = write_message(Offer{id_, source_.size_bytes, source_.name}, buffer_).size();
      phase_ = Phase::offered;
      return true;
    case Phase::sending:
      if (offset_ < source_.size_bytes) {
        prepare_chunk();
      } else {
        prepared_bytes_ = write_message(End{id_, crc32c_}, buffer_).size();
        phase_ = Phase::ended;
      }
      return phase_ != Phase::failed;
    default: return false;
  }
}

void FileSender::prepare_chunk() {
  const auto wanted = static_cast<std::size_t>(
      (std::min)(std::uint64_t{piece_.size()}, source_.size_bytes - offset_));
  const std::size_t count = std::fread(piece_.data(), 1, wanted, source_.handle.get());
  if (count != wanted) {
    const bool broken = std::ferror(source_.handle.get()) != 0;
    return fail(broken ? "it cannot be read: " + std::generic_category().message(errno) : "it has become shorter");
  }
  const Bytes bytes = Bytes{piece_}.first(count);
  prepared_bytes_ = write_message(Chunk{id_, offset_, bytes}, buffer_).size();
  crc32c_ = bowline::crc32c(crc32c_, bytes);
  offset_ += count;
}

void FileSender::on_accept(TimePoint now) {
  if (phase_ != Phase::offered) return;
  phase_ = Phase::sending;
  started_ = now;
}

void FileSender::on_done() {
  if (phase_ == Phase::ended) phase_ = Phase::done;
}

void FileSender::fail(std::string why) {
  if (over()) return;
  phase_ = Phase::failed;
  why_ = std::move(why);
}

std::uint64_t FileSender::bytes_confirmed() {
  return offset_ - (std::min)(std::uint64_t{stream_.pending_bytes()}, offset_);
}

}  // namespace transfer
