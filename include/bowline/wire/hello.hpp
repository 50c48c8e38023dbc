// SPDX-License-Identifier: BSL-1.0
// The handshake's only datagram, of one fixed length. WIRE section 4.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>

#include "bowline/base/ids.hpp"
#include "bowline/base/options.hpp"
#include "bowline/wire/header.hpp"

namespace bowline::inline v0_1 {

/// What one end can take, told to the other in each HELLO.
struct Limits {
  std::uint32_t window = 0;
  std::uint32_t packets_tracked = 0;
  std::uint32_t datagram_bytes_max = 0;
  std::uint32_t held_bytes_max = 0;
  std::uint32_t ack_delay_max_us = 0;
  std::uint32_t message_bytes_max = 0;
  std::uint32_t reassembly_bytes_max = 0;

  static constexpr std::size_t bytes = 28;

  [[nodiscard]] static Limits of(const Options& options) noexcept {
    return {options.window, options.packets_tracked, options.datagram_bytes_max, options.held_bytes_max,
            static_cast<std::uint32_t>(options.ack_delay_max.count()), options.message_bytes_max,
            options.reassembly_bytes_max};
  }

  /// False for limits that `Options` would have refused, so that a peer cannot make us wait or divide by nothing.
  [[nodiscard]] constexpr bool plausible() const noexcept {
    Options options;
    options.window = window;
    options.packets_tracked = packets_tracked;
    options.datagram_bytes_max = datagram_bytes_max;
    options.ack_delay_max = Duration{ack_delay_max_us};
    options.ack_every = 1;
    options.message_bytes_max = message_bytes_max;
    options.reassembly_bytes_max = reassembly_bytes_max;
    return options.fault() == nullptr;
  }

  friend constexpr bool operator==(const Limits&, const Limits&) noexcept = default;
};

/// HELLO{nonce, challenge, response, want, limits}.
struct Hello {
  Nonce nonce = 0;              ///< The sender's incarnation.
  std::uint64_t challenge = 0;  ///< To be echoed.
  std::uint64_t response = 0;   ///< The echo of the receiver's challenge, or 0.
  bool want = false;            ///< An answer is wanted.
  Limits limits;

  static constexpr std::size_t body_bytes = 8 + 8 + 8 + 1 + Limits::bytes;

  void write(Writer& writer) const noexcept {
    Header{DatagramKind::hello, 0, 0}.write(writer);
    writer.u64(nonce);
    writer.u64(challenge);
    writer.u64(response);
    writer.u8(want ? 1 : 0);
    writer.u32(limits.window);
    writer.u32(limits.packets_tracked);
    writer.u32(limits.datagram_bytes_max);
    writer.u32(limits.held_bytes_max);
    writer.u32(limits.ack_delay_max_us);
    writer.u32(limits.message_bytes_max);
    writer.u32(limits.reassembly_bytes_max);
  }

  /// Reads what follows the header; none unless it is exactly a HELLO with plausible limits.
  [[nodiscard]] static std::optional<Hello> read(Bytes body) noexcept {
    Reader reader{body};
    Hello hello;
    hello.nonce = reader.u64();
    hello.challenge = reader.u64();
    hello.response = reader.u64();
    const std::uint8_t flags = reader.u8();
    hello.want = flags == 1;
    hello.limits.window = reader.u32();
    hello.limits.packets_tracked = reader.u32();
    hello.limits.datagram_bytes_max = reader.u32();
    hello.limits.held_bytes_max = reader.u32();
    hello.limits.ack_delay_max_us = reader.u32();
    hello.limits.message_bytes_max = reader.u32();
    hello.limits.reassembly_bytes_max = reader.u32();
    if (reader.failed() || reader.remaining() != 0 || flags > 1) return std::nullopt;
    if (hello.challenge == 0 || !hello.limits.plausible()) return std::nullopt;
    return hello;
  }
};

}  // namespace bowline::inline v0_1
