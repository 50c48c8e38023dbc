// SPDX-License-Identifier: BSL-1.0
// What the two ends of a transfer say to each other: one of these in each message of the channel.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string_view>
#include <variant>

#include "bowline/base/bytes.hpp"

namespace transfer {

using bowline::Buffer;
using bowline::Bytes;

/// Names one file of a session. The sender chooses it; each is used once.
using FileId = std::uint32_t;

/// Sender: may I send this file?
struct Offer {
  FileId file = 0;
  std::uint64_t size_bytes = 0;
  std::string_view name;
};

/// Receiver: send it.
struct Accept {
  FileId file = 0;
};

/// Either end: this file goes no further, and why.
struct Refuse {
  FileId file = 0;
  std::string_view reason;
};

/// Sender: the bytes of the file from `offset` on. Each begins where the one before ended.
struct Chunk {
  FileId file = 0;
  std::uint64_t offset = 0;
  Bytes bytes;
};

/// Sender: that was the last chunk, and this is the CRC32C of them all.
struct End {
  FileId file = 0;
  std::uint32_t crc32c = 0;
};

/// Receiver: the file is whole and has its name.
struct Done {
  FileId file = 0;
};

/// Sender: a line of text for people.
struct Chat {
  std::string_view text;
};

/// Sender: one frame of live media. Numbers count from 1; the time is the sender's own, from its first frame.
struct Media {
  std::uint32_t number = 0;
  std::uint64_t time_us = 0;
  Bytes picture;
};

/// Sender: nothing more will come, and this is what there was.
struct Finish {
  std::uint32_t files = 0;
  std::uint32_t media_frames = 0;
};

/// Receiver: the answer to Finish. Only the receiver knows what became of what is sent without confirmation.
struct Report {
  std::uint32_t media_received = 0;
  std::uint32_t media_late = 0;
};

using Message = std::variant<Offer, Accept, Refuse, Chunk, End, Done, Chat, Media, Finish, Report>;

/// Bytes of a chunk's or a media frame's message besides the payload.
inline constexpr std::size_t chunk_overhead_bytes = 1 + 4 + 8;
inline constexpr std::size_t media_overhead_bytes = 1 + 4 + 8;

/// The longest text in any message; longer ones are cut when written. Fits a datagram with everything around it.
inline constexpr std::size_t text_bytes_max = 800;

/// Writes `message` into `buffer`, which must be large enough, and answers the part used.
[[nodiscard]] Bytes write_message(const Message& message, Buffer buffer);

/// The message in `bytes`, viewing them; none for anything that `write_message` would not have written.
[[nodiscard]] std::optional<Message> read_message(Bytes bytes);

}  // namespace transfer
