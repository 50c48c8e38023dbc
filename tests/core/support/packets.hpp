// SPDX-License-Identifier: BSL-1.0
// Datagrams as text, and datagrams made by hand.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <variant>
#include <vector>

#include "bowline/seal/plain_seal.hpp"
#include "bowline/wire/frame_reader.hpp"
#include "bowline/wire/header.hpp"
#include "bowline/wire/hello.hpp"

namespace bowline::test {

using Datagram = std::vector<std::byte>;

/// Events or datagrams as text, one each.
using Lines = std::vector<std::string>;

/// A frame as a test writes it: "data 2<-1! 'body'" is number 2, which waits for 1 and fails with it.
inline std::string show(const Frame& frame) {
  std::string line;
  if (const auto* data = std::get_if<DataFrame>(&frame)) {
    if (data->tombstone) {
      const SequenceNumber first = data->fragment.first;
      return "tombstone " + std::to_string(data->number) + (first == 0 ? "" : " of " + std::to_string(first));
    }
    line = data->newest_only ? "newest" : data->unreliable ? "unreliable" : "data " + std::to_string(data->number);
    if (data->dependency != 0) line += "<-" + std::to_string(data->dependency);
    if (data->fail_with_dependency) line += '!';
    return line + " '" + std::string{text(data->payload)} + '\'';
  }
  if (const auto* ack = std::get_if<AckFrame>(&frame)) {
    line = "ack";
    const bool whole = ack->for_each_range([&](PacketRange range) {
      line += (line == "ack" ? " " : "+") + std::to_string(range.first);
      if (range.last != range.first) line += '-' + std::to_string(range.last);
    });
    return whole ? line : line + "+?";
  }
  if (const auto* verdict = std::get_if<VerdictFrame>(&frame)) {
    return "verdict " + std::to_string(verdict->number) + (verdict->delivered ? " delivered" : " refused");
  }
  if (std::holds_alternative<CloseFrame>(frame)) return "close";
  return std::holds_alternative<PingFrame>(frame) ? "ping" : "padding";
}

/// The frames of a packet, or "hello" with what it says. Numbers are unwrapped around `numbers`.
template <class Seal = PlainSeal, class Number = WireNumber<>>
std::string show(const Datagram& datagram, const NumberContext& numbers = {}) {
  if (datagram.size() < Header::bytes + Seal::overhead_bytes) return "too short";
  Reader reader{datagram};
  const Header header = Header::read(reader);
  const Bytes body = Bytes{datagram}.subspan(Header::bytes, datagram.size() - Header::bytes - Seal::overhead_bytes);
  std::string line;
  if (header.kind == DatagramKind::hello) {
    const auto hello = Hello::read(body);
    if (!hello) return "bad hello";
    line = "hello";
    if (hello->response != 0) line += " answers";
    if (hello->want) line += " wants";
    return line;
  }
  FrameReader<Number> frames{body, numbers};
  while (const auto frame = frames.next()) line += (line.empty() ? "" : ", ") + show(*frame);
  return frames.malformed() ? line + " malformed" : line;
}

/// The packet number in a datagram's header, as it travels.
inline std::uint32_t packet_number(const Datagram& datagram) {
  Reader reader{datagram};
  return Header::read(reader).packet_number;
}

/// A packet under `tag` and `number` whose frames `write(Writer&)` writes, closed by `Seal`.
template <class Seal = PlainSeal, class Number = WireNumber<>, class Write>
Datagram make_packet(std::uint64_t tag, PacketNumber number, Write&& write) {
  Datagram datagram(65507);
  Writer writer{Buffer{datagram}.first(datagram.size() - Seal::overhead_bytes)};
  Header{DatagramKind::packet, tag, Number::truncate(number)}.write(writer);
  write(writer);
  datagram.resize(writer.used() + Seal::overhead_bytes);
  Seal{}.close(number, datagram, Header::bytes);
  return datagram;
}

/// A HELLO, closed by `Seal`.
template <class Seal = PlainSeal>
Datagram make_hello(const Hello& hello) {
  Datagram datagram(Header::bytes + Hello::body_bytes + Seal::overhead_bytes);
  Writer writer{datagram};
  hello.write(writer);
  Seal{}.close(0, datagram, Header::bytes);
  return datagram;
}

/// What a HELLO says; it must be one.
template <class Seal = PlainSeal>
Hello hello_in(const Datagram& datagram) {
  const auto hello = Hello::read(
      Bytes{datagram}.subspan(Header::bytes, datagram.size() - Header::bytes - Seal::overhead_bytes));
  return hello.value_or(Hello{});
}

}  // namespace bowline::test
