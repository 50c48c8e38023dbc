// SPDX-License-Identifier: BSL-1.0
#include "bowline/bowline.hpp"

#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <set>
#include <string>

namespace {

TEST(Umbrella, one_include_is_enough_to_send_a_message) {
  auto [left, right] = bowline::MemoryTransport::pair();
  bowline::TimePoint now{};
  bowline::ReliableChannel a{left, {}, bowline::ManualClock{now}}, z{right, {}, bowline::ManualClock{now}};
  ASSERT_TRUE(a.send("hello"));
  std::string received;
  for (int turn = 0; turn < 10; ++turn) {
    a.poll(), z.poll();
    while (a.next_event()) {}
    while (const auto event = z.next_event()) {
      event->visit([&](const bowline::Received& m) { received = bowline::text(m.payload); });
    }
    now += std::chrono::milliseconds{10};
  }
  EXPECT_EQ(received, "hello");
  EXPECT_TRUE(a.settled());
}

TEST(Umbrella, includes_every_header) {
  const std::filesystem::path include = std::filesystem::path{BOWLINE_TESTS_DIR}.parent_path() / "include" / "bowline";
  std::ifstream umbrella{include / "bowline.hpp"};
  const std::string text{std::istreambuf_iterator<char>{umbrella}, {}};
  for (const auto& entry : std::filesystem::recursive_directory_iterator{include}) {
    if (entry.path().extension() != ".hpp" || entry.path().filename() == "bowline.hpp") continue;
    const std::string name = std::filesystem::relative(entry.path(), include).generic_string();
    EXPECT_NE(text.find("#include \"bowline/" + name + "\""), std::string::npos) << name;
  }
}

}  // namespace
