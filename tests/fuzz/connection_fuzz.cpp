// SPDX-License-Identifier: BSL-1.0
// One end against everything: its application, its clock, and a peer that may say what it likes behind the seal.
#include <array>
#include <chrono>
#include <cstdint>

#include "bowline/wire/control_frames.hpp"
#include "bowline/wire/data_frame.hpp"
#include "bowline/wire/header.hpp"
#include "bowline/wire/hello.hpp"
#include "bowline/wire/wire_number.hpp"
#include "fuzz/support/application.hpp"
#include "fuzz/support/work.hpp"

namespace bowline::fuzz {
namespace {

using namespace std::chrono_literals;

constexpr Nonce peer_nonce = 0x7065657221ull;

/// Functions entered in all, at the most, for a step, a byte heard and a byte sent. Amortised: what a step leaves
/// behind may be paid for by a later one. What one datagram may cost is bounded more closely, where it is heard.
constexpr std::uint64_t work_step = 40'000;
constexpr std::uint64_t work_byte = 400;

/// Scripts that begin with a byte from here on draw policies and the size of datagrams; others have the first ones.
constexpr std::uint8_t draws = 0xf0;

class Run {
 public:
  explicit Run(Script script) : script_{script} {}

  void all() {
    const std::uint64_t before = work_done;
    while (!script_.ended() && steps_ < 2000) step();
    expect_work(work_done - before, work_step * (steps_ + 1) + work_byte * bytes_);
    end();
  }

 private:
  void step() {
    ++steps_;
    switch (script_.below(14)) {
      case 0: return own_.send(script_);
      case 1: return own_.cancel(script_);
      case 2: return own_->connect(own_.now());
      case 3: return own_.take(script_.below(4));
      case 4: return own_.pass(Duration{script_.any()});
      case 5: return own_.pass(until_due());
      case 6: return own_.poll([](Bytes) {});
      case 7: return own_.hear(script_.bytes(script_.below(256)));
      case 8: return hear_packet();
      case 9: return hear_hello();
      case 10: return bind();
      case 11: return own_.step_back(Duration{script_.any()});
      case 12: return copy();
      default:
        return rarely();
    }
  }

  void rarely() {
    switch (script_.below(32)) {
      case 0: return own_->close(own_.now());
      case 1: return own_.fail_allocation(script_.below(8));
      case 2: return own_.refuse_next();
      case 3: return hear_ack();
      case 4: return hear_parts();
      case 5: return hear_repeated();
      default: return;
    }
  }

  [[nodiscard]] DrawnPolicies policies() {
    if (!drawn_) return {};
    return {DrawnDedup{1 + script_.below(DrawnDedup::models - 1)}, DrawnResend{script_.below(DrawnResend::models)},
            {DrawnCongestion{script_.below(DrawnCongestion::models)}, {}}};
  }

  [[nodiscard]] Options options() {
    Options options = small_options(7);
    if (!drawn_) return options;
    options.datagram_bytes_max = 128 + script_.below(datagram_bytes_max - 127);
    options.path_mtu_discovery = script_.flag();
    if (script_.flag()) {
      options.window = DrawnDedup::window_max;
      options.reassembly_bytes_max = 1u << 16;
    }
    return options;
  }

  /// Whether the script draws policies; then its first byte has said so.
  [[nodiscard]] bool draws_policies() {
    Script ahead = script_;
    if (ahead.u8() < draws) return false;
    script_ = ahead;
    return true;
  }

  [[nodiscard]] Duration until_due() {
    const TimePoint due = own_->next_deadline();
    return due == never ? Duration{} : due - own_.now();
  }

  /// Any frames from the peer that is bound, or from the one that would be.
  void hear_packet() {
    std::array<std::byte, datagram_bytes_max> place;
    Writer writer{Buffer{place}.first(own_->limits().datagram_bytes_max)};
    begin_packet(writer);
    writer.bytes(script_.bytes(script_.below(static_cast<std::uint32_t>(writer.room()))));
    hear(Bytes{place}.first(writer.used()));
  }

  /// An acknowledgement of what was sent last, which bytes that mean nothing seldom are: probes of the path arrive.
  void hear_ack() {
    std::array<std::byte, 64> place;
    Writer writer{place};
    begin_packet(writer);
    const auto newest = static_cast<std::uint32_t>(own_->stats().datagrams_sent);
    writer.u8(static_cast<std::uint8_t>(FrameKind::ack));
    writer.u32(newest - script_.below(8));
    writer.varint(0);
    writer.varint(1);
    writer.varint(script_.below(8));
    hear(Bytes{place}.first(writer.used()));
  }

