// SPDX-License-Identifier: BSL-1.0
#include "messages.hpp"

#include "bowline/wire/reader.hpp"
#include "bowline/wire/writer.hpp"

namespace transfer {
namespace {

using bowline::Reader;
using bowline::Writer;

// The first byte of each message.
enum class Kind : std::uint8_t { offer = 1, accept, refuse, chunk, end, done, chat, media, finish, report };

struct Put {
  Writer& to;

  void kind(Kind kind) { to.u8(static_cast<std::uint8_t>(kind)); }
  void rest(std::string_view text) { to.bytes(bowline::bytes_of(text.substr(0, text_bytes_max))); }

  void operator()(const Offer& m) { kind(Kind::offer), to.u32(m.file), to.u64(m.size_bytes), rest(m.name); }
  void operator()(const Accept& m) { kind(Kind::accept), to.u32(m.file); }
  void operator()(const Refuse& m) { kind(Kind::refuse), to.u32(m.file), rest(m.reason); }
  void operator()(const Chunk& m) { kind(Kind::chunk), to.u32(m.file), to.u64(m.offset), to.bytes(m.bytes); }
  void operator()(const End& m) { kind(Kind::end), to.u32(m.file), to.u32(m.crc32c); }
  void operator()(const Done& m) { kind(Kind::done), to.u32(m.file); }
  void operator()(const Chat& m) { kind(Kind::chat), rest(m.text); }
  void operator()(const Media& m) { kind(Kind::media), to.u32(m.number), to.u64(m.time_us), to.bytes(m.picture); }
  void operator()(const Finish& m) { kind(Kind::finish), to.u32(m.files), to.u32(m.media_frames); }
  void operator()(const Report& m) { kind(Kind::report), to.u32(m.media_received), to.u32(m.media_late); }
};

// Braces read their fields from left to right.
std::optional<Message> read_fields(Kind kind, Reader& from) {
  const auto rest = [&] { return from.bytes(from.remaining()); };
  const auto text = [&] {
    if (from.remaining() > text_bytes_max) from.bytes(from.remaining() + 1);
    return bowline::text(rest());
  };
  switch (kind) {
    case Kind::offer: return Offer{from.u32(), from.u64(), text()};
    case Kind::accept: return Accept{from.u32()};
    case Kind::refuse: return Refuse{from.u32(), text()};
    case Kind::chunk: return Chunk{from.u32(), from.u64(), rest()};
    case Kind::end: return End{from.u32(), from.u32()};
    case Kind::done: return Done{from.u32()};
    case Kind::chat: return Chat{text()};
    case Kind::media: return Media{from.u32(), from.u64(), rest()};
    case Kind::finish: return Finish{from.u32(), from.u32()};
    case Kind::report: return Report{from.u32(), from.u32()};
  }
  return std::nullopt;
}

}  // namespace

Bytes write_message(const Message& message, Buffer buffer) {
  Writer writer{buffer};
  std::visit(Put{writer}, message);
  return buffer.first(writer.used());
}

std::optional<Message> read_message(Bytes bytes) {
  Reader reader{bytes};
  const auto kind = static_cast<Kind>(reader.u8());
  const std::optional<Message> message = read_fields(kind, reader);
  if (reader.failed() || reader.remaining() != 0) return std::nullopt;
  return message;
}

}  // namespace transfer
