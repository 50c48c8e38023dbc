// SPDX-License-Identifier: BSL-1.0
// What the two ends say to each other. A chunk has the same bytes over the direct path and over the server.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string_view>
#include <variant>

#include "bowline/base/bytes.hpp"

namespace server_fallback {

using bowline::Buffer;
using bowline::Bytes;

/// Bytes of the file in each chunk but the last. With everything around it a chunk fits a datagram.
inline constexpr std::size_t chunk_bytes_max = 1024;

/// Chunks of a file of `size_bytes`.
[[nodiscard]] constexpr std::uint64_t chunks_of(std::uint64_t size_bytes) noexcept {
  return size_bytes / chunk_bytes_max + (size_bytes % chunk_bytes_max != 0);
}

/// Sender, over the server: may I send a file? `stream` is a random number that names this transfer.
struct Offer {
  std::uint64_t stream = 0;
  std::uint64_t size_bytes = 0;
};

/// Receiver, over the server: send it directly to this address.
struct Accept {
  std::string_view address;
};

/// Sender, over either path: one piece of the file. `stream` and `index` are the id by which the receiver tells
/// copies apart, since one chunk may come over both paths.
struct Chunk {
  std::uint64_t stream = 0;
  std::uint32_t index = 0;
  Bytes bytes;
};

/// Sender, over the server: each chunk is confirmed, or went over the server before this. The CRC32C of the file.
struct End {
  std::uint32_t crc32c = 0;
};

/// Receiver, over the server: the file is whole. How its chunks came, and how many copies came besides.
struct Report {
  std::uint64_t direct = 0;
  std::uint64_t relayed = 0;
  std::uint64_t copies = 0;
};

/// Receiver, over the server: it does not work out, and why.
struct Refuse {
  std::string_view why;
};

using Record = std::variant<Offer, Accept, Chunk, End, Report, Refuse>;

/// The longest text in a record; longer ones are cut when written.
inline constexpr std::size_t text_bytes_max = 400;

/// The largest record as bytes.
inline constexpr std::size_t record_bytes_max = 1 + 8 + 4 + chunk_bytes_max;

/// Writes `record` into `buffer`, of at least `record_bytes_max`, and answers the part used.
[[nodiscard]] Bytes write_record(const Record& record, Buffer buffer);

/// The record in `bytes`, viewing them; none for anything that `write_record` would not have written.
[[nodiscard]] std::optional<Record> read_record(Bytes bytes);

}  // namespace server_fallback
