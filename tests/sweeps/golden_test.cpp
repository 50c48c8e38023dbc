// SPDX-License-Identifier: BSL-1.0
// Every golden datagram truncated at each length, with each bit flipped, and with each pair of bits of its header
// flipped: what is refused is counted once and leaves no trace, and with CRC32C all of it is refused.
#include <gtest/gtest.h>

#include <string>
#include <utility>
#include <vector>

#include "core/support/busy.hpp"
#include "core/support/datagrams_dropped.hpp"
#include "core/support/pair.hpp"
#include "explore/canon/connection.hpp"
#include "sweeps/support/golden.hpp"
#include "sweeps/support/tally.hpp"

namespace bowline::test {
namespace {

using explore::Digest;
using explore::Digester;

using Sealed = Pair<FixedQueueDedup<>, AdaptiveResend, DefaultExtras>;
using Plain = Pair<>;

/// As many numbers as the digest of a receive log has bits for.
Options few() {
  Options options = prompt();
  options.window = 16;
  options.packets_tracked = 64;
  return options;
}

template <class Side>
Digest state_of(Side& side) {
  Digester out;
  out.add(explore::digest_of(*side, side.now()));
  const ReceivedPackets& packets = side->association_.session_.receiver_.packets_;
  out.add(packets.newest_);
  for (const std::uint64_t word : packets.words_) out.add(word);
  return out.digest();
}

/// Lets z hear spoilt datagrams, each as if it were the first.
template <class P>
class Victim {
 public:
  Victim()
      : pair_{busy<P>(few())},
        untouched_{pair_.z},
        state_{state_of(pair_.z)},
        drops_{datagrams_dropped(pair_.z.stats())} {}

  [[nodiscard]] Datagram golden(const GoldenDatagram& datagram) {
    return datagram.template sealed<typename P::Side::Seal>(pair_.a.tag_to(pair_.z->nonce()), 20);
  }

  /// Whether z refuses the datagram. Then it is counted once, and nothing else has changed.
  bool refuses(const Datagram& datagram) {
    pair_.z.hears(datagram);
    const std::uint64_t dropped = datagrams_dropped(pair_.z.stats()) - drops_;
    if (dropped == 0) {
      // What it takes in may be anything, but does no harm.
      EXPECT_TRUE(pair_.z->invariants_hold());
      pair_.z.says();
      pair_.z = untouched_;
      drops_ = datagrams_dropped(pair_.z.stats());
      return false;
    }
    drops_ += dropped;
    EXPECT_EQ(dropped, 1u);
    EXPECT_EQ(pair_.z.told(), Lines{});
    EXPECT_EQ(state_of(pair_.z), state_);
    return true;
  }

 private:
  P pair_;
  typename P::Side untouched_;
  Digest state_;
  std::uint64_t drops_;
};

void flip(Datagram& datagram, std::size_t bit) { datagram[bit / 8] ^= std::byte{1} << (bit % 8); }

/// Calls `each` with a copy of each shorter length, in memory of its own, so that a sanitizer sees who reads on.
template <class Each>
void for_each_truncated(const Datagram& datagram, Each&& each) {
  for (std::size_t bytes = 0; bytes < datagram.size(); ++bytes) {
    each(Datagram(datagram.begin(), datagram.begin() + static_cast<std::ptrdiff_t>(bytes)));
  }
}

/// Calls `each` with a copy for each of the first `bits` bits, in which that is flipped.
template <class Each>
void for_each_flipped(const Datagram& datagram, std::size_t bits, Each&& each) {
  for (std::size_t bit = 0; bit < bits; ++bit) {
    Datagram flipped = datagram;
    flip(flipped, bit);
    each(flipped);
  }
}

/// Calls `each(spoilt, how)` for all truncations, all bits, and all pairs of bits of the header.
template <class Each>
void for_each_spoilt(const Datagram& datagram, Each&& each) {
  for_each_truncated(datagram, [&](const Datagram& spoilt) { each(spoilt, "truncations"); });
  for_each_flipped(datagram, 8 * datagram.size(), [&](const Datagram& spoilt) { each(spoilt, "bits"); });
  for (std::size_t second = 1; second < 8 * Header::bytes; ++second) {
    Datagram flipped = datagram;
    flip(flipped, second);
    for_each_flipped(flipped, second, [&](const Datagram& spoilt) { each(spoilt, "bit_pairs"); });
  }
}

template <class P>
void sweep(bool refused_always) {
  Victim<P> victim;
  std::size_t taken_whole = 0;
  for (const GoldenDatagram& golden : golden_datagrams()) {
    const Datagram datagram = victim.golden(golden);
    taken_whole += victim.refuses(datagram) ? 0u : 1u;
    std::size_t number = 0;
    for_each_spoilt(datagram, [&](const Datagram& spoilt, const char* how) {
      ++number;
      if (testing::Test::HasFailure()) return;
      const bool refused = victim.refuses(spoilt);
      EXPECT_TRUE(refused || !refused_always);
      if (testing::Test::HasFailure()) ADD_FAILURE() << golden.name << ", " << how << ", spoilt datagram " << number;
      Tally::add(how, 1);
    });
  }
  // So many are as good for this end as for the one that they were made for. Without any the sweep would show little.
  EXPECT_GE(taken_whole, 25u);
}

/// Reads frames to their end, or to the first one that is malformed. All of a frame lies within `body`.
void read(Bytes body, const NumberContext& numbers) {
  FrameReader<WireNumber<>> frames{body, numbers};
  while (const auto frame = frames.next()) {
    const auto* data = std::get_if<DataFrame>(&*frame);
    if (data == nullptr || data->payload.empty()) continue;
    EXPECT_GE(data->payload.data(), body.data());
    EXPECT_LE(data->payload.data() + data->payload.size(), body.data() + body.size());
  }
}

TEST(GoldenSweep, the_decoder_reads_nothing_beyond_a_spoilt_datagram) {
  for (const GoldenDatagram& golden : golden_datagrams()) {
    if (golden.hello) continue;
    SCOPED_TRACE(golden.name);
    const auto reads = [&](const Datagram& body) { read(body, golden.numbers); };
    for_each_truncated(golden.body, reads);
    for_each_flipped(golden.body, 8 * golden.body.size(), reads);
  }
}

TEST(GoldenSweep, a_spoilt_datagram_that_the_decoder_refuses_leaves_no_trace) { sweep<Plain>(false); }

TEST(GoldenSweep, crc32c_lets_no_spoilt_datagram_through) { sweep<Sealed>(true); }

}  // namespace
}  // namespace bowline::test