  /// First parts of as many messages as a datagram holds, which wait for a number below theirs.
  void hear_parts() {
    std::array<std::byte, datagram_bytes_max> place;
    std::array<std::byte, 32> part{};
    Writer writer{Buffer{place}.first(own_->limits().datagram_bytes_max)};
    begin_packet(writer);
    DataFrame frame;
    frame.number = 1 + script_.below(1u << 10);
    frame.dependency = frame.number > 1 ? frame.number - 1 : 0;
    frame.fragment = {0, 0, 2, 64};
    frame.payload = part;
    for (SequenceNumber previous = 0; frame.number != previous; frame.number += 2, frame.dependency += 1) {
      frame.fragment.first = frame.number;
      if (frame.wire_bytes(previous) > writer.room()) break;
      frame.write<WireNumber<>>(writer, previous);
      previous = frame.number;
    }
    hear(Bytes{place}.first(writer.used()));
  }

  /// The same few bytes again and again: as many frames as a datagram holds.
  void hear_repeated() {
    std::array<std::byte, datagram_bytes_max> place;
    Writer writer{Buffer{place}.first(own_->limits().datagram_bytes_max)};
    begin_packet(writer);
    writer.bytes(script_.bytes(script_.below(32)));
    const Bytes again = script_.bytes(1 + script_.below(8));
    while (!again.empty() && again.size() <= writer.room()) writer.bytes(again);
    hear(Bytes{place}.first(writer.used()));
  }

  void begin_packet(Writer& writer) {
    const std::uint32_t leap = script_.below(8);
    packet_ += leap == 7 ? script_.any() : leap;
    Header{DatagramKind::packet, session_tag(peer_nonce, own_->nonce()), static_cast<std::uint32_t>(packet_)}.write(
        writer);
  }

  void hear(Bytes datagram) {
    bytes_ += datagram.size();
    own_.hear(datagram);
  }

  void hear_hello() {
    std::array<std::byte, 256> place;
    Writer writer{place};
    Hello hello;
    hello.nonce = script_.flag() ? peer_nonce : script_.any();
    hello.challenge = 1 + script_.u8();
    hello.response = script_.flag() ? script_.any() : 0;
    hello.want = script_.flag();
    hello.limits = limits();
    hello.write(writer);
    own_.hear(Bytes{place}.first(writer.used()));
  }

  void bind() {
    own_.take_all();
    // One after the other: arguments are evaluated in any order.
    const Nonce peer = script_.flag() ? peer_nonce : script_.any();
    own_->bind(own_.now(), peer, limits());
    packet_ = 0;
  }

  [[nodiscard]] Limits limits() {
    Limits limits = own_->limits();
    switch (script_.below(8)) {
      case 0: limits.window = 1 + script_.any() % 32; break;
      case 1: limits.datagram_bytes_max = 128 + script_.any() % 65380; break;
      case 2: limits.held_bytes_max = script_.any(); break;
      case 3: limits.message_bytes_max = 1 + script_.any() % (1u << 30); break;
      case 4: limits.packets_tracked = script_.any(); break;
      case 5: limits.ack_delay_max_us = script_.any(); break;
      default: break;
    }
    limits.reassembly_bytes_max = limits.message_bytes_max;
    return limits;
  }

  /// A copy that goes its own way changes nothing here.
  void copy() {
    own_.take_all();
    Application::Peer twin = *own_;
    twin.handle_timeout(later(own_.now(), 10min));
    while (twin.next_event()) {
    }
    require(twin.invariants_hold(), "invariants hold in a copy");
  }

  /// The end closes, and whatever happened before, everything ends in bounded time.
  void end() {
    own_.take_all();
    own_->close(own_.now());
    for (int rounds = 0; own_->state() != ConnectionState::closed || !own_->settled(); ++rounds) {
      require(rounds < 10'000, "close is over in bounded time");
      own_.poll([](Bytes) {});
      own_.take_all();
      own_.pass(until_due());
    }
    own_.take_all();
    own_.expect_all_ended();
  }

  static constexpr std::uint32_t datagram_bytes_max = 1472;

  Script script_;
  bool drawn_ = draws_policies();
  Options options_ = options();
  Application own_{options_, policies()};
  PacketNumber packet_ = 0;
  std::uint64_t steps_ = 0;
  std::uint64_t bytes_ = 0;
};

}  // namespace
}  // namespace bowline::fuzz

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  bowline::fuzz::Run{bowline::fuzz::Script{data, size}}.all();
  return 0;
}
