// SPDX-License-Identifier: BSL-1.0
// An outbox with its packets, and a network that is the test's own hand.
#pragma once

#include <gtest/gtest.h>

#include <string>
#include <string_view>
#include <vector>

#include "bowline/core/outbox.hpp"
#include "bowline/core/packet_log.hpp"
#include "bowline/core/transmission.hpp"
#include "bowline/wire/frame_reader.hpp"
#include "wire/hex.hpp"

namespace bowline::test {

using OutcomeLines = std::vector<std::string>;

/// What `Unconfirmed` says, in a word.
inline std::string_view name_of_outcome(Outcome outcome) {
  switch (outcome) {
    case Outcome::acked: return "acked";
    case Outcome::lost: return "lost";
    case Outcome::expired: return "expired";
    case Outcome::cancelled: return "cancelled";
    case Outcome::superseded: return "superseded";
    case Outcome::dependency_failed: return "dependency failed";
    case Outcome::closed: return "closed";
  }
  return "?";
}

/// One end's outbox. Packets are said as text: `1:a` is number 1 with payload a, `2:b<1` waits for number 1, `2:b<!1`
/// fails with it, `-3` is a tombstone, `~u` is unreliable, `~u<1` waits, `~~u` is newest only.
class SendingHalf {
 public:
  explicit SendingHalf(const Options& options = {}, std::uint32_t window = 1024) : outbox{options} {
    Transmission::bind(outbox, Limits::of(options), window);
  }

  /// The peer takes this from now on.
  void binds(const Limits& peer, std::uint32_t window = 1024) { Transmission::bind(outbox, peer, window); }

  SendResult tries(std::string_view payload, const SendOptions& options = {}) {
    return outbox.send(now, bytes_of(payload), options, stats);
  }

  /// An accepted message that tells of its acknowledgement.
  MessageId sends(std::string_view payload, SendOptions options = {}) {
    options.report_ack = options.reliable;
    const SendResult result = tries(payload, options);
    EXPECT_TRUE(result) << describe(result.error);
    return result.id;
  }

  /// The next packet: tombstones, then segments, as the text of its frames.
  std::string says(std::size_t room = 1200) {
    return writes(room, [&](Transmission& transmission, Writer& writer) {
      if (Transmission::has_tombstones(outbox)) transmission.write_tombstones<WireNumber<>>(writer);
      transmission.write_segments<WireNumber<>>(writer, segment_bytes_max);
      if (transmission.wrote()) transmission.write_again<WireNumber<>>(writer);
    });
  }

  /// The next packet of a schedule that repeats.
  std::string says_eagerly(std::size_t bytes_max, std::uint32_t repeats_max, std::size_t room = 1200) {
    return writes(room, [&](Transmission& transmission, Writer& writer) {
      transmission.write_repeats<WireNumber<>>(writer, bytes_max, repeats_max);
      transmission.write_segments<WireNumber<>>(writer, segment_bytes_max);
    });
  }

  /// A packet that probes.
  std::string probes(std::uint32_t resends_max = 10, std::size_t room = 1200) {
    return writes(room, [&](Transmission& transmission, Writer& writer) {
      const bool wrote = transmission.write_probe<WireNumber<>>(writer, resends_max);
      EXPECT_EQ(wrote, transmission.wrote());
    });
  }

  /// The frames of the last packet as they went out.
  [[nodiscard]] Bytes last_packet() const { return last_packet_; }

  /// The packet arrived, and its acknowledgement too.
  void acked(PacketNumber packet) {
    log.for_each_run(packet, [&](const PacketRun& run) { outbox.on_acked(run, packet, stats); });
    EXPECT_TRUE(outbox.invariants_hold());
  }

  /// The packet is declared lost.
  void lost(PacketNumber packet, std::uint32_t resends_max = 10) {
    log.for_each_content(packet, [&](PacketContent content) { outbox.on_lost(content, packet, resends_max, stats); });
    EXPECT_TRUE(outbox.invariants_hold());
  }

  bool verdict(SequenceNumber number, bool delivered) { return outbox.on_verdict({number, delivered}, stats); }

  /// Everything the application is told.
  OutcomeLines told() {
    OutcomeLines lines;
    for (;;) {
      outbox.release_taken();
      const auto event = outbox.next_event();
      if (!event) return lines;
      event->visit([&](const Acked& m) { lines.push_back("acked " + std::to_string(m.id.value)); },
                   [&](const LateAck& m) { lines.push_back("late ack " + std::to_string(m.id.value)); },
                   [&](const Unconfirmed& m) {
                     lines.push_back(std::string{name_of_outcome(m.reason)} + ' ' + std::to_string(m.id.value) +
                                     (m.transmitted ? "" : ", never sent"));
                   },
                   [&](const Writable&) { lines.emplace_back("writable"); });
    }
  }

  Outbox outbox;
  PacketLog log;
  Stats stats;
  TimePoint now{};
  std::size_t segment_bytes_max = 1200;

 private:
  template <class Write>
  std::string writes(std::size_t room, Write&& write) {
    std::vector<std::byte> buffer(room);
    Writer writer{buffer};
    Transmission transmission{outbox, log, stats};
    write(transmission, writer);
    if (!transmission.wrote()) return "";
    buffer.resize(writer.used());
    last_packet_ = buffer;
    log.commit(now, writer.used(), true);
    return show(last_packet_);
  }

  static std::string show(Bytes frames) {
    FrameReader<> reader{frames, {}};
    std::string line;
    while (const auto frame = reader.next()) {
      const auto& data = std::get<DataFrame>(*frame);
      if (!line.empty()) line += ' ';
      if (data.tombstone) {
        line += '-' + std::to_string(data.number);
        continue;
      }
      line += data.newest_only ? "~~" : data.unreliable ? "~" : std::to_string(data.number) + ':';
      line += text(data.payload);
      if (data.dependency != 0) line += (data.fail_with_dependency ? "<!" : "<") + std::to_string(data.dependency);
    }
    EXPECT_FALSE(reader.malformed());
    return line;
  }

  std::vector<std::byte> last_packet_;
};

}  // namespace bowline::test
