// SPDX-License-Identifier: BSL-1.0
// The wide instructions must be indistinguishable from the tables.
#include "bowline/seal/crc32c_vpclmul.hpp"

#include <gtest/gtest.h>

#include <vector>

#include "bowline/base/random.hpp"
#include "bowline/seal/crc32c_portable.hpp"

#if defined(__x86_64__) && defined(__GNUC__) && !defined(_WIN32)

namespace {

using bowline::Bytes;
using bowline::crc32c_portable;
using bowline::crc32c_vpclmul;

std::vector<std::byte> noise(std::size_t count) {
  bowline::Random random{count};
  std::vector<std::byte> bytes(count);
  for (std::byte& byte : bytes) byte = static_cast<std::byte>(random.next() & 0xff);
  return bytes;
}

TEST(Crc32cVpclmul, equals_the_tables_at_every_length_and_alignment) {
  if (!bowline::crc32c_vpclmul_available()) GTEST_SKIP() << "this processor has no VPCLMULQDQ";
  const std::vector<std::byte> bytes = noise(2016);
  for (std::size_t length = 0; length <= 2000; ++length) {
    for (std::size_t shift = 0; shift < 8; ++shift) {
      const Bytes some = Bytes{bytes}.subspan(shift, length);
      ASSERT_EQ(crc32c_vpclmul(0, some), crc32c_portable(0, some)) << length << " bytes at " << shift;
    }
  }
}

TEST(Crc32cVpclmul, goes_on_from_any_start) {
  if (!bowline::crc32c_vpclmul_available()) GTEST_SKIP() << "this processor has no VPCLMULQDQ";
  const std::vector<std::byte> bytes =
      noise(65'507);  // The longest datagram of UDP: many blocks of every kind.
  for (const std::uint32_t running : {1u, 0x80000000u, 0xffffffffu, 0x12345678u}) {
    EXPECT_EQ(crc32c_vpclmul(running, bytes), crc32c_portable(running, bytes));
  }
}

}  // namespace

#endif
