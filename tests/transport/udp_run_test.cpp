// SPDX-License-Identifier: BSL-1.0
#include "bowline/transport/udp_run.hpp"

#include <gtest/gtest.h>

namespace bowline {
namespace {

void add(UdpRun& run, int datagrams, std::size_t bytes) {
  for (int i = 0; i < datagrams; ++i) run.add(bytes);
}

TEST(UdpRun, continues_at_the_length_of_its_equal_datagrams_and_ends_with_a_shorter_one) {
  UdpRun run;
  EXPECT_EQ(run.bytes_wanted(), 0u);
  add(run, 1, 3);
  EXPECT_EQ(run.bytes_wanted(), 3u);
  add(run, 1, 3);
  EXPECT_EQ(run.bytes_wanted(), 3u);
  add(run, 1, 5);  // begins a run of its own
  EXPECT_EQ(run.bytes_wanted(), 5u);
  add(run, 1, 1);  // ends it
  EXPECT_EQ(run.bytes_wanted(), 0u);
  add(run, 1, 2);
  EXPECT_EQ(run.bytes_wanted(), 2u);
}

TEST(UdpRun, bulk_goes_on_after_a_shorter_datagram_and_in_the_next_batch) {
  UdpRun run;
  add(run, 8, 1000);
  add(run, 1, 400);
  EXPECT_EQ(run.bytes_wanted(), 1000u);
  run.end();
  EXPECT_EQ(run.bytes_wanted(), 1000u);
}

TEST(UdpRun, what_is_no_bulk_says_nothing_of_the_next_batch) {
  UdpRun run;
  add(run, 7, 1000);
  run.end();
  EXPECT_EQ(run.bytes_wanted(), 0u);
}

TEST(UdpRun, a_batch_that_is_small_only_because_little_may_leave_keeps_the_length) {
  UdpRun run;
  add(run, 8, 1000);
  run.end();
  for (int batch = 0; batch < 10; ++batch) {
    add(run, 2, 1000);
    add(run, 1, 300);
    run.end();
    EXPECT_EQ(run.bytes_wanted(), 1000u);
  }
}

TEST(UdpRun, datagrams_that_leave_alone_end_bulk) {
  UdpRun run;
  add(run, 8, 1000);
  run.end();
  add(run, 1, 1000);
  run.end();
  EXPECT_EQ(run.bytes_wanted(), 0u);
}

TEST(UdpRun, longer_bulk_takes_the_place_of_shorter_bulk) {
  UdpRun run;
  add(run, 8, 1000);
  add(run, 9, 1100);
  add(run, 1, 1);
  EXPECT_EQ(run.bytes_wanted(), 1100u);
  run.end();
  add(run, 2, 1000);  // no longer what bulk is
  run.end();
  EXPECT_EQ(run.bytes_wanted(), 0u);
}

}  // namespace
}  // namespace bowline
