// SPDX-License-Identifier: BSL-1.0
// What one end says, read by somebody who knows docs/WIRE.md and none of the library's code.
#pragma once

#include <algorithm>
#include <array>
#include <cstdint>
#include <deque>
#include <map>
#include <optional>
#include <set>
#include <string>

#include "bowline/base/bytes.hpp"
#include "swarm/findings.hpp"
#include "swarm/rare_events.hpp"
#include "swarm/wire_reader.hpp"

namespace bowline::test::swarm {

/// Reads every datagram of one end, counts what is rare, and keeps the laws of the wire: packet numbers only go up, a
/// number always stands for the same bytes, a tombstone is final, and so is a verdict.
class WireView {
 public:
  WireView(bool sealed, Findings& findings, RareCounts& rare) : sealed_{sealed}, findings_{findings}, rare_{rare} {}

  /// Takes what the end has handed to its transport.
  void read(Bytes datagram) {
    if (sealed_) {
      if (datagram.size() < header_bytes + seal_bytes) return findings_.add("a datagram is shorter than its header");
      const std::uint64_t number = static_cast<std::uint8_t>(datagram[0]) == 4 ? 0 : low_number(datagram);
      if (!seal_opens(datagram, number)) return findings_.add("a datagram leaves with a wrong CRC32C");
      datagram = datagram.first(datagram.size() - seal_bytes);
    }
    WireReader reader{datagram};
    const std::uint8_t kind = reader.u8();
    const std::uint64_t tag = reader.u64();
    const std::uint32_t number = reader.u32();
    if (kind == 4) {
      findings_.expect(tag == 0 && number == 0, "a HELLO has a tag or a number");
      read_hello(reader);
    } else {
      findings_.expect(kind == 5, "a datagram is neither HELLO nor packet");
      read_packet(session(tag), number, reader);
    }
    findings_.expect(reader.good(), "a datagram leaves malformed");
  }

  // What only this end and whoever hears it can know.

  [[nodiscard]] bool said_challenge(std::uint64_t challenge) const { return challenges_.count(challenge) != 0; }
  [[nodiscard]] bool said_tag(std::uint64_t tag) const {
    return std::any_of(sessions_.begin(), sessions_.end(), [tag](const Session& known) { return known.tag == tag; });
  }

  /// The latest datagram asks for an answer it may be missing: it is a probe, or holds an ACK.
  [[nodiscard]] bool latest_has_ack() const noexcept { return latest_has_ack_; }
  [[nodiscard]] bool latest_has_ping() const noexcept { return latest_has_ping_; }

  /// Set by whoever knows: the end is sure of its peer.
  bool confirmed = false;

 private:
  static constexpr std::size_t header_bytes = 13, seal_bytes = 4, sessions_max = 4;

  /// One direction between two incarnations.
  struct Session {
    std::uint64_t tag = 0;
    std::uint32_t newest = 0;
    std::map<std::uint32_t, std::uint64_t> data;  // What each number stands for.
    std::set<std::uint32_t> tombstones;
    std::map<std::uint32_t, std::uint8_t> verdicts;
  };

  [[nodiscard]] static std::uint32_t low_number(Bytes datagram) {
    WireReader reader{datagram.subspan(9)};
    return reader.u32();
  }

  [[nodiscard]] static bool seal_opens(Bytes datagram, std::uint64_t number) {
    std::array<std::byte, 8> bytes{};
    for (unsigned i = 0; i < 8; ++i) bytes[i] = static_cast<std::byte>(number >> (8 * i));
    const Bytes covered = datagram.first(datagram.size() - seal_bytes);
    WireReader trailer{datagram.subspan(covered.size())};
    return ~crc32c(covered, crc32c(bytes, ~0u)) == trailer.u32();
  }

  Session& session(std::uint64_t tag) {
    for (Session& known : sessions_) {
      if (known.tag == tag) return known;
    }
    if (sessions_.size() == sessions_max) sessions_.pop_front();
    sessions_.push_back({});
    sessions_.back().tag = tag;
    return sessions_.back();
  }

  void read_hello(WireReader& reader) {
    findings_.expect(reader.u64() != 0, "a HELLO has no nonce");
    const std::uint64_t challenge = reader.u64(), response = reader.u64();
    const std::uint8_t want = reader.u8();
    for (int limit = 0; limit < 7; ++limit) static_cast<void>(reader.u32());
    findings_.expect(challenge != 0 && want <= 1 && reader.rest() == 0, "a HELLO is malformed");
    challenges_.insert(challenge);
    if (response == 0 && confirmed) rare_.add(Rare::asked_into_silence);
    latest_has_ack_ = latest_has_ping_ = false;
  }

