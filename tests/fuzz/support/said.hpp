// SPDX-License-Identifier: BSL-1.0
// What a frame says, apart from how it is written, so that two of them can be compared.
#pragma once

#include <optional>
#include <utility>
#include <variant>
#include <vector>

#include "bowline/wire/frame_reader.hpp"
#include "fuzz/support/require.hpp"

namespace bowline::fuzz {

/// A frame, and the ranges of one that is an ACK: none that reaches below packet 1, whose ranges nobody may believe.
struct Said {
  explicit Said(const Frame& what) : frame{what} {
    const auto* ack = std::get_if<AckFrame>(&frame);
    if (ack == nullptr) return;
    std::vector<PacketRange> all;
    if (ack->for_each_range([&](PacketRange range) { all.push_back(range); })) ranges = std::move(all);
  }

  /// An ACK of these ranges, newest first.
  Said(Duration delay, std::vector<PacketRange> of)
      : frame{AckFrame{of.front().last, delay, static_cast<std::uint32_t>(of.size()), {}}}, ranges{std::move(of)} {}

  Frame frame;
  std::optional<std::vector<PacketRange>> ranges;
};

/// Writes an ACK as WIRE section 6 says, in code that is not the library's.
template <class Number>
void write_ack(Writer& writer, Duration delay, const std::vector<PacketRange>& ranges) {
  writer.u8(2);
  writer.u32(Number::truncate(ranges.front().last));
  writer.varint(static_cast<std::uint32_t>(delay.count()));
  writer.varint(static_cast<std::uint32_t>(ranges.size()));
  PacketNumber before = 0;
  for (const PacketRange& range : ranges) {
    if (before != 0) writer.varint(static_cast<std::uint32_t>(before - range.last - 2));
    writer.varint(static_cast<std::uint32_t>(range.last - range.first));
    before = range.first;
  }
}

/// Writes any frame but an ACK, after one numbered `previous`.
template <class Number>
void write_frame(Writer& writer, const Frame& frame, SequenceNumber previous) {
  if (std::holds_alternative<PaddingFrame>(frame)) return PaddingFrame::write(writer, 1);
  if (std::holds_alternative<PingFrame>(frame)) return PingFrame::write(writer);
  if (std::holds_alternative<CloseFrame>(frame)) return CloseFrame::write(writer);
  if (const auto* verdict = std::get_if<VerdictFrame>(&frame)) return verdict->template write<Number>(writer);
  if (const auto* data = std::get_if<DataFrame>(&frame)) data->template write<Number>(writer, previous);
}

/// Bytes that it takes; of an ACK the most that so many ranges take.
[[nodiscard]] inline std::size_t wire_bytes(const Said& said, SequenceNumber previous) {
  if (const auto* data = std::get_if<DataFrame>(&said.frame)) return data->wire_bytes(previous);
  if (std::holds_alternative<VerdictFrame>(said.frame)) return VerdictFrame::wire_bytes;
  if (std::holds_alternative<CloseFrame>(said.frame)) return CloseFrame::wire_bytes;
  return said.ranges ? 1 + 4 + 5 + 1 + 10 * said.ranges->size() : 1;
}

inline void expect_same(const DataFrame& wrote, const DataFrame& read) {
  require(wrote.number == read.number, "a number survives the wire");
  require(wrote.dependency == read.dependency, "a dependency survives the wire");
  require(wrote.fail_with_dependency == read.fail_with_dependency && wrote.unreliable == read.unreliable &&
              wrote.newest_only == read.newest_only && wrote.tombstone == read.tombstone,
          "flags survive the wire");
  require(wrote.fragment.first == read.fragment.first, "the name of a message in parts survives the wire");
  if (wrote.tombstone) return;
  require(wrote.fragment.index == read.fragment.index && wrote.fragment.count == read.fragment.count &&
              wrote.fragment.total == read.fragment.total,
          "a part's place survives the wire");
  require(text(wrote.payload) == text(read.payload), "a payload survives the wire");
}

/// What was said is what was heard.
inline void expect_same(const Said& wrote, const Said& read) {
  require(wrote.frame.index() == read.frame.index(), "a frame of one kind is read as one of that kind");
  if (const auto* data = std::get_if<DataFrame>(&wrote.frame)) expect_same(*data, std::get<DataFrame>(read.frame));
  if (const auto* verdict = std::get_if<VerdictFrame>(&wrote.frame)) {
    const auto& twin = std::get<VerdictFrame>(read.frame);
    require(verdict->number == twin.number && verdict->delivered == twin.delivered, "a verdict survives the wire");
  }
  if (const auto* ack = std::get_if<AckFrame>(&wrote.frame)) {
    const auto& twin = std::get<AckFrame>(read.frame);
    require(ack->largest() == twin.largest() && ack->delay() == twin.delay(), "an ACK's head survives the wire");
    require(wrote.ranges == read.ranges, "ranges survive the wire");
  }
}

}  // namespace bowline::fuzz
