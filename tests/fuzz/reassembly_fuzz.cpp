// SPDX-License-Identifier: BSL-1.0
// Parts in any order, repeated, recalled, of any claim: what is delivered consists of the parts of one claim, whole,
// and no more than the budget is ever taken.
#include <array>
#include <chrono>
#include <map>
#include <set>
#include <utility>

#include "bowline/wire/header.hpp"
#include "fuzz/support/application.hpp"

namespace bowline::fuzz {
namespace {

using namespace std::chrono_literals;

constexpr Nonce peer_nonce = 0x70617274ull;

/// How a peer says that a message is cut: its name, total and count.
struct Claim {
  std::uint64_t first;
  std::uint32_t total;
  std::uint32_t count;

  auto operator<=>(const Claim&) const = default;
};

/// The byte at `offset` of the message of a claim, which tells every claim from every other.
std::byte byte_of(const Claim& claim, std::uint32_t offset) {
  return static_cast<std::byte>(claim.first * 31 + claim.total * 7 + claim.count * 3 + offset * 13 + offset / 256);
}

class Run {
 public:
  explicit Run(Script script) : script_{script}, peer_{small_options(3)} {
    require(peer_.bind(now_, peer_nonce, Limits::of(small_options(1))), "a peer is bound");
  }

  void all() {
    take();
    for (int steps = 0; !script_.ended() && steps < 1000; ++steps) {
      const DatagramWork work = hear();
      take();
      work.expect_paid(peer_.stats());
      require(peer_.invariants_hold(), "invariants hold");
    }
  }

 private:
  DatagramWork hear() {
    std::array<std::byte, 256> place;
    Writer writer{place};
    Header{DatagramKind::packet, session_tag(peer_nonce, peer_.nonce()), static_cast<std::uint32_t>(++packet_)}.write(
        writer);
    for (std::uint32_t frames = 1 + script_.below(3); frames > 0; --frames) write(writer);
    DatagramWork work{peer_.stats(), ledger_};
    peer_.handle_datagram(now_, Buffer{place}.first(writer.used()));
    work.heard(writer.used());
    return work;
  }

  void write(Writer& writer) {
    DataFrame frame;
    const std::uint32_t kind = script_.below(8);
    const std::uint64_t first = 1 + script_.below(12);
    if (kind == 0) {
      frame.number = first + script_.below(4);
      frame.tombstone = true;
      if (script_.flag()) frame.fragment.first = first < frame.number ? first : 0;
      if (frame.wire_bytes(0) <= writer.room()) frame.write<WireNumber<>>(writer, 0);
      return;
    }
    frame.unreliable = kind == 1;
    // A few shapes, so that claims meet again.
    const std::uint32_t total = 70 + 50 * script_.below(6);
    frame.fragment = Fragment::plan(total, script_.flag() ? 64 : 128 < total ? 128 : 64);
    const Claim claim{first, total, frame.fragment.count};
    frame.fragment.first = first;
    frame.fragment.index = script_.below(frame.fragment.count);
    if (!frame.unreliable) {
      frame.number = first + frame.fragment.index + (frame.fragment.index == 0 ? 0 : script_.below(3));
      if (frame.fragment.index == 0 && first > 1 && script_.below(4) == 0) {
        frame.dependency = first - 1 - script_.below(static_cast<std::uint32_t>(first - 1));
        frame.fail_with_dependency = script_.flag();
      }
    }
    std::array<std::byte, 128> part;
    for (std::uint32_t i = 0; i < frame.fragment.size(); ++i) part[i] = byte_of(claim, frame.fragment.offset() + i);
    frame.payload = Bytes{part}.first(frame.fragment.size());
    if (frame.wire_bytes(0) > writer.room()) return;
    frame.write<WireNumber<>>(writer, 0);
    claims_[{frame.unreliable, total}].insert(claim);
  }

  void take() {
    while (const auto event = peer_.next_event()) {
      event->visit([&](const Received& received) { expect_whole(received); });
    }
  }

  /// The message is all of one claim, which was made.
  void expect_whole(const Received& received) {
    const auto total = static_cast<std::uint32_t>(received.payload.size());
    for (const Claim& claim : claims_[{!received.reliable, total}]) {
      std::uint32_t same = 0;
      while (same < total && received.payload[same] == byte_of(claim, same)) ++same;
      if (same < total) continue;
      if (received.reliable) require(delivered_.insert(claim.first).second, "a message is delivered once");
      return;
    }
    require(false, "a message consists of the parts of one claim");
  }

  Script script_;
  Application::Peer peer_;
  TimePoint now_{1h};
  PacketNumber packet_ = 0;
  std::map<std::pair<bool, std::uint32_t>, std::set<Claim>> claims_;
  std::set<std::uint64_t> delivered_;
  WorkLedger ledger_;
};

}  // namespace
}  // namespace bowline::fuzz

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  bowline::fuzz::Run{bowline::fuzz::Script{data, size}}.all();
  return 0;
}