  void read_packet(Session& session, std::uint32_t number, WireReader& reader) {
    findings_.expect(number > session.newest, "a packet number is used twice, or goes back");
    if (number > session.newest + 1) rare_.add(Rare::number_left_out);
    session.newest = number;
    latest_has_ack_ = latest_has_ping_ = false;
    findings_.expect(reader.rest() != 0, "a packet is empty");
    std::uint32_t messages = 0, previous = 0;
    while (reader.good() && reader.rest() != 0) {
      const std::uint8_t first = reader.u8();
      if ((first & 0x80) != 0) {
        ++messages;
        read_data(session, first, previous, reader);
        continue;
      }
      switch (first) {
        case 0: rare_.add(Rare::padding); break;
        case 1: rare_.add(Rare::ping), latest_has_ping_ = true; break;
        case 2: read_ack(reader); break;
        case 3: read_verdict(session, reader); break;
        case 4:
          rare_.add(Rare::close_frame);
          findings_.expect(reader.u8() == 0, "CLOSE has another reason than 0");
          break;
        default: return findings_.add("a frame has an unknown first byte");
      }
    }
    if (messages >= 10) rare_.add(Rare::many_messages_in_a_datagram);
  }

  void read_data(Session& session, std::uint8_t flags, std::uint32_t& previous, WireReader& reader) {
    const bool numbered = (flags & 0x01) != 0, dependent = (flags & 0x02) != 0, unreliable = (flags & 0x08) != 0;
    const bool tombstone = (flags & 0x20) != 0, part = (flags & 0x40) != 0;
    std::uint32_t number = 0;
    if (numbered) number = reader.u32();
    else if (!unreliable && previous != 0) number = previous + 1;
    if (!unreliable) previous = number;
    findings_.expect(unreliable || number != 0, "DATA has no number");
    std::uint64_t meaning = flags & ~1u;
    const auto means = [&](std::uint64_t word) { meaning = (meaning ^ word) * 0x9e3779b97f4a7c15u; };
    if (tombstone) {
      if (part) static_cast<void>(reader.varint());
      return read_tombstone(session, number, part);
    }
    if (dependent) {
      const std::uint32_t dependency = unreliable ? reader.u32() : reader.varint();
      findings_.expect(dependency != 0 && (unreliable || dependency < number), "DATA waits for an impossible number");
      means(dependency);
    }
    std::uint32_t bytes = 0;
    if (part) {
      means(unreliable ? reader.u32() : reader.varint());
      const std::uint32_t index = reader.varint(), count = reader.varint(), total = reader.varint();
      if (!reader.good() || count < 2 || index >= count || total < count) return findings_.add("a part is impossible");
      const std::uint32_t size = (total + count - 1) / count;
      bytes = index + 1 < count ? size : total - index * size;
      means(index), means(count), means(total);
    } else {
      bytes = reader.varint();
    }
    for (const std::byte byte : reader.bytes(bytes)) meaning = meaning * 31 + static_cast<std::uint64_t>(byte);
    if (unreliable || !reader.good()) return;
    findings_.expect(session.tombstones.count(number) == 0, "DATA is sent under a number that was recalled");
    const auto [known, fresh] = session.data.try_emplace(number, meaning);
    if (!fresh) findings_.expect(known->second == meaning, "a number stands for different bytes");
  }

  void read_tombstone(Session& session, std::uint32_t number, bool part) {
    rare_.add(Rare::tombstone);
    if (part) rare_.add(Rare::tombstone_of_a_part);
    if (!session.tombstones.insert(number).second) rare_.add(Rare::tombstone_again);
  }

  void read_verdict(Session& session, WireReader& reader) {
    const std::uint32_t number = reader.u32();
    const std::uint8_t verdict = reader.u8();
    findings_.expect(verdict <= 1, "a VERDICT is malformed");
    rare_.add(verdict == 1 ? Rare::verdict_delivered : Rare::verdict_refused);
    const auto [known, fresh] = session.verdicts.try_emplace(number, verdict);
    if (!fresh) {
      rare_.add(Rare::verdict_again);
      findings_.expect(known->second == verdict, "a verdict changes");
    }
  }

  void read_ack(WireReader& reader) {
    latest_has_ack_ = true;
    std::uint64_t lowest = reader.u32();
    static_cast<void>(reader.varint());
    const std::uint32_t ranges = reader.varint();
    findings_.expect(ranges >= 1 && ranges <= 64, "an ACK has an impossible number of ranges");
    for (std::uint32_t range = 0; range < ranges && reader.good(); ++range) {
      const std::uint64_t down = (range == 0 ? 0 : std::uint64_t{reader.varint()} + 2) + reader.varint();
      if (!findings_.expect(down < lowest, "an ACK reaches below 1")) return;
      lowest -= down;
    }
    if (ranges > 1) rare_.add(Rare::ack_with_gaps);
    if (ranges >= 8) rare_.add(Rare::ack_with_many_gaps);
  }

  bool sealed_;
  Findings& findings_;
  RareCounts& rare_;
  std::deque<Session> sessions_;
  std::set<std::uint64_t> challenges_;
  bool latest_has_ack_ = false;
  bool latest_has_ping_ = false;
};

}  // namespace bowline::test::swarm
