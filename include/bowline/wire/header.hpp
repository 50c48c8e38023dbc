// SPDX-License-Identifier: BSL-1.0
// The 13 bytes in front of every datagram, and the tag in them. WIRE section 3.
#pragma once

#include <cstddef>
#include <cstdint>

#include "bowline/base/bytes.hpp"
#include "bowline/base/ids.hpp"
#include "bowline/base/siphash.hpp"
#include "bowline/wire/reader.hpp"
#include "bowline/wire/writer.hpp"

namespace bowline::inline v0_1 {

/// The first byte: version and kind. Always 4 to 15, which RFC 7983 and RFC 9443 leave free, so that STUN, TURN,
/// DTLS, RTP and QUIC can share the socket.
enum class DatagramKind : std::uint8_t { hello = 4, packet = 5 };

/// What every datagram starts with.
struct Header {
  DatagramKind kind{};
  std::uint64_t tag = 0;            ///< 0 in a HELLO.
  std::uint32_t packet_number = 0;  ///< Truncated; 0 in a HELLO.

  static constexpr std::size_t bytes = 13;

  [[gnu::always_inline]] void write(Writer& writer) const noexcept {
    writer.u8(static_cast<std::uint8_t>(kind));
    writer.u64(tag);
    writer.u32(packet_number);
  }

  [[gnu::always_inline, nodiscard]] static Header read(Reader& reader) noexcept {
    Header header;
    header.kind = static_cast<DatagramKind>(reader.u8());
    header.tag = reader.u64();
    header.packet_number = reader.u32();
    return header;
  }
};

/// The tag of datagrams from incarnation `from` to incarnation `to`. Directional, so a reflected datagram does not
/// open, and 64 bits that an attacker off the path must guess.
[[nodiscard]] inline std::uint64_t session_tag(Nonce from, Nonce to) noexcept {
  return siphash24(from, to, bytes_of({"bowline\1", 8}));
}

}  // namespace bowline::inline v0_1
