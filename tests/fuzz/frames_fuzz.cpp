// SPDX-License-Identifier: BSL-1.0
// Any bytes as a datagram's inside: what is read lies within its bounds, costs what its bytes cost, and can be said
// again.
#include <array>
#include <variant>

#include "bowline/wire/frame_reader.hpp"
#include "bowline/wire/header.hpp"
#include "bowline/wire/hello.hpp"
#include "fuzz/support/require.hpp"
#include "fuzz/support/script.hpp"

namespace bowline::fuzz {
namespace {

/// What a frame says can be said again, and then means the same.
template <class Number>
void say_again(const DataFrame& frame, const NumberContext& context) {
  std::array<std::byte, 2048> place;
  // Numbers that follow one another in a long datagram may leave the reach of what travels of them.
  if (frame.number > context.receive_next + Number::span / 4 || frame.wire_bytes(0) > place.size()) return;
  Writer writer{place};
  frame.write<Number>(writer, 0);
  require(writer.used() == frame.wire_bytes(0), "a frame takes the bytes that it says");
  FrameReader<Number> reader{Bytes{place}.first(writer.used()), context};
  const auto again = reader.next();
  require(again && std::holds_alternative<DataFrame>(*again), "a frame that was read can be written and read");
  const DataFrame& twin = std::get<DataFrame>(*again);
  require(twin.number == frame.number && twin.dependency == frame.dependency && twin.tombstone == frame.tombstone &&
              twin.fail_with_dependency == frame.fail_with_dependency && twin.unreliable == frame.unreliable &&
              twin.newest_only == frame.newest_only && twin.payload.size() == frame.payload.size(),
          "a frame that is written again means the same");
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
void read_frames(Bytes frames, const NumberContext& context) {
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
      say_again<Number>(*data, context);
    }
  }
  require(count + payload_bytes <= frames.size(), "every frame takes a byte and every payload its own");
  require(!reader.next(), "a reader that came to its end stays there");
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
  }
  narrow ? fuzz::read_frames<WireNumber<8>>(datagram, context) : fuzz::read_frames<WireNumber<>>(datagram, context);
  return 0;
}
