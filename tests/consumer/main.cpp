// SPDX-License-Identifier: BSL-1.0
// What each outside project builds: two channels in one process, and a message from one to the other.
#include <bowline/bowline.hpp>
#include <chrono>
#include <cstdio>

int main() {
  auto [near_end, far_end] = bowline::MemoryTransport::pair();
  bowline::TimePoint now;
  bowline::ReliableChannel a{near_end, {}, bowline::ManualClock{now}};
  bowline::ReliableChannel z{far_end, {}, bowline::ManualClock{now}};
  if (!a.send("hello")) return 1;

  bool heard = false;
  for (int turn = 0; turn < 10'000 && !(heard && a.settled()); ++turn, now += std::chrono::milliseconds{1}) {
    for (auto* channel : {&a, &z}) {
      channel->poll();
      while (auto event = channel->next_event()) {
        event->visit([&](const bowline::Received& message) { heard = bowline::text(message.payload) == "hello"; });
      }
    }
  }
  std::puts(heard && a.settled() ? "hello, and acknowledged" : "nothing heard");
  return heard && a.settled() ? 0 : 1;
}
