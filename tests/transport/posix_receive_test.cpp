// SPDX-License-Identifier: BSL-1.0
#include "bowline/transport/posix_receive.hpp"

#include <gtest/gtest.h>

#if !defined(_WIN32) && defined(UDP_GRO)

namespace bowline {
namespace {

struct Entry {
  int level, type, value;
  std::size_t bytes = sizeof(int);
};

/// What is read from these control messages.
std::size_t joined(std::initializer_list<Entry> entries) {
  alignas(cmsghdr) std::array<std::byte, 4 * CMSG_SPACE(sizeof(int))> control{};
  msghdr header{};
  header.msg_control = control.data();
  header.msg_controllen = entries.size() * CMSG_SPACE(sizeof(int));
  cmsghdr* place = CMSG_FIRSTHDR(&header);
  for (const Entry& entry : entries) {
    place->cmsg_level = entry.level;
    place->cmsg_type = entry.type;
    place->cmsg_len = CMSG_LEN(entry.bytes);
    std::memcpy(CMSG_DATA(place), &entry.value, sizeof entry.value);
    place = CMSG_NXTHDR(&header, place);
  }
  return joined_segment_bytes(header);
}

TEST(PosixReceive, the_length_of_joined_datagrams_is_found_among_whatever_else_is_told) {
  const Entry gro{IPPROTO_UDP, UDP_GRO, 1200};
  EXPECT_EQ(joined({}), 0u);
  EXPECT_EQ(joined({gro}), 1200u);
  EXPECT_EQ(joined({{IPPROTO_IP, UDP_GRO, 7}, {IPPROTO_UDP, UDP_GRO + 1, 7}, gro}), 1200u);
}

TEST(PosixReceive, a_length_that_is_cut_off_or_no_length_is_none) {
  EXPECT_EQ(joined({{IPPROTO_UDP, UDP_GRO, 1200, sizeof(int) - 1}}), 0u);
  EXPECT_EQ(joined({{IPPROTO_UDP, UDP_GRO, 0}}), 0u);
  EXPECT_EQ(joined({{IPPROTO_UDP, UDP_GRO, -1}}), 0u);
}

}  // namespace
}  // namespace bowline

#endif
