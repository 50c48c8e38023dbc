// SPDX-License-Identifier: BSL-1.0
// Any bytes as a datagram's inside: what is read lies within its bounds, costs what its bytes cost, and can be said
// again.
#include <array>
#include <variant>

#include "bowline/wire/frame_reader.hpp"
#include "bowline/wire/header.hpp"
#include "bowline/wire/hello.hpp"
#include "fuzz/support/require.hpp"
#include "fuzz/support/said.hpp"
#include "fuzz/support/script.hpp"
#include "fuzz/support/work.hpp"

namespace bowline::fuzz {
namespace {

/// What a frame says can be said again, and then means the same.
template <class Number>
void say_again(const Frame& frame, const NumberContext& context) {
  std::array<std::byte, 2048> place;
  const Said said{frame};
  if (const auto* data = std::get_if<DataFrame>(&frame)) {
    // Numbers that follow one another in a long datagram may leave the reach of what travels of them.
    if (data->number > context.receive_next + Number::span / 4) return;
  }
  // Of an ACK that nobody may believe nothing can be said again.
  if (std::holds_alternative<AckFrame>(frame) && !said.ranges) return;
  if (wire_bytes(said, 0) > place.size()) return;
  Writer writer{place};
  if (said.ranges) {
    write_ack<Number>(writer, std::get<AckFrame>(frame).delay(), *said.ranges);
  } else {
    write_frame<Number>(writer, frame, 0);
    require(writer.used() == wire_bytes(said, 0), "a frame takes the bytes that it says");
  }
  FrameReader<Number> reader{Bytes{place}.first(writer.used()), context};
  const auto again = reader.next();
  require(again.has_value(), "a frame that was read can be written and read");
  expect_same(said, Said{*again});
  require(!reader.next() && !reader.malformed(), "and is all that is there");
}

/// The same for a HELLO.
void say_again(const Hello& hello) {
  std::array<std::byte, Header::bytes + Hello::body_bytes> place;
  Writer writer{place};
  hello.write(writer);
  const auto again = Hello::read(Bytes{place}.subspan(Header::bytes));
  require(again && again->nonce == hello.nonce && again->challenge == hello.challenge &&
              again->response == hello.response && again->want == hello.want && again->limits == hello.limits,
          "a HELLO that was read can be written and read");
}

void visit(const AckFrame& ack) {
  PacketNumber above = ack.largest() + 1;
  std::uint32_t ranges = 0;
  static_cast<void>(ack.for_each_range([&](PacketRange range) {
    require(range.first >= 1 && range.first <= range.last, "a range is one of packet numbers");
    require(range.last < above, "ranges go down and leave a gap");
    above = range.first - 1;
    ++ranges;
  }));
  require(ranges <= AckFrame::ranges_max, "an acknowledgement has a bounded number of ranges");
}

template <class Number>
void read_one_by_one(Bytes frames, const NumberContext& context) {
  FrameReader<Number> reader{frames, context};
  std::size_t count = 0;
  std::size_t payload_bytes = 0;
  while (const auto frame = reader.next()) {
    ++count;
    if (const auto* ack = std::get_if<AckFrame>(&*frame)) visit(*ack);
    if (const auto* data = std::get_if<DataFrame>(&*frame)) {
      payload_bytes += data->payload.size();
      require(data->payload.empty() ||
                  (data->payload.data() >= frames.data() &&
                   data->payload.data() + data->payload.size() <= frames.data() + frames.size()),
              "a payload lies in its datagram");
      require(data->unreliable == (data->number == 0), "a segment has a number, and nothing else");
      if (data->fragment && !data->tombstone) require(data->fragment.sound(), "a part is one of a message");
    }
    say_again<Number>(*frame, context);
  }
  require(count + payload_bytes <= frames.size(), "every frame takes a byte and every payload its own");
  require(!reader.next(), "a reader that came to its end stays there");
}

/// Whole messages can be asked for first: then the same frames are read.
template <class Number>
void read_whole_first(Bytes frames, const NumberContext& context) {
  FrameReader<Number> one_by_one{frames, context};
  FrameReader<Number> whole_first{frames, context};
  DataFrame whole;
  for (bool there = true; there;) {
    const auto frame = one_by_one.next();
    there = frame.has_value();
    if (whole_first.next_whole(whole)) {
      require(there, "a whole message is a frame");
      expect_same(Said{*frame}, Said{Frame{whole}});
    } else {
      const auto other = whole_first.next();
      require(other.has_value() == there, "what is no whole message is left to be read");
      if (there) expect_same(Said{*frame}, Said{*other});
    }
  }
  require(one_by_one.malformed() == whole_first.malformed(), "both find the same malformed");
}

/// What a reader does grows with the bytes that it reads.
template <class Number>
void read_all(Bytes frames, const NumberContext& context) {
  const std::uint64_t before = work_done;
  FrameReader<Number> reader{frames, context};
  for (Frame frame; reader.next(frame);) {
    if (const auto* ack = std::get_if<AckFrame>(&frame)) static_cast<void>(ack->for_each_range([](PacketRange) {}));
  }
  expect_work(work_done - before, 200 + 150 * std::uint64_t{frames.size()});
}

template <class Number>
void read(Bytes frames, const NumberContext& context) {
  read_all<Number>(frames, context);
  read_one_by_one<Number>(frames, context);
  read_whole_first<Number>(frames, context);
}

}  // namespace
}  // namespace bowline::fuzz

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace bowline;
  fuzz::Script script{data, size};
  const bool narrow = script.flag();
  const NumberContext context{script.any() + 1ull, script.any() + 1ull, script.any() + 1ull};
  const Bytes datagram = script.rest();
  Reader reader{datagram};
  static_cast<void>(Header::read(reader));
  if (const auto hello = Hello::read(datagram)) {
    fuzz::require(hello->challenge != 0 && hello->limits.plausible(), "a HELLO that is read can be believed");
    fuzz::say_again(*hello);
  }
  narrow ? fuzz::read<WireNumber<8>>(datagram, context) : fuzz::read<WireNumber<>>(datagram, context);
  return 0;
}
