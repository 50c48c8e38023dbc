// SPDX-License-Identifier: BSL-1.0
// Chat and media beside a file transfer, over 50 ms and 20 Mbit/s with the faults of the demo.
#include <gtest/gtest.h>

#include <algorithm>
#include <map>
#include <vector>

#include "bowline/ordered_stream.hpp"
#include "bowline/reliable_channel.hpp"
#include "bowline/sim/world.hpp"
#include "scenario/support/seeds.hpp"

namespace bowline::test {
namespace {

using namespace std::chrono_literals;

constexpr Duration round_trip = 50ms;
constexpr sim::LinkOptions demo_link{.delay = round_trip / 2,
                                     .loss = sim::Share::per_million(100'000),
                                     .duplicate = sim::Share::per_million(20'000),
                                     .reorder = sim::Share::per_million(50'000),
                                     .corrupt = sim::Share::per_million(10'000),
                                     .rate_bits_per_second = 20'000'000};

constexpr std::size_t chunk_bytes = 1100, chat_bytes = 60, frame_bytes = 700;

/// The faults of a link as the frames of the media stream meet them: told one datagram after the other by the tap,
/// which is called before anything befalls a datagram.
class FrameWatch {
 public:
  explicit FrameWatch(const sim::Link& link) : link_{link} {}

  void on_datagram(Bytes datagram) {
    settle();
    const auto filling = std::count(datagram.begin(), datagram.end(), std::byte{'m'});
    frames_ = static_cast<std::uint64_t>(filling) / frame_bytes;
  }

  /// Frames in datagrams of which no copy arrived whole.
  [[nodiscard]] std::uint64_t lost() {
    settle();
    frames_ = 0;
    return lost_;
  }

 private:
  void settle() {
    const sim::LinkCounters& now = link_.counters();
    const std::uint64_t dropped = now.dropped_lost + now.dropped_queue_full;
    const bool all_spoilt = now.corrupted - corrupted_ == 1 + now.copies - copies_;
    if (dropped != dropped_ || all_spoilt) lost_ += frames_;
    dropped_ = dropped;
    corrupted_ = now.corrupted;
    copies_ = now.copies;
  }

  const sim::Link& link_;
  std::uint64_t dropped_ = 0, corrupted_ = 0, copies_ = 0, lost_ = 0;
  std::uint64_t frames_ = 0;  // In the last datagram; a larger one may carry two.
};

struct Outcome {
  std::vector<Duration> chat_delays;
  std::uint64_t chat_sent = 0;
  std::uint64_t frames_sent = 0, frames_received = 0, frames_late = 0, frames_lost_by_link = 0;
  std::uint64_t bulk_bytes = 0;

  [[nodiscard]] Duration chat_delay(unsigned percent) {
    std::sort(chat_delays.begin(), chat_delays.end());
    return chat_delays.at((chat_delays.size() * percent + 99) / 100 - 1);
  }
};

/// One minute of bulk without end on an ordered stream, a chat line each 100 ms, a media frame each 20 ms.
Outcome run_one_minute(std::uint64_t seed) {
  Outcome result;
  sim::World world{seed};
  auto link = world.link(demo_link);
  ReliableChannel a{link.a, {}, world.clock()}, z{link.z, {}, world.clock()};
  OrderedStream bulk{a, {}, std::size_t{1} << 20};
  std::vector<std::byte> chunk(chunk_bytes, std::byte{'b'}), line(chat_bytes, std::byte{'c'});
  const std::vector<std::byte> frame(frame_bytes, std::byte{'m'});
  std::vector<TimePoint> chat_sent_at;
  FrameWatch watch{link.a_to_z};
  link.a_to_z.tap([&](TimePoint, Bytes datagram) { watch.on_datagram(datagram); });

  world.drive(a);
  world.drive(z, [&](const Received& m) {
    switch (static_cast<char>(m.payload[0])) {
      case 'b': result.bulk_bytes += m.payload.size(); break;
      case 'm': ++result.frames_received; break;
      default: {
        const auto number =
            std::to_integer<std::size_t>(m.payload[1]) * 256 + std::to_integer<std::size_t>(m.payload[2]);
        result.chat_delays.push_back(world.now() - chat_sent_at.at(number));
      }
    }
  });
  bool live = true;
  world.every(1ms, [&] {
    while (bulk.send(chunk)) {}
  });
  world.every(100ms, [&] {
    if (!live) return;
    line[1] = static_cast<std::byte>(chat_sent_at.size() / 256);
    line[2] = static_cast<std::byte>(chat_sent_at.size() % 256);
    chat_sent_at.push_back(world.now());
    EXPECT_TRUE(a.send(line, {.priority = Priority::high}));
  });
  world.every(20ms, [&] {
    if (!live) return;
    ++result.frames_sent;
    EXPECT_TRUE(a.send(frame, {.priority = Priority::high, .reliable = false, .newest_only = true}));
  });
  world.run_for(60s);
  live = false;
  world.run_for(2s);
  result.chat_sent = chat_sent_at.size();
  result.frames_late = z.stats().late_dropped;
  result.frames_lost_by_link = watch.lost();
  return result;
}

/// Each seed's minute is run once for all tests.
Outcome one_minute(std::uint64_t seed) {
  static std::map<std::uint64_t, Outcome> minutes;
  const auto found = minutes.find(seed);
  return found != minutes.end() ? found->second : minutes.emplace(seed, run_one_minute(seed)).first->second;
}

// A line that is lost twice takes half a round trip, and two more each with its share of the queue to learn of the
// losses: 25 + 2 · 55 ms and the time until later datagrams are acknowledged. A hundredth of the lines (0.11²) fare so.
TEST(LiveTraffic, chat_beside_bulk_has_a_p99_below_four_and_a_half_round_trips) {
  for_each_seed(3, [](std::uint64_t seed) {
    Outcome result = one_minute(seed);
    EXPECT_EQ(result.chat_sent, 600u);  // 60 s / 100 ms
    ASSERT_EQ(result.chat_delays.size(), 600u);
    EXPECT_LT(result.chat_delay(50), round_trip);
    EXPECT_LT(result.chat_delay(99), round_trip * 9 / 2);
  });
}

TEST(LiveTraffic, media_beside_bulk_loses_only_the_frames_that_the_link_loses) {
  for_each_seed(3, [](std::uint64_t seed) {
    const Outcome result = one_minute(seed);
    EXPECT_EQ(result.frames_sent, 3000u);  // 60 s / 20 ms
    EXPECT_EQ(result.frames_sent - result.frames_received - result.frames_late, result.frames_lost_by_link);
    EXPECT_LT(result.frames_late, 150u);  // those delayed by 20 ms, and the next one not lost: 5 %
  });
}

TEST(LiveTraffic, bulk_beside_chat_and_media_takes_most_of_what_the_losses_leave) {
  for_each_seed(3, [](std::uint64_t seed) {
    // 20 Mbit/s, of which 0.891 arrive and 0.944 are payload, less media of 0.3 Mbit/s and spurious resends.
    EXPECT_GT(one_minute(seed).bulk_bytes * 8 / 62, 14'000'000u);
  });
}

}  // namespace
}  // namespace bowline::test
