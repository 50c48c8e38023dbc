// SPDX-License-Identifier: BSL-1.0
// The contract of seal/concept.hpp as tests for any model: clause N of the comment there is clause_N_… here.
// Instantiate it with your own seal: INSTANTIATE_TYPED_TEST_SUITE_P(Mine, SealContract, MySeal).
#pragma once

#include <gtest/gtest.h>

#include <algorithm>
#include <cstddef>
#include <vector>

#include "bowline/base/random.hpp"
#include "bowline/seal/concept.hpp"

namespace bowline::contract {

/// Specialise it as false for a seal that gives up clause 2 on purpose.
template <class Seal>
inline constexpr bool notices_changes = true;

template <class Seal>
class SealContract : public testing::Test {
 protected:
  static_assert(DatagramSeal<Seal>);

  static constexpr std::size_t header_bytes = 13;
  static constexpr std::size_t least_bytes = header_bytes + Seal::overhead_bytes;
  static constexpr PacketNumber number = 0x123456789;

  /// Header and frames of noise, and room for the seal. Exactly as large as it says, so that a sanitizer
  /// notices a read beyond it.
  static std::vector<std::byte> unsealed(std::size_t frame_bytes) {
    Random random{frame_bytes};
    std::vector<std::byte> datagram(least_bytes + frame_bytes);
    for (std::byte& byte : datagram) byte = static_cast<std::byte>(random.next() & 0xff);
    return datagram;
  }

  std::vector<std::byte> sealed(std::size_t frame_bytes) {
    std::vector<std::byte> datagram = unsealed(frame_bytes);
    seal.close(number, datagram, header_bytes);
    return datagram;
  }

  void expect_refused(PacketNumber as, std::vector<std::byte> datagram, std::size_t where) {
    const std::vector<std::byte> before = datagram;
    ASSERT_FALSE(seal.open(as, datagram, header_bytes)) << where;
    ASSERT_EQ(datagram, before) << where;
  }

  Seal seal{};
};

TYPED_TEST_SUITE_P(SealContract);

TYPED_TEST_P(SealContract, clause_1_what_was_closed_opens_unchanged) {
  for (std::size_t frame_bytes = 0; frame_bytes <= 1500; frame_bytes += frame_bytes < 100 ? 1 : 97) {
    const std::vector<std::byte> before = this->unsealed(frame_bytes);
    std::vector<std::byte> datagram = this->sealed(frame_bytes);
    const auto same = [&](std::size_t bytes) {
      return std::equal(before.begin(), before.begin() + static_cast<std::ptrdiff_t>(bytes),
                        datagram.begin());
    };
    ASSERT_TRUE(same(this->header_bytes)) << "the header stays readable";
    ASSERT_TRUE(this->seal.open(this->number, datagram, this->header_bytes)) << frame_bytes;
    ASSERT_TRUE(same(this->header_bytes + frame_bytes)) << frame_bytes;
  }
}

TYPED_TEST_P(SealContract, clause_1_a_copy_of_the_seal_opens_it_too) {
  std::vector<std::byte> datagram = this->sealed(50);
  TypeParam copy = this->seal;
  EXPECT_TRUE(copy.open(this->number, datagram, this->header_bytes));
}

TYPED_TEST_P(SealContract, clause_2_no_flipped_bit_goes_unnoticed) {
  if constexpr (!notices_changes<TypeParam>) {
    GTEST_SKIP() << "given up on purpose";
  } else {
    const std::vector<std::byte> datagram = this->sealed(200);
    for (std::size_t bit = 0; bit < 8 * datagram.size(); ++bit) {
      std::vector<std::byte> changed = datagram;
      changed[bit / 8] ^= std::byte{1} << (bit % 8);
      this->expect_refused(this->number, changed, bit);
    }
  }
}

TYPED_TEST_P(SealContract, clause_2_no_other_number_opens_it) {
  if constexpr (!notices_changes<TypeParam>) {
    GTEST_SKIP() << "given up on purpose";
  } else {
    const std::vector<std::byte> datagram = this->sealed(200);
    for (std::size_t bit = 0; bit < 64; ++bit) {
      this->expect_refused(this->number ^ PacketNumber{1} << bit, datagram, bit);
    }
  }
}

TYPED_TEST_P(SealContract, clause_2_no_other_length_opens) {
  if constexpr (!notices_changes<TypeParam>) {
    GTEST_SKIP() << "given up on purpose";
  } else {
    std::vector<std::byte> datagram = this->sealed(200);
    for (int more = 0; more < 8; ++more) {
      datagram.push_back(std::byte{0});
      this->expect_refused(this->number, datagram, datagram.size());
    }
    datagram = this->sealed(200);
    while (!datagram.empty()) {
      datagram.pop_back();
      this->expect_refused(this->number, datagram, datagram.size());
    }
  }
}

TYPED_TEST_P(SealContract, clause_3_too_short_for_header_and_seal_does_not_open) {
  for (std::size_t bytes = 0; bytes < this->least_bytes; ++bytes) {
    std::vector<std::byte> datagram(bytes);
    ASSERT_FALSE(this->seal.open(this->number, datagram, this->header_bytes)) << bytes;
  }
}

TYPED_TEST_P(SealContract, clause_4_noise_of_any_length_is_answered) {
  Random random{4};
  for (std::size_t bytes = 0; bytes < 300; ++bytes) {
    std::vector<std::byte> noise(bytes);
    for (std::byte& byte : noise) byte = static_cast<std::byte>(random.next() & 0xff);
    const bool opened = this->seal.open(random.next(), noise, this->header_bytes);
    ASSERT_FALSE(opened && notices_changes<TypeParam>) << bytes;
  }
}

REGISTER_TYPED_TEST_SUITE_P(SealContract, clause_1_what_was_closed_opens_unchanged,
                            clause_1_a_copy_of_the_seal_opens_it_too, clause_2_no_flipped_bit_goes_unnoticed,
                            clause_2_no_other_number_opens_it, clause_2_no_other_length_opens,
                            clause_3_too_short_for_header_and_seal_does_not_open,
                            clause_4_noise_of_any_length_is_answered);

/// The least that a seal can be. It proves that the concept and whatever is built on it ask for no more.
struct SealArchetype {
  static constexpr int overhead_bytes = 0;
  void close(PacketNumber, Buffer, std::size_t) {}
  bool open(PacketNumber, Buffer datagram, std::size_t header_bytes) {
    return datagram.size() >= header_bytes;
  }
};

}  // namespace bowline::contract
