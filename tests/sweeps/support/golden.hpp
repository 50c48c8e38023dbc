// SPDX-License-Identifier: BSL-1.0
// The golden datagrams, as a channel of a test's own would be sent them.
#pragma once

#include <cstdint>
#include <fstream>
#include <string>
#include <vector>

#include "bowline/wire/frame_reader.hpp"
#include "core/support/packets.hpp"
#include "wire/hex.hpp"

namespace bowline::test {

/// What a datagram of tests/golden/wire_vectors.txt has between its header and its seal.
struct GoldenDatagram {
  std::string name;
  bool hello = false;
  Datagram body;
  NumberContext numbers{};  ///< What the end knows that it was made for.

  /// As a packet under this tag and number, or a HELLO, closed by `Seal`.
  template <class Seal>
  [[nodiscard]] Datagram sealed(std::uint64_t tag, PacketNumber number) const {
    const DatagramKind kind = hello ? DatagramKind::hello : DatagramKind::packet;
    if (hello) tag = number = 0;
    Datagram datagram(Header::bytes + body.size() + Seal::overhead_bytes);
    Writer writer{datagram};
    Header{kind, tag, WireNumber<>::truncate(number)}.write(writer);
    writer.bytes(body);
    Seal{}.close(number, datagram, Header::bytes);
    return datagram;
  }
};

/// All of them, in the order of the file.
[[nodiscard]] inline std::vector<GoldenDatagram> golden_datagrams() {
  std::vector<GoldenDatagram> datagrams;
  std::ifstream file{BOWLINE_TESTS_DIR "/golden/wire_vectors.txt"};
  GoldenDatagram next;
  std::size_t seal_bytes = 0;
  for (std::string line; std::getline(file, line);) {
    const std::size_t colon = line.find(": ");
    if (line.starts_with('#') || colon == std::string::npos) continue;
    const std::string key = line.substr(0, colon), value = line.substr(colon + 2);
    if (key == "name") next = {}, next.name = value;
    if (key == "F") next.numbers.receive_next = std::stoull(value);
    if (key == "L") next.numbers.send_next = std::stoull(value);
    if (key == "next") next.numbers.packet_next = std::stoull(value);
    if (key == "seal") seal_bytes = value == "none" ? 0 : 4;
    if (key != "bytes") continue;
    const auto bytes = bowline_test::from_hex(value);
    next.hello = bytes.front() == std::byte{4};
    next.body.assign(bytes.begin() + static_cast<std::ptrdiff_t>(Header::bytes),
                     bytes.end() - static_cast<std::ptrdiff_t>(seal_bytes));
    datagrams.push_back(next);
  }
  return datagrams;
}

}  // namespace bowline::test
