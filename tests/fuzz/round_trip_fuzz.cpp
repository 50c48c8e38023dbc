// SPDX-License-Identifier: BSL-1.0
// Any frames that an end may write, a HELLO and a header: read again they say the same, and nothing is left over.
#include <algorithm>
#include <array>
#include <chrono>
#include <set>
#include <utility>
#include <variant>
#include <vector>

#include "bowline/core/ack_schedule.hpp"
#include "bowline/wire/frame_reader.hpp"
#include "bowline/wire/header.hpp"
#include "bowline/wire/hello.hpp"
#include "fuzz/support/require.hpp"
#include "fuzz/support/said.hpp"
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

/// Packets as a receiver records them, up to `newest`, and the ACK that it writes of them.
template <class Number>
Said ack_of(Script& script, PacketNumber newest, Writer& writer) {
  Options options;
  options.packets_tracked = 64 + script.below(256);
  ReceivedPackets received{options.packets_tracked};
  AckSchedule schedule{options};
  std::set<PacketNumber> recorded;
  const TimePoint now{std::chrono::hours{1}};
  const Duration delay{script.any() & 0x3fffffff};
  for (PacketNumber number = newest, left = 1 + script.below(80); left > 0 && number > 0; --left) {
    recorded.insert(number);
    number -= (std::min)(number, PacketNumber{1} + script.below(4));
  }
  for (const PacketNumber number : recorded) {
    const PacketNumber before = received.newest();
    received.record(number);
    schedule.on_packet(now - delay, number, before, true);
  }
  const std::size_t before = writer.used();
  if (!schedule.write<Number>(now, received, writer)) return Said{PingFrame{}};
  require(writer.used() > before, "an ACK that was written takes bytes");

  // As far back as the receiver tells of packets, and as there are ranges for.
  std::vector<PacketRange> ranges;
  for (auto at = recorded.rbegin(); at != recorded.rend() && newest - *at < options.packets_tracked; ++at) {
    if (!ranges.empty() && ranges.back().first == *at + 1) {
      ranges.back().first = *at;
    } else {
      ranges.push_back({*at, *at});
    }
  }
  if (ranges.size() > AckFrame::ranges_max) ranges.erase(ranges.begin() + AckFrame::ranges_max, ranges.end());
  return Said{delay, std::move(ranges)};
}

/// A HELLO of its own.
void hello(Script& script) {
  Hello wrote;
  wrote.nonce = script.any();
  wrote.challenge = 1 + std::uint64_t{script.any()};
  wrote.response = script.flag() ? std::uint64_t{script.any()} << 32 : 0;
  wrote.want = script.flag();
  Options options;
  options.window = 1 + script.any() % (1u << 24);
  options.packets_tracked = 64 + script.any() % (65536 - 63);
  options.datagram_bytes_max = 128 + script.any() % (65507 - 127);
  options.held_bytes_max = script.any();
  options.ack_delay_max = Duration{script.any() % 1'000'001};
  options.message_bytes_max = 1 + script.any() % (1u << 30);
  const std::uint32_t more_max = (1u << 30) - options.message_bytes_max;
  options.reassembly_bytes_max = options.message_bytes_max + script.any() % (more_max + 1);
  wrote.limits = Limits::of(options);
  std::array<std::byte, Header::bytes + Hello::body_bytes> place;
  Writer writer{place};
  wrote.write(writer);
  require(writer.room() == 0, "a HELLO has one length");
  Reader reader{place};
  const Header header = Header::read(reader);
  require(header.kind == DatagramKind::hello && header.tag == 0 && header.packet_number == 0, "its header says HELLO");
  const auto read = Hello::read(Bytes{place}.subspan(Header::bytes));
  require(read && read->nonce == wrote.nonce && read->challenge == wrote.challenge &&
              read->response == wrote.response && read->want == wrote.want && read->limits == wrote.limits,
          "a HELLO survives the wire");
}

/// The header of a packet of its own.
void header(Script& script) {
  const std::uint64_t tag = std::uint64_t{script.u32()} << 32 | script.u32();
  std::array<std::byte, Header::bytes> place;
  Writer writer{place};
  const Header wrote{DatagramKind::packet, tag, script.u32()};
  wrote.write(writer);
  require(writer.room() == 0, "a header has one length");
  Reader reader{place};
  const Header read = Header::read(reader);
  require(read.kind == wrote.kind && read.tag == wrote.tag && read.packet_number == wrote.packet_number,
          "a header survives the wire");
}

