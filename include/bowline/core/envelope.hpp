// SPDX-License-Identifier: BSL-1.0
// The outside of a datagram: header, tag and seal. WIRE section 3.
#pragma once

#include <optional>

#include "bowline/base/stats.hpp"
#include "bowline/seal/concept.hpp"
#include "bowline/wire/header.hpp"
#include "bowline/wire/hello.hpp"

namespace bowline::inline v0_1 {

/// Wraps and unwraps datagrams between two incarnations. What does not open is counted here, once.
template <DatagramSeal Seal>
class Envelope {
 public:
  /// Bytes around the frames.
  static constexpr std::size_t overhead_bytes = Header::bytes + Seal::overhead_bytes;

  explicit Envelope(Seal seal) : seal_{std::move(seal)} {}

  /// From now on between these two.
  void bind(Nonce own, Nonce peer) noexcept {
    inbound_tag_ = session_tag(peer, own);
    outbound_tag_ = session_tag(own, peer);
  }

  /// Whether the header is one of a packet from the bound peer.
  [[nodiscard]] bool addressed(const Header& header) const noexcept { return header.tag == inbound_tag_; }

  /// The frames of a packet, in place; none if the seal does not open.
  [[nodiscard]] std::optional<Bytes> open_packet(PacketNumber number, Buffer datagram, Stats& stats) {
    if (!seal_.open(number, datagram, Header::bytes)) return ++stats.dropped_corrupt, std::nullopt;
    return frames_of(datagram);
  }

  [[nodiscard]] std::optional<Hello> open_hello(const Header& header, Buffer datagram, Stats& stats) {
    if (header.tag != 0 || header.packet_number != 0) return ++stats.dropped_malformed, std::nullopt;
    if (!seal_.open(0, datagram, Header::bytes)) return ++stats.dropped_corrupt, std::nullopt;
    const auto hello = Hello::read(frames_of(datagram));
    stats.dropped_malformed += hello ? 0u : 1u;
    return hello;
  }

  /// Where the frames of a packet go, behind its header.
  [[nodiscard]] Writer begin_packet(std::uint32_t truncated_number, Buffer buffer) const noexcept {
    Writer writer{buffer.first(buffer.size() - Seal::overhead_bytes)};
    Header{DatagramKind::packet, outbound_tag_, truncated_number}.write(writer);
    return writer;
  }

  /// Seals what was written and answers the datagram's length.
  [[nodiscard]] std::size_t close(PacketNumber number, const Writer& written, Buffer buffer, Stats& stats) {
    const Buffer datagram = buffer.first(written.used() + Seal::overhead_bytes);
    seal_.close(number, datagram, Header::bytes);
    ++stats.datagrams_sent;
    stats.sent_bytes += datagram.size();
    return datagram.size();
  }

  [[nodiscard]] std::size_t write_hello(const Hello& hello, Buffer buffer, Stats& stats) {
    Writer writer{buffer};
    hello.write(writer);
    return close(0, writer, buffer, stats);
  }

 private:
  [[nodiscard]] static Bytes frames_of(Bytes datagram) noexcept {
    return datagram.subspan(Header::bytes, datagram.size() - overhead_bytes);
  }

  Seal seal_;
  std::uint64_t inbound_tag_ = 0;
  std::uint64_t outbound_tag_ = 0;
};

}  // namespace bowline::inline v0_1
