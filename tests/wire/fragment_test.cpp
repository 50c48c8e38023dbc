// SPDX-License-Identifier: BSL-1.0
#include "bowline/wire/fragment.hpp"

#include <gtest/gtest.h>

namespace {

using bowline::Fragment;

Fragment part(std::uint32_t index, std::uint32_t count, std::uint32_t total) { return {1, index, count, total}; }

TEST(Fragment, parts_are_equally_long_but_the_last) {
  EXPECT_EQ(part(0, 3, 200).size(), 67u);  // ⌈200 / 3⌉
  EXPECT_EQ(part(1, 3, 200).size(), 67u);
  EXPECT_EQ(part(2, 3, 200).size(), 66u);
  EXPECT_EQ(part(2, 3, 200).offset(), 134u);
}

TEST(Fragment, a_plan_is_sound_covers_every_byte_and_wastes_no_part) {
  for (const std::size_t room : {64u, 65u, 100u, 999u, 1154u, 1430u}) {
    for (std::uint32_t total = static_cast<std::uint32_t>(room) + 1; total < 5000; ++total) {
      const Fragment plan = Fragment::plan(total, room);
      ASSERT_TRUE(plan.sound()) << total << " in " << room;
      ASSERT_LE(plan.bytes(), room);
      ASSERT_LE(plan.count, (total + room - 1) / room) << total << " in " << room;
      std::uint32_t covered = 0;
      for (std::uint32_t i = 0; i < plan.count; ++i) {
        ASSERT_EQ(part(i, plan.count, total).offset(), covered);
        covered += part(i, plan.count, total).size();
      }
      ASSERT_EQ(covered, total);
    }
  }
}

TEST(Fragment, parts_that_make_up_no_message_are_not_sound) {
  EXPECT_TRUE(part(0, 2, 128).sound());
  EXPECT_TRUE(part(1, 2, 128).sound());
  EXPECT_FALSE(part(2, 2, 128).sound()) << "beyond the last";
  EXPECT_FALSE(part(0, 1, 128).sound()) << "a whole message";
  EXPECT_FALSE(part(0, 0, 128).sound()) << "none at all";
  EXPECT_TRUE(part(0, 2, 63).sound());
  EXPECT_FALSE(part(0, 2, 62).sound()) << "31 bytes each";
  EXPECT_FALSE(part(0, 2, 0).sound());
  EXPECT_TRUE(part(0, 66, 4226).sound());
  EXPECT_FALSE(part(0, 66, 4225).sound()) << "65 parts of ⌈4,225 / 66⌉ = 65 bytes are 4,225 already";
}

TEST(Fragment, the_largest_claims_do_not_overflow) {
  const Fragment largest = part(0xfffffffe, 0xffffffff, 0xffffffff);
  EXPECT_FALSE(largest.sound()) << "parts of one byte";
  const Fragment wide = part(0, 67'108'863, 0xffffffff);  // 2^26 − 1 parts of 65 bytes
  EXPECT_EQ(wide.bytes(), 65u);                           // ⌈(2^32 − 1) / (2^26 − 1)⌉
  EXPECT_FALSE(wide.sound()) << "66,076,419 parts of 65 bytes would do";
}

}  // namespace