/// One packet's frames, written as the script says and read again.
class Packet {
 public:
  using Number = WireNumber<>;

  explicit Packet(Script script) : script_{script} {
    for (std::size_t i = 0; i < payload_.size(); ++i) payload_[i] = static_cast<std::byte>(i);
  }

  void all() {
    while (!script_.ended() && write()) continue;
    FrameReader<Number> reader{Bytes{place_}.first(writer_.used()), numbers_};
    for (const Said& said : wrote_) {
      const auto read = reader.next();
      require(read.has_value(), "what an end writes is read as a frame");
      expect_same(said, Said{*read});
    }
    require(!reader.next() && !reader.malformed(), "nothing is left over");
  }

 private:
  /// False when the packet is full.
  bool write() {
    // Most choices are DATA, and then begin its own.
    Script ahead = script_;
    const std::uint8_t kind = ahead.u8();
    if (kind < kinds_of_data) return write(Said{frame_of(script_, numbers_, payload_)});
    script_ = ahead;
    switch (kind) {
      case 0xf8: return write(Said{PingFrame{}});
      case 0xf9: return write(Said{CloseFrame{}});
      case 0xfa: return probe();
      case 0xfb: return hello(script_), true;
      case 0xfc: return header(script_), true;
      case 0xfd: return ack_by_hand();
      case 0xfe: return ack();
      default: return write(Said{VerdictFrame{near(numbers_.send_next), script_.flag()}});
    }
  }

  bool write(const Said& said) {
    const std::size_t bytes = wire_bytes(said, previous_);
    if (bytes > writer_.room()) return false;
    const std::size_t before = writer_.used();
    if (said.ranges) {
      const auto& frame = std::get<AckFrame>(said.frame);
      write_ack<Number>(writer_, frame.delay(), *said.ranges);
      require(writer_.used() - before <= bytes, "an ACK takes so many bytes at the most");
    } else {
      write_frame<Number>(writer_, said.frame, previous_);
      require(writer_.used() - before == bytes, "a frame takes the bytes that it says");
    }
    const auto* data = std::get_if<DataFrame>(&said.frame);
    if (data != nullptr && !data->unreliable) previous_ = data->number;
    wrote_.push_back(said);
    return true;
  }

  /// A probe of the path's size, as much of it as fits: a PING, and PADDING.
  bool probe() {
    if (!write(Said{PingFrame{}})) return false;
    for (std::uint32_t left = script_.below(1200); left > 0 && write(Said{PaddingFrame{}}); --left) continue;
    return true;
  }

  /// Any ranges.
  bool ack_by_hand() {
    std::vector<PacketRange> ranges;
    PacketNumber last = near(numbers_.packet_next);
    for (std::uint32_t left = 1 + script_.below(AckFrame::ranges_max); left > 0; --left) {
      const std::uint64_t more = (std::min)(PacketNumber{script_.any()}, last - 1);
      ranges.push_back({last - more, last});
      const std::uint64_t down = more + 2 + script_.any();
      if (down >= last) break;
      last -= down;
    }
    const Duration delay{script_.any()};
    return write(Said{delay, std::move(ranges)});
  }

  /// The ranges that a receiver writes.
  bool ack() {
    if (writer_.room() < 400) return false;
    wrote_.push_back(ack_of<Number>(script_, near(numbers_.packet_next), writer_));
    return true;
  }

  /// A number that can be told from the others there, and is not 0.
  [[nodiscard]] std::uint64_t near(std::uint64_t expected) { return expected + script_.below(1024); }

  static constexpr std::uint8_t kinds_of_data = 0xf8;

  Script script_;
  NumberContext numbers_ = context(script_);
  std::array<std::byte, 256> payload_;
  std::array<std::byte, 1200> place_;
  Writer writer_{place_};
  SequenceNumber previous_ = 0;
  std::vector<Said> wrote_;

  [[nodiscard]] static NumberContext context(Script& script) {
    const std::uint64_t first = script.any() + 1ull;
    // Others, so that no number is unwrapped around another's.
    return {first, first / 3 + 1, first / 2 + 1};
  }
};

}  // namespace
}  // namespace bowline::fuzz

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  bowline::fuzz::Packet{bowline::fuzz::Script{data, size}}.all();
  return 0;
}
