// SPDX-License-Identifier: BSL-1.0
#include "records.hpp"

#include "bowline/wire/reader.hpp"
#include "bowline/wire/writer.hpp"

namespace server_fallback {
namespace {

using bowline::Reader;
using bowline::Writer;

// The first byte of each record.
enum class Kind : std::uint8_t { offer = 1, accept, chunk, end, report, refuse };

struct Put {
  Writer& to;

  void kind(Kind kind) { to.u8(static_cast<std::uint8_t>(kind)); }
  void rest(std::string_view text) { to.bytes(bowline::bytes_of(text.substr(0, text_bytes_max))); }

  void operator()(const Offer& r) { kind(Kind::offer), to.u64(r.stream), to.u64(r.size_bytes); }
  void operator()(const Accept& r) { kind(Kind::accept), rest(r.address); }
  void operator()(const Chunk& r) { kind(Kind::chunk), to.u64(r.stream), to.u32(r.index), to.bytes(r.bytes); }
  void operator()(const End& r) { kind(Kind::end), to.u32(r.crc32c); }
  void operator()(const Report& r) { kind(Kind::report), to.u64(r.direct), to.u64(r.relayed), to.u64(r.copies); }
  void operator()(const Refuse& r) { kind(Kind::refuse), rest(r.why); }
};

// Braces read their fields from left to right.
std::optional<Record> read_fields(Kind kind, Reader& from) {
  const auto rest = [&](std::size_t bytes_max) {
    return from.bytes(from.remaining() <= bytes_max ? from.remaining() : from.remaining() + 1);
  };
  switch (kind) {
    case Kind::offer: return Offer{from.u64(), from.u64()};
    case Kind::accept: return Accept{bowline::text(rest(text_bytes_max))};
    case Kind::chunk: return Chunk{from.u64(), from.u32(), rest(chunk_bytes_max)};
    case Kind::end: return End{from.u32()};
    case Kind::report: return Report{from.u64(), from.u64(), from.u64()};
    case Kind::refuse: return Refuse{bowline::text(rest(text_bytes_max))};
  }
  return std::nullopt;
}

}  // namespace

Bytes write_record(const Record& record, Buffer buffer) {
  Writer writer{buffer};
  std::visit(Put{writer}, record);
  return buffer.first(writer.used());
}

std::optional<Record> read_record(Bytes bytes) {
  Reader reader{bytes};
  const auto kind = static_cast<Kind>(reader.u8());
  const std::optional<Record> record = read_fields(kind, reader);
  if (reader.failed() || reader.remaining() != 0) return std::nullopt;
  return record;
}

}  // namespace server_fallback
