// SPDX-License-Identifier: BSL-1.0
#include "receiver.hpp"

#include <cerrno>
#include <cstdio>
#include <system_error>

#include "printable.hpp"
#include "waiting.hpp"

namespace server_fallback {

std::string Receiver::run(Duration patience) {
  StallWatch watch{patience};
  while (!whole_ && why_failed_.empty()) {
    if (hole_.watch(direct_, bowline::SteadyClock{}.now())) std::puts(hole_.in_words());
    direct_.poll();
    while (const auto event = direct_.next_event()) {
      event->visit([&](const bowline::Received& message) {
        const auto record = read_record(message.payload);
        if (const auto* chunk = record ? std::get_if<Chunk>(&*record) : nullptr) take(*chunk, report_.direct);
      });
    }
    server_.exchange();
    while (const auto record = server_.receive()) on_record(*record);
    if (whole_ || !why_failed_.empty()) break;
    if (!server_.open()) return "the server is gone: " + server_.why_ended();
    if (watch.stalled(direct_.stats().messages_delivered + server_.moved_bytes())) {
      why_failed_ = "nothing has come for too long; the sender or the server hangs";
    }
    wait_for_either(direct_, server_);
  }
  std::array<std::byte, record_bytes_max> buffer;
  server_.send(whole_ ? write_record(report_, buffer) : write_record(Refuse{why_failed_}, buffer));
  server_.leave(std::chrono::seconds{2});
  if (!whole_) return why_failed_;
  std::printf("the file is whole: %llu chunks over the direct path, %llu over the server; %llu copies dropped\n",
              as_printed(report_.direct), as_printed(report_.relayed), as_printed(report_.copies));
  return {};
}

void Receiver::on_record(Bytes bytes) {
  if (whole_ || !why_failed_.empty()) return;
  if (bytes.empty()) return void(why_failed_ = "the sender left before the file was whole");
  const auto record = read_record(bytes);
  if (!record) return;
  if (const auto* chunk = std::get_if<Chunk>(&*record)) take(*chunk, report_.relayed);
  if (const auto* end = std::get_if<End>(&*record)) finish(*end);
}

void Receiver::take(const Chunk& chunk, std::uint64_t& written_by_path) {
  switch (file_.take(chunk)) {
    case ChunkFile::Taken::written: ++written_by_path; break;
    case ChunkFile::Taken::copy: ++report_.copies; break;
    case ChunkFile::Taken::foreign: break;
    case ChunkFile::Taken::failed:
      why_failed_ = "the file cannot be written: " + std::generic_category().message(errno);
      break;
  }
}

void Receiver::finish(const End& end) {
  const std::string why = file_.finish(end.crc32c);
  whole_ = why.empty();
  if (!whole_) why_failed_ = "the file is not whole: " + why;
}

}  // namespace server_fallback
