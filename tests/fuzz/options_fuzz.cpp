// SPDX-License-Identifier: BSL-1.0
// Any options: refused with a sentence, or good enough for two ends to agree, talk and part.
#include <chrono>
#include <optional>
#include <set>
#include <vector>

#include "bowline/base/memory_pool.hpp"
#include "bowline/congestion/bottleneck_control.hpp"
#include "bowline/core/connection.hpp"
#include "bowline/resend/adaptive_resend.hpp"
#include "bowline/seal/crc32c_seal.hpp"
#include "fuzz/support/require.hpp"
#include "fuzz/support/script.hpp"

namespace bowline::fuzz {
namespace {

using namespace std::chrono_literals;

/// Covers every window.
class KeepsAll {
 public:
  [[nodiscard]] static constexpr bool covers(std::uint32_t) noexcept { return true; }
  Admission admit(SequenceNumber number) {
    return seen_.insert(number).second ? Admission::fresh : Admission::duplicate;
  }
  [[nodiscard]] Admission check(SequenceNumber number) const {
    return seen_.count(number) == 0 ? Admission::fresh : Admission::duplicate;
  }
  void clear() { seen_.clear(); }

 private:
  std::set<SequenceNumber> seen_;
};
static_assert(DuplicateFilter<KeepsAll>);

struct Extras {
  BottleneckControl congestion;
  Crc32cSeal seal;
};
using Peer = Connection<KeepsAll, AdaptiveResend, Extras>;

/// A choice from here on is one of the last options. What is below, and its meaning, is older than those.
constexpr std::uint8_t draws_more = 0xfc;

/// The defaults, with some of them changed to anything. Both ends may draw from one pool.
Options options_of(Script& script, std::uint64_t entropy, std::optional<MemoryPool>& pool) {
  Options options;
  options.entropy = {entropy, 1};
  for (std::uint32_t changes = script.below(8); changes > 0; --changes) {
    const std::uint8_t choice = script.u8();
    if (choice >= draws_more) {
      options.path_mtu_discovery = (choice & 1) != 0;
      if ((choice & 2) == 0) continue;
      if (!pool) pool.emplace(script.any());
      options.payload_pool = &*pool;
      continue;
    }
    switch (choice % 18) {
      case 0: options.window = script.any(); break;
      case 1: options.packets_tracked = script.any(); break;
      case 2: options.datagram_bytes_max = script.any(); break;
      case 3: options.message_bytes_max = script.any(); break;
      case 4: options.reassembly_bytes_max = script.any(); break;
      case 5: options.reassembly_unreliable_bytes_max = script.any(); break;
      case 6: options.messages_max = script.any(); break;
      case 7: options.send_bytes_max = script.any(); break;
      case 8: options.outcomes_remembered = script.any(); break;
      case 9: options.held_bytes_max = script.any(); break;
      case 10: options.held_unreliable_bytes_max = script.any(); break;
      case 11: options.rtt_initial = Duration{script.any()}; break;
      case 12: options.ack_delay_max = Duration{script.any()}; break;
      case 13: options.ack_every = script.any(); break;
      case 14: options.handshake_timeout = Duration{script.any()}; break;
      case 15: options.idle_timeout = Duration{script.any()}; break;
      case 16: options.keepalive = Duration{script.any()}; break;
      default: options.close_timeout = Duration{script.any()}; break;
    }
  }
  return options;
}

/// Everything that `from` has to say now, to `to`.
void carry(TimePoint now, Peer& from, Peer& to, std::vector<std::byte>& place) {
  from.handle_timeout(now);
  for (std::size_t bytes = 0; (bytes = from.poll_transmit(now, place)) != 0;) {
    while (to.next_event()) {
    }
    to.handle_datagram(now, Buffer{place}.first(bytes));
  }
  while (from.next_event()) {
  }
  while (to.next_event()) {
  }
}

void talk(const Options& of_a, const Options& of_z, Script& script) {
  Peer a{of_a};
  Peer z{of_z};
  TimePoint now{1h};
  std::vector<std::byte> place(65507);
  const std::vector<std::byte> payload(script.below(20'000));
  std::uint64_t accepted = 0;
  MessageId last;
  for (int i = 0; i < 8; ++i) {
    const SendResult result = a.send(now, payload, {.after = last, .report_ack = true});
    if (!result) continue;
    ++accepted;
    last = result.id;
  }
  a.close(now);
  for (int rounds = 0; a.state() != ConnectionState::closed; ++rounds) {
    require(rounds < 20'000, "close is over in bounded time");
    const std::uint64_t said = a.stats().datagrams_sent + z.stats().datagrams_sent;
    carry(now, a, z, place);
    carry(now, z, a, place);
    const bool quiet = a.stats().datagrams_sent + z.stats().datagrams_sent == said;
    if (quiet) now = (std::max)(now + 1us, (std::min)(a.next_deadline(), z.next_deadline()));
  }
  require(a.settled(), "everything has ended");
  require(a.stats().messages_acked + a.stats().messages_unconfirmed == accepted, "each message has one outcome");
  require(a.invariants_hold() && z.invariants_hold(), "invariants hold");
}

}  // namespace
}  // namespace bowline::fuzz

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace bowline;
  fuzz::Script script{data, size};
  std::optional<MemoryPool> pool;
  const Options of_a = fuzz::options_of(script, 1, pool);
  const Options of_z = fuzz::options_of(script, 2, pool);
  fuzz::require(Limits::of(of_a).plausible() || fuzz::Peer::fault(of_a, {}) != nullptr,
                "what a channel takes as options, its peer takes as limits");
  if (fuzz::Peer::fault(of_a, {}) == nullptr && fuzz::Peer::fault(of_z, {}) == nullptr) fuzz::talk(of_a, of_z, script);
  fuzz::require(!pool || pool->in_use_bytes() == 0, "ends that are gone have given their memory back");
  return 0;
}
