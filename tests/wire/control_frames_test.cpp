// SPDX-License-Identifier: BSL-1.0
#include "bowline/wire/control_frames.hpp"

#include <gtest/gtest.h>

#include "bowline/wire/wire_number.hpp"
#include "wire/hex.hpp"

namespace {

using bowline::CloseFrame;
using bowline::PaddingFrame;
using bowline::PingFrame;
using bowline::VerdictFrame;
using bowline::WireNumber;
using bowline_test::Page;

TEST(PaddingFrame, is_as_many_bytes_of_0_as_wanted) {
  Page<8> page;
  PaddingFrame::write(page.writer, 0);
  EXPECT_EQ(page.hex(), "");
  PaddingFrame::write(page.writer, 3);
  EXPECT_EQ(page.hex(), "000000");
}

TEST(PingFrame, is_one_byte) {
  Page<8> page;
  PingFrame::write(page.writer);
  EXPECT_EQ(page.hex(), "01");
  EXPECT_EQ(page.writer.used(), PingFrame::wire_bytes);
}

TEST(CloseFrame, is_two_bytes_the_reason_is_0) {
  Page<8> page;
  CloseFrame::write(page.writer);
  EXPECT_EQ(page.hex(), "0400");
  EXPECT_EQ(page.writer.used(), CloseFrame::wire_bytes);
}

TEST(VerdictFrame, is_a_truncated_number_and_what_became_of_it) {
  Page<16> page;
  VerdictFrame{0x7'0102'0304u, true}.write<WireNumber<>>(page.writer);
  EXPECT_EQ(page.writer.used(), VerdictFrame::wire_bytes);
  VerdictFrame{9, false}.write<WireNumber<3>>(page.writer);
  EXPECT_EQ(page.hex(), "03" "04030201" "01" "03" "01000000" "00");  // 9 − 8 = 1
}

TEST(VerdictFrame, of_which_nothing_is_said_is_about_no_number) {
  EXPECT_EQ(VerdictFrame{}.number, 0u);
  EXPECT_FALSE(VerdictFrame{}.delivered);
}

}  // namespace
