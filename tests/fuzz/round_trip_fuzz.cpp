// SPDX-License-Identifier: BSL-1.0
// Any frames that an end may write: read again they say the same, and nothing is left over.
#include <algorithm>
#include <array>
#include <variant>
#include <vector>

#include "bowline/wire/frame_reader.hpp"
#include "fuzz/support/require.hpp"
#include "fuzz/support/script.hpp"

namespace bowline::fuzz {
namespace {

/// How far back from `number` the script goes: not to 0, and no further than travels.
std::uint64_t back(Script& script, SequenceNumber number) {
  return script.below(static_cast<std::uint32_t>((std::min)(number, SequenceNumber{1} << 31)));
}

/// A DATA frame within what the wire allows; numbers lie around those of `context`.
DataFrame frame_of(Script& script, const NumberContext& context, Bytes payload) {
  DataFrame frame;
  frame.unreliable = script.flag();
  frame.tombstone = !frame.unreliable && script.below(8) == 0;
  frame.newest_only = frame.unreliable && script.flag();
  if (!frame.unreliable) frame.number = context.receive_next + script.below(1024);
  const bool partial = script.below(4) == 0;
  if (frame.tombstone) {
    if (partial) frame.fragment.first = frame.number - back(script, frame.number);
    return frame;
  }
  if (partial) {
    frame.fragment.total = 65 + script.below(4096);
    frame.fragment = Fragment::plan(frame.fragment.total, 64);
    frame.fragment.index = script.below(frame.fragment.count);
    frame.fragment.first = frame.unreliable ? script.any() : frame.number - frame.fragment.index;
    if (!frame.unreliable && frame.number <= frame.fragment.index) frame.fragment = {};
  }
  if (script.flag() && frame.fragment.index == 0) {
    if (frame.unreliable) {
      frame.dependency = context.receive_next + script.below(1024);
    } else if (frame.number > 1) {
      frame.dependency = frame.number - 1 - back(script, frame.number - 1);
    }
    frame.fail_with_dependency = frame.dependency != 0 && script.flag();
  }
  frame.payload = payload.first(frame.fragment ? frame.fragment.size() : script.below(256));
  return frame;
}

void expect_same(const DataFrame& wrote, const DataFrame& read) {
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

}  // namespace
}  // namespace bowline::fuzz

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace bowline;
  using Number = WireNumber<>;
  fuzz::Script script{data, size};
  const NumberContext context{script.any() + 1ull, 1, 1};
  std::array<std::byte, 256> payload;
  for (std::size_t i = 0; i < payload.size(); ++i) payload[i] = static_cast<std::byte>(i);

  std::array<std::byte, 1200> place;
  Writer writer{place};
  SequenceNumber previous = 0;
  std::vector<DataFrame> wrote;
  while (!script.ended()) {
    const DataFrame frame = fuzz::frame_of(script, context, payload);
    const std::size_t bytes = frame.wire_bytes(previous);
    if (bytes > writer.room()) break;
    const std::size_t before = writer.used();
    frame.write<Number>(writer, previous);
    fuzz::require(writer.used() - before == bytes, "a frame takes the bytes that it says");
    if (!frame.unreliable) previous = frame.number;
    wrote.push_back(frame);
  }

  FrameReader<Number> reader{Bytes{place}.first(writer.used()), context};
  for (const DataFrame& frame : wrote) {
    const auto read = reader.next();
    fuzz::require(read && std::holds_alternative<DataFrame>(*read), "what an end writes is read as a frame");
    fuzz::expect_same(frame, std::get<DataFrame>(*read));
  }
  fuzz::require(!reader.next() && !reader.malformed(), "nothing is left over");
  return 0;
}
