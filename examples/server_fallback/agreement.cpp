// SPDX-License-Identifier: BSL-1.0
#include "agreement.hpp"

#include <array>

#include "printable.hpp"

namespace server_fallback {
namespace {

std::string silence(const RecordLink& server, const char* nobody) {
  return server.open() ? nobody : "the server is gone: " + server.why_ended();
}

}  // namespace

bowline::Result<Channel> offer_file(RecordLink& server, const Offer& offer, Duration patience) {
  const auto failure = [](std::string why) { return bowline::Result<Channel>::failure(std::move(why)); };
  std::array<std::byte, record_bytes_max> buffer;
  server.send(write_record(offer, buffer));
  const auto answer = server.await(patience);
  if (!answer) return failure(silence(server, "no receiver has come to the server"));
  if (answer->empty()) return failure("the receiver left before it took the file");
  const auto record = read_record(*answer);
  if (const auto* refuse = record ? std::get_if<Refuse>(&*record) : nullptr) {
    return failure("the receiver gave up: " + printable(refuse->why));
  }
  const auto* accept = record ? std::get_if<Accept>(&*record) : nullptr;
  if (!accept) return failure("the receiver speaks another language");
  return open_direct_path({.remote = std::string{accept->address}});
}

bowline::Result<ChunkFile> accept_file(RecordLink& server, const std::string& path, const std::string& address,
                                       Duration patience) {
  const auto failure = [](std::string why) { return bowline::Result<ChunkFile>::failure(std::move(why)); };
  std::array<std::byte, record_bytes_max> buffer;
  const auto call = server.await(patience);
  if (!call) return failure(silence(server, "no sender has come to the server"));
  if (call->empty()) return failure("the sender left before it offered a file");
  const auto record = read_record(*call);
  const auto* offer = record ? std::get_if<Offer>(&*record) : nullptr;
  if (!offer) return failure("the sender speaks another language");
  auto file = ChunkFile::create(path, *offer);
  if (file) {
    server.send(write_record(Accept{address}, buffer));
  } else {
    server.send(write_record(Refuse{file.why()}, buffer));
    server.leave(std::chrono::seconds{2});
  }
  return file;
}

}  // namespace server_fallback
