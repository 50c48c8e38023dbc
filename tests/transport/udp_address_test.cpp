// SPDX-License-Identifier: BSL-1.0
#include "bowline/transport/udp_address.hpp"

#include <gtest/gtest.h>

#include <optional>
#include <string>
#include <string_view>

namespace bowline {
namespace {

/// The halves joined by a bar, or "refused".
std::string split(std::string_view text) {
  const std::optional<HostAndPort> halves = split_host_and_port(text);
  return halves ? halves->host + "|" + halves->port : "refused";
}

UdpAddress address(std::string_view text, int family = AF_UNSPEC) {
  const auto halves = split_host_and_port(text);
  EXPECT_TRUE(halves.has_value()) << text;
  if (!halves) return {};
  auto found = UdpAddress::resolve(*halves, family);
  EXPECT_TRUE(found) << text << ": " << found.why();
  return found ? found.value() : UdpAddress{};
}

TEST(UdpAddress, every_spelling_is_taken_apart) {
  EXPECT_EQ(split("192.0.2.7:9001"), "192.0.2.7|9001");
  EXPECT_EQ(split("[2001:db8::1]:9001"), "2001:db8::1|9001");
  EXPECT_EQ(split("[fe80::1%eth0]:9001"), "fe80::1%eth0|9001");
  EXPECT_EQ(split("host.example:9001"), "host.example|9001");
  EXPECT_EQ(split(":9000"), "|9000");
  EXPECT_EQ(split("host:0"), "host|0");
  EXPECT_EQ(split("host:65535"), "host|65535");
}

TEST(UdpAddress, anything_else_is_refused) {
  for (const char* const text : {"",
                                 ":",
                                 "host",
                                 "9000",
                                 "host:",
                                 "host:65536",
                                 "host:123456",
                                 "host:-1",
                                 "host:+1",
                                 "host: 1",
                                 "host:1 ",
                                 "host:http",
                                 "host:0x10",
                                 "2001:db8::1:9001",
                                 "::1",
                                 "[2001:db8::1]",
                                 "[2001:db8::1]9001",
                                 "[]:1",
                                 "[:1",
                                 "]:1",
                                 "[a]b:1",
                                 "a[b]:1",
                                 "[[a]]:1",
                                 "[a:1"}) {
    EXPECT_EQ(split(text), "refused") << '"' << text << '"';
  }
}

TEST(UdpAddress, numbers_are_written_as_they_were_read) {
  for (const char* const text :
       {"192.0.2.7:9001", "[2001:db8::1]:9001", "[::1]:1", "0.0.0.0:0", "[::]:65535"}) {
    EXPECT_EQ(address(text).text(), text);
  }
  EXPECT_EQ(address("192.0.2.7:9001").family(), AF_INET);
  EXPECT_EQ(address("[2001:db8::1]:9001").family(), AF_INET6);
}

TEST(UdpAddress, no_host_is_every_address) {
  EXPECT_EQ(address(":9000", AF_INET).text(), "0.0.0.0:9000");
  EXPECT_EQ(address(":9000", AF_INET6).text(), "[::]:9000");
}

TEST(UdpAddress, an_ipv4_address_on_an_ipv6_socket_is_mapped_and_still_written_as_ipv4) {
  const UdpAddress mapped = address("192.0.2.7:9001", AF_INET6);
  EXPECT_EQ(mapped.family(), AF_INET6);
  EXPECT_EQ(mapped.text(), "192.0.2.7:9001");
  EXPECT_NE(mapped, address("192.0.2.7:9001", AF_INET)) << "they go to different sockets";
}

TEST(UdpAddress, equality_is_host_and_port) {
  EXPECT_EQ(address("192.0.2.7:1"), address("192.0.2.7:1"));
  EXPECT_NE(address("192.0.2.7:1"), address("192.0.2.7:2"));
  EXPECT_NE(address("192.0.2.7:1"), address("192.0.2.8:1"));
  EXPECT_EQ(address("[2001:db8::1]:1"), address("[2001:db8:0::1]:1"));
  EXPECT_NE(address("[2001:db8::1]:1"), address("[2001:db8::2]:1"));
  EXPECT_NE(address("[2001:db8::1]:1"), address("[2001:db8::1]:2"));
  EXPECT_EQ(UdpAddress{}, UdpAddress{});
  EXPECT_NE(UdpAddress{}, address("0.0.0.0:0"));
}

TEST(UdpAddress, the_scope_of_a_link_local_address_counts) {
  EXPECT_NE(address("[fe80::1%1]:1"), address("[fe80::1%2]:1"));
  EXPECT_EQ(address("[fe80::1%1]:1"), address("[fe80::1%1]:1"));
}

TEST(UdpAddress, only_a_host_with_a_port_names_a_peer) {
  EXPECT_TRUE(address("192.0.2.7:1").names_a_peer());
  EXPECT_TRUE(address("[::1]:1").names_a_peer());
  EXPECT_TRUE(address("192.0.2.7:1", AF_INET6).names_a_peer());
  EXPECT_FALSE(address("192.0.2.7:0").names_a_peer());
  EXPECT_FALSE(address("0.0.0.0:1").names_a_peer());
  EXPECT_FALSE(address("[::1]:0").names_a_peer());
  EXPECT_FALSE(address("[::]:1").names_a_peer());
  EXPECT_FALSE(address("0.0.0.0:1", AF_INET6).names_a_peer());
  EXPECT_FALSE(UdpAddress{}.names_a_peer());
}

TEST(UdpAddress, a_default_one_is_nobody) {
  EXPECT_FALSE(UdpAddress{});
  EXPECT_EQ(UdpAddress{}.text(), "");
  EXPECT_EQ(UdpAddress{}.family(), AF_UNSPEC);
}

TEST(UdpAddress, other_families_and_cut_addresses_are_nobody) {
  sockaddr_storage raw{};
  const auto* const view = reinterpret_cast<const sockaddr*>(&raw);
  raw.ss_family = AF_UNIX;
  EXPECT_FALSE((UdpAddress{view, sizeof raw}));
  raw.ss_family = AF_INET6;
  EXPECT_FALSE((UdpAddress{view, sizeof(sockaddr_in6) - 1}));
  EXPECT_TRUE((UdpAddress{view, sizeof(sockaddr_in6)}));
  raw.ss_family = AF_INET;
  EXPECT_FALSE((UdpAddress{view, sizeof(sockaddr_in) - 1}));
  EXPECT_FALSE((UdpAddress{view, 0}));
  EXPECT_FALSE((UdpAddress{nullptr, 0}));
}

TEST(UdpAddress, what_cannot_be_found_says_why) {
  const auto found = UdpAddress::resolve({"192.0.2.7", "1"}, AF_INET);
  EXPECT_TRUE(found);
  const auto other_family = UdpAddress::resolve({"2001:db8::1", "1"}, AF_INET);
  EXPECT_FALSE(other_family);
  EXPECT_FALSE(other_family.why().empty());
  const auto neither = UdpAddress::resolve({"192.0.2.7", "http"}, AF_INET6);
  EXPECT_FALSE(neither) << "ports are numbers, in either family";
  EXPECT_FALSE(neither.why().empty());
}

}  // namespace
}  // namespace bowline
