// SPDX-License-Identifier: BSL-1.0
// Every transport of the library keeps the contract of its concept.
#include "transport_contract.hpp"

#include <gtest/gtest.h>

#include <cstdint>
#include <string>
#include <type_traits>
#include <utility>

#include "batching_contract.hpp"
#include "bowline/transport/faulty_transport.hpp"
#include "bowline/transport/memory_transport.hpp"
#include "bowline/transport/udp_transport.hpp"

namespace bowline::test {
namespace {

struct MemoryPath {
  std::pair<MemoryTransport, MemoryTransport> ends = MemoryTransport::pair();
  MemoryTransport& a = ends.first;
  MemoryTransport& z = ends.second;
};

/// What a test may still expect to arrive once, in order and whole: all but loss and change.
constexpr Faults refusals{.would_block_ppm = 300'000, .dropped_ppm = 300'000};

template <std::uint32_t refuse>
struct FaultyMemoryPath {
  std::pair<MemoryTransport, MemoryTransport> ends = MemoryTransport::pair();
  FaultyTransport<MemoryTransport> a{ends.first, refuse ? refusals : Faults{}, 1};
  FaultyTransport<MemoryTransport> z{ends.second, refuse ? refusals : Faults{}, 2};
};

inline UdpTransport opened(const UdpOptions& options) {
  auto transport = UdpTransport::open(options);
  EXPECT_TRUE(transport) << transport.why();
  return std::move(transport).value();
}

/// `z` listens and learns who `a` is from a first datagram.
template <int family, UdpBatching batching = UdpBatching::automatic>
struct UdpPath {
  UdpTransport z = opened({.local = family == 4 ? "127.0.0.1:0" : "[::1]:0", .batching = batching});
  UdpTransport a = opened({.remote = z.local_address(), .batching = batching});

  UdpPath() {
    EXPECT_TRUE(send_until_sent(a, bytes_of("hello")));
    EXPECT_EQ(receive_soon(z), "hello");
    z.lock_peer();
  }
};

struct FaultyUdpPath {
  UdpPath<4> ends;
  FaultyTransport<UdpTransport> a{std::move(ends.a)};
  FaultyTransport<UdpTransport> z{std::move(ends.z)};
};

using UdpPathOfMany = UdpPath<4, UdpBatching::many>;
using UdpPathWithoutBatches = UdpPath<4, UdpBatching::none>;

using Models = testing::Types<MemoryPath, FaultyMemoryPath<0>, FaultyMemoryPath<1>, UdpPath<4>, UdpPath<6>,
                              UdpPathOfMany, UdpPathWithoutBatches, FaultyUdpPath>;
using BatchingModels = testing::Types<UdpPath<4>, UdpPath<6>, UdpPathOfMany, UdpPathWithoutBatches>;

struct ModelNames {
  template <class Path>
  static std::string GetName(int) {
    if constexpr (std::is_same_v<Path, MemoryPath>) return "Memory";
    if constexpr (std::is_same_v<Path, FaultyMemoryPath<0>>) return "FaultyMemoryWithoutFaults";
    if constexpr (std::is_same_v<Path, FaultyMemoryPath<1>>) return "FaultyMemoryThatRefuses";
    if constexpr (std::is_same_v<Path, UdpPath<4>>) return "UdpOverIPv4";
    if constexpr (std::is_same_v<Path, UdpPath<6>>) return "UdpOverIPv6";
    if constexpr (std::is_same_v<Path, UdpPathOfMany>) return "UdpOfMany";
    if constexpr (std::is_same_v<Path, UdpPathWithoutBatches>) return "UdpWithoutBatches";
    if constexpr (std::is_same_v<Path, FaultyUdpPath>) return "FaultyUdp";
  }
};

INSTANTIATE_TYPED_TEST_SUITE_P(Bowline, TransportContract, Models, ModelNames);
INSTANTIATE_TYPED_TEST_SUITE_P(Bowline, BatchingContract, BatchingModels, ModelNames);

}  // namespace
}  // namespace bowline::test
