// SPDX-License-Identifier: BSL-1.0
// Two channels of bowline in memory. `rules=` chooses what they follow.
#include <algorithm>
#include <optional>

#include "bowline/clock/concept.hpp"
#include "bowline/congestion/fixed_window.hpp"
#include "bowline/reliable_channel.hpp"
#include "bowline/seal/plain_seal.hpp"
#include "compare/memory/run.hpp"

namespace {

/// Virtual time in the channel's unit.
class TickClock {
 public:
  explicit TickClock(const bench::Tick& now) noexcept : now_{&now} {}
  [[nodiscard]] bowline::TimePoint now() const noexcept {
    return bowline::TimePoint{std::chrono::milliseconds{*now_}};
  }

 private:
  const bench::Tick* now_;
};
static_assert(bowline::MonotonicClock<TickClock>);

/// One end of both paths, which copies, as a plain socket does.
class CopyingEnd {
 public:
  CopyingEnd(const bench::Tick& now, bench::Path& out, bench::Path& in) noexcept : now_{&now}, out_{&out}, in_{&in} {}

  bowline::SendOutcome send(bowline::Bytes datagram) {
    std::copy(datagram.begin(), datagram.end(), out_->place().begin());
    out_->leave(*now_, datagram.size());
    return bowline::SendOutcome::sent;
  }

  std::optional<std::size_t> receive(bowline::Buffer buffer) {
    const bowline::Buffer datagram = in_->arrive(*now_);
    if (datagram.empty()) return std::nullopt;
    std::copy(datagram.begin(), datagram.end(), buffer.begin());
    return datagram.size();
  }

  [[nodiscard]] bool waiting() const noexcept { return in_->waiting(*now_); }

 protected:
  const bench::Tick* now_;
  bench::Path* out_;
  bench::Path* in_;
};
static_assert(bowline::DatagramTransport<CopyingEnd> && !bowline::BatchingTransport<CopyingEnd>);

/// One whose places are written and read where they are, as a batch of `UdpTransport` is.
class PathEnd : public CopyingEnd {
 public:
  using CopyingEnd::CopyingEnd;

  bowline::Buffer batch_room(std::size_t bytes_max) { return out_->place().first(bytes_max); }
  [[nodiscard]] std::size_t bytes_wanted() const noexcept { return 0; }
  void commit(std::size_t bytes) { out_->leave(*now_, bytes); }
  bowline::SendOutcome flush() noexcept { return bowline::SendOutcome::sent; }

  std::optional<bowline::Buffer> receive_in_place(std::size_t bytes_max) {
    const bowline::Buffer datagram = in_->arrive(*now_);
    if (datagram.empty() || datagram.size() > bytes_max) return std::nullopt;
    return datagram;
  }
};
static_assert(bowline::DatagramTransport<PathEnd> && bowline::BatchingTransport<PathEnd>);

template <class End, class Dedup, class Extras>
class Channels {
 public:
  Channels(bench::Paths& paths, const bowline::Options& options, const Extras& extras)
      : paths_{paths},
        a_{End{paths.now, paths.forth, paths.back}, options, TickClock{paths.now}, {}, {}, extras},
        z_{End{paths.now, paths.back, paths.forth}, options, TickClock{paths.now}, {}, {}, extras} {}

  void connect() {
    a_.connect();
    for (int tick = 0; tick < 10'000; ++tick, ++paths_.now) {
      deliver([](bowline::Bytes) {});
      answer();
      if (a_.state() == bowline::ConnectionState::connected && z_.connection().confirmed()) return;
    }
    bench::broken("the channels did not connect");
  }

  bool send(bowline::Bytes message) {
    const bowline::SendResult result = a_.send(message, {.after = last_});
    if (result) last_ = result.id;
    return static_cast<bool>(result);
  }

  template <class Take>
  void deliver(Take&& take) {
    a_.poll();
    drain(z_, paths_.forth, take);
  }

  void answer() {
    z_.poll();
    drain(a_, paths_.back, [](bowline::Bytes) {});
  }

 private:
  using Channel = bowline::ReliableChannel<End, TickClock, Dedup, bowline::AdaptiveResend, Extras>;

  template <class Take>
  void drain(Channel& channel, const bench::Path& path, Take&& take) {
    for (;;) {
      while (const auto event = channel.next_event()) {
        event->visit([&](const bowline::Received& message) { take(message.payload); });
      }
      // A channel takes in so many datagrams between two polls and no more.
      if (!path.waiting(paths_.now)) return;
      channel.poll();
    }
  }

  bench::Paths& paths_;
  Channel a_;
  Channel z_;
  bowline::MessageId last_;
};

struct FixedRules : bowline::DefaultExtras {
  bowline::FixedWindow congestion;
};

struct PlainRules : bowline::DefaultExtras {
  bowline::PlainSeal seal;
};

/// A window that is wide enough for any number of messages asked for here.
struct WideRules : bowline::DefaultExtras {
  bowline::FixedWindow congestion{std::size_t{4} << 20};
};

template <class Extras, class Dedup = bowline::FixedQueueDedup<>, class End = PathEnd>
void compare(const bench::Settings& settings, const bowline::Options& options = {}) {
  bench::Paths paths = bench::paths_of(settings);
  Channels<End, Dedup, Extras> channels{paths, options, Extras{}};
  bench::run(settings, paths, channels);
}

}  // namespace

int main(int count, char** values) {
  const bench::Settings settings{count, values};
  const std::string_view rules = settings.text("rules", "default");
  if (rules == "default") {
    compare<bowline::DefaultExtras>(settings);
  } else if (rules == "fixed") {
    compare<FixedRules>(settings);
  } else if (rules == "copying") {
    compare<bowline::DefaultExtras, bowline::FixedQueueDedup<>, CopyingEnd>(settings);
  } else if (rules == "plain") {
    compare<PlainRules>(settings);
  } else if (rules == "wide") {
    compare<WideRules, bowline::FixedQueueDedup<16383>>(settings, {.window = 8192});
  } else {
    bench::broken("there are no such rules");
  }
}
