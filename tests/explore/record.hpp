// SPDX-License-Identifier: BSL-1.0
// What a datagram says, with whole numbers, and as a line for people.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <variant>
#include <vector>

#include "bowline/wire/frame_reader.hpp"
#include "bowline/wire/hello.hpp"
#include "explore/plan.hpp"

namespace bowline::explore {

/// The name that every payload begins with: who sent it, in which life, under which id.
struct MessageName {
  std::uint8_t side = 0xff;
  std::uint8_t life = 0;
  std::uint8_t id = 0;

  static constexpr std::size_t bytes = 3;

  [[nodiscard]] static MessageName in(Bytes payload) noexcept {
    if (payload.size() < bytes) return {};
    return {std::to_integer<std::uint8_t>(payload[0]), std::to_integer<std::uint8_t>(payload[1]),
            std::to_integer<std::uint8_t>(payload[2])};
  }

  [[nodiscard]] std::string text() const {
    if (side > z) return "part";
    std::string line{name_of(static_cast<Side>(side))};
    if (life != 0) line += std::string(life, '\'');
    return line + std::to_string(id);
  }
};

struct FrameRecord {
  enum class Kind : std::uint8_t { data, tombstone, ack, verdict, ping, close };

  Kind kind{};
  std::uint8_t flags = 0;  ///< Of data: 1 fails with its dependency, 2 unreliable, 4 newest only. Of a
                           ///< verdict: 1 delivered.
  MessageName message;     ///< Of data that begins a message.
  std::uint64_t number = 0;
  std::uint64_t dependency = 0;
  Fragment fragment;
  std::uint32_t bytes = 0;
  std::vector<PacketRange> ranges;  ///< Of an ack.
};

/// A datagram as its sender meant it.
struct Record {
  bool hello = false;
  Hello greeting;
  std::uint64_t tag = 0;
  PacketNumber number = 0;
  std::vector<FrameRecord> frames;

  /// Takes `datagram` apart. `number` is the whole number of a packet; `numbers` are those of its sender's
  /// view.
  template <class Number>
  [[nodiscard]] static Record of(Bytes datagram, std::size_t seal_bytes, PacketNumber number,
                                 const NumberContext& numbers) {
    Record record;
    Reader reader{datagram};
    const Header header = Header::read(reader);
    const Bytes body = datagram.subspan(Header::bytes, datagram.size() - Header::bytes - seal_bytes);
    record.hello = header.kind == DatagramKind::hello;
    if (record.hello) {
      record.greeting = Hello::read(body).value_or(Hello{});
      return record;
    }
    record.tag = header.tag;
    record.number = number;
    FrameReader<Number> frames{body, numbers};
    for (Frame frame; frames.next_but_padding(frame);) record.frames.push_back(of(frame));
    return record;
  }

  [[nodiscard]] std::string text() const {
    if (hello) {
      return std::string{"hello"} + (greeting.response != 0 ? " answers" : "") +
             (greeting.want ? " wants" : "");
    }
    std::string line = "#" + std::to_string(number) + " [";
    for (const FrameRecord& frame : frames) line += (line.back() == '[' ? "" : ", ") + text(frame);
    return line + "]";
  }

 private:
  [[nodiscard]] static FrameRecord of(const Frame& frame) {
    FrameRecord record;
    if (const auto* data = std::get_if<DataFrame>(&frame)) {
      record.kind = data->tombstone ? FrameRecord::Kind::tombstone : FrameRecord::Kind::data;
      record.flags = static_cast<std::uint8_t>((data->fail_with_dependency ? 1 : 0) |
                                               (data->unreliable ? 2 : 0) | (data->newest_only ? 4 : 0));
      record.number = data->number;
      record.dependency = data->dependency;
      record.fragment = data->fragment;
      record.bytes = static_cast<std::uint32_t>(data->payload.size());
      if (!data->tombstone && data->fragment.index == 0) record.message = MessageName::in(data->payload);
    } else if (const auto* ack = std::get_if<AckFrame>(&frame)) {
      record.kind = FrameRecord::Kind::ack;
      static_cast<void>(ack->for_each_range([&](PacketRange range) { record.ranges.push_back(range); }));
    } else if (const auto* verdict = std::get_if<VerdictFrame>(&frame)) {
      record.kind = FrameRecord::Kind::verdict;
      record.number = verdict->number;
      record.flags = verdict->delivered ? 1 : 0;
    } else {
      const bool close = std::holds_alternative<CloseFrame>(frame);
      record.kind = close ? FrameRecord::Kind::close : FrameRecord::Kind::ping;
    }
    return record;
  }

  [[nodiscard]] static std::string text(const FrameRecord& frame) {
    switch (frame.kind) {
      case FrameRecord::Kind::data: {
        std::string line = (frame.flags & 4) != 0   ? "newest"
                           : (frame.flags & 2) != 0 ? "unreliable"
                                                    : "data " + std::to_string(frame.number);
        if (frame.dependency != 0) line += "<-" + std::to_string(frame.dependency);
        if ((frame.flags & 1) != 0) line += '!';
        line += " " + frame.message.text();
        if (!frame.fragment) return line;
        return line + " " + std::to_string(frame.fragment.index + 1) + "/" +
               std::to_string(frame.fragment.count);
      }
      case FrameRecord::Kind::tombstone: {
        const std::uint64_t first = frame.fragment.first;
        return "tombstone " + std::to_string(frame.number) +
               (first == 0 ? "" : " of " + std::to_string(first));
      }
      case FrameRecord::Kind::ack: {
        std::string line = "ack";
        for (const PacketRange& range : frame.ranges) {
          line += (line == "ack" ? " " : "+") + std::to_string(range.first);
          if (range.last != range.first) line += '-' + std::to_string(range.last);
        }
        return line;
      }
      case FrameRecord::Kind::verdict:
        return "verdict " + std::to_string(frame.number) +
               ((frame.flags & 1) != 0 ? " delivered" : " refused");
      case FrameRecord::Kind::ping:
        return "ping";
      case FrameRecord::Kind::close:
        return "close";
    }
    return "?";
  }
};

}  // namespace bowline::explore
