// SPDX-License-Identifier: BSL-1.0
// What no congestion control holds back: answers, tombstones and probes, or a full window would wait for itself.
#include <gtest/gtest.h>

#include <array>
#include <chrono>
#include <string>
#include <vector>

#include "bowline/core/session.hpp"
#include "bowline/dedup/window_dedup.hpp"
#include "bowline/resend/adaptive_resend.hpp"
#include "core/support/packets.hpp"

namespace bowline::test {
namespace {

using namespace std::chrono_literals;

/// What a congestion control says. Kept by the test: controls are copied.
struct Told {
  std::size_t window_bytes = std::size_t{1} << 20;
  Pacing pacing;
};

struct ToldControl {
  void on_feedback(const CongestionFeedback&) noexcept {}
  std::size_t window_bytes() const noexcept { return told->window_bytes; }
  Pacing pacing() const noexcept { return told->pacing; }
  const Told* told;
};

struct ToldExtras {
  ToldControl congestion;
  PlainSeal seal;
};

using Tested = Session<WindowDedup<1024>, AdaptiveResend, ToldExtras>;

Options prompt(std::uint32_t datagram_bytes_max) {
  Options options;
  options.ack_delay_max = 0ms;
  options.datagram_bytes_max = datagram_bytes_max;
  return options;
}

/// a has sent messages 1 and 2 when its window is full, or its pacer closed, or both; a third one waits.
struct Held {
  enum class By { window, pacer, both };

  explicit Held(By held_by, std::uint32_t datagram_bytes_max = 1200)
      : options{prompt(datagram_bytes_max)},
        a{options, {}, {}, {{&of_a}, {}}, 3},
        z{options, {}, {}, {{&of_z}, {}}, 4} {
    a.start(now, 1, 2, Limits::of(options), 5);
    z.start(now, 2, 1, Limits::of(options), 6);
    if (datagram_bytes_max > 1200) {
      send(a);
      says(a);
      now += 50ms;
      says(z);
    }
    first = send(a), send(a);
    says(a, /*arrives=*/false, 2);
    // Two datagrams of 923 are on the way, and a third of up to 1,200 may not: 2 · 923 + 1,200 > 2,400.
    if (held_by != By::pacer) of_a.window_bytes = 2 * 1200;
    // The second that an idle sender is granted is worth 1,000 bytes of the 12,000 that leave at once.
    if (held_by != By::window) of_a.pacing = {.bytes_per_second = 1000, .burst_bytes = 12'000};
    send(a);
  }

  MessageId send(Tested& from) { return from.outbox().send(now, bytes_of(std::string(900, 'x')), {}, stats).id; }

  /// What `from` wants to say now, each datagram by its frames without their payloads.
  Lines says(Tested& from, bool arrives = true, std::size_t datagrams_max = 100) {
    Lines lines;
    std::vector<std::byte> room(options.datagram_bytes_max);
    while (lines.size() < datagrams_max) {
      const std::size_t count = from.write(now, /*good_bye=*/false, /*talking=*/true, room, stats);
      if (count == 0) break;
      Datagram datagram{room.begin(), room.begin() + static_cast<std::ptrdiff_t>(count)};
      const std::string line = show(datagram);
      lines.push_back(line.substr(0, line.find_first_of("'")));
      if (arrives) hears(&from == &a ? z : a, datagram);
    }
    return lines;
  }

  void hears(Tested& to, Datagram datagram) {
    Reader reader{datagram};
    const Header header = Header::read(reader);
    EXPECT_EQ(to.hear(now, header, datagram, /*lingering=*/false, stats), Tested::Heard::taken);
    while (to.receiver().next_event(stats)) {
    }
    to.receiver().release_taken();
  }

  Options options;
  Told of_a, of_z;
  Tested a, z;
  MessageId first;
  TimePoint now{1h};
  Stats stats;
};

constexpr std::array ways{Held::By::window, Held::By::pacer, Held::By::both};

TEST(CongestionTrace, holds_data_back) {
  for (const Held::By way : ways) {
    Held held{way};
    EXPECT_EQ(held.says(held.a), Lines{});
    held.of_a = {};
    EXPECT_EQ(held.says(held.a), Lines{"data 3 "});
  }
}

TEST(CongestionTrace, holds_no_acknowledgement_back) {
  for (const Held::By way : ways) {
    Held held{way};
    held.send(held.z);
    held.says(held.z);
    EXPECT_EQ(held.says(held.a), Lines{"ack 1"});
  }
}

TEST(CongestionTrace, holds_no_verdict_back) {
  for (const Held::By way : ways) {
    Held held{way};
    const MessageId recalled = held.send(held.z);
    held.says(held.z);
    ASSERT_TRUE(held.z.outbox().cancel(recalled, held.stats));
    ASSERT_EQ(held.says(held.z), Lines{"tombstone 1"});
    EXPECT_EQ(held.says(held.a), Lines{"verdict 1 delivered, ack 1-2"});
  }
}

TEST(CongestionTrace, holds_no_tombstone_back) {
  for (const Held::By way : ways) {
    Held held{way};
    ASSERT_TRUE(held.a.outbox().cancel(held.first, held.stats));
    EXPECT_EQ(held.says(held.a), Lines{"tombstone 1"});
  }
}

TEST(CongestionTrace, holds_no_probe_back) {
  for (const Held::By way : ways) {
    Held held{way};
    ASSERT_EQ(held.says(held.a), Lines{});
    held.now = held.a.deadline();
    static_cast<void>(held.a.on_timer(held.now, held.stats));
    EXPECT_EQ(held.stats.timeouts, 1u);
    EXPECT_EQ(held.says(held.a, /*arrives=*/false), Lines{"data 1 "}) << "the oldest once more, and not the third";
  }
}

TEST(CongestionTrace, holds_no_probe_of_the_paths_size_back) {
  for (const Held::By way : ways) {
    Held held{way, 1472};
    const Lines said = held.says(held.a);
    ASSERT_EQ(said.size(), 1u);
    EXPECT_EQ(said.front().substr(0, 13), "ping, padding");
    EXPECT_EQ(held.stats.path_probes_sent, 1u);
  }
}

}  // namespace
}  // namespace bowline::test
