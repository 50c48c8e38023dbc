// SPDX-License-Identifier: BSL-1.0
// One end against everything: its application, its clock, and a peer that may say what it likes behind the seal.
#include <array>
#include <chrono>
#include <cinttypes>
#include <cstdint>
#include <cstdio>

#include "bowline/wire/header.hpp"
#include "bowline/wire/hello.hpp"
#include "fuzz/support/application.hpp"
#include "fuzz/support/work.hpp"

namespace bowline::fuzz {
namespace {

using namespace std::chrono_literals;

constexpr Nonce peer_nonce = 0x7065657221ull;

/// Functions entered, at the most, for a step, a byte heard and a byte sent. Amortised: what a step leaves behind may
/// be paid for by a later one. Ten times what the corpus needs.
constexpr std::uint64_t work_step = 40'000;
constexpr std::uint64_t work_byte = 400;

class Run {
 public:
  explicit Run(Script script) : script_{script}, own_{small_options(7)} {}

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
        if (script_.below(32) == 0) own_->close(own_.now());
        return;
    }
  }

  /// Tells, whenever it was more than before, how much of what it may do an input made the end do.
  static void expect_work(std::uint64_t done, std::uint64_t allowed) {
    static std::uint64_t most_percent = 0;
    if (const std::uint64_t percent = done * 100 / allowed; percent > most_percent) {
      most_percent = percent;
      std::fprintf(stderr, "work: %" PRIu64 " %%\n", percent);
    }
    require(done <= allowed, "work grows with the bytes only");
  }

  [[nodiscard]] Duration until_due() {
    const TimePoint due = own_->next_deadline();
    return due == never ? Duration{} : due - own_.now();
  }

  /// Any frames from the peer that is bound, or from the one that would be.
  void hear_packet() {
    std::array<std::byte, 256> place;
    Writer writer{place};
    const std::uint32_t leap = script_.below(8);
    packet_ += leap == 7 ? script_.any() : leap;
    Header{DatagramKind::packet, session_tag(peer_nonce, own_->nonce()), static_cast<std::uint32_t>(packet_)}.write(
        writer);
    writer.bytes(script_.bytes(script_.below(static_cast<std::uint32_t>(writer.room()))));
    bytes_ += writer.used();
    own_.hear(Bytes{place}.first(writer.used()));
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
    own_->bind(own_.now(), script_.flag() ? peer_nonce : script_.any(), limits());
    packet_ = 0;
  }

  [[nodiscard]] Limits limits() {
    Limits limits = Limits::of(small_options(1));
    switch (script_.below(8)) {
      case 0: limits.window = 1 + script_.any() % 32; break;
      case 1: limits.datagram_bytes_max = 128 + script_.any() % 65380; break;
      case 2: limits.held_bytes_max = script_.any(); break;
      case 3: limits.message_bytes_max = 1 + script_.any() % (1u << 30); break;
      case 4: limits.packets_tracked = script_.any(); break;
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

  Script script_;
  Application own_;
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
