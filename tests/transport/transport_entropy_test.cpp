// SPDX-License-Identifier: BSL-1.0
#include "bowline/transport/transport_entropy.hpp"

#include <gtest/gtest.h>

#include "bowline/transport/memory_transport.hpp"

namespace bowline {
namespace {

struct Seeded {
  SendOutcome send(Bytes) { return SendOutcome::sent; }
  std::optional<std::size_t> receive(Buffer) { return std::nullopt; }
  Entropy entropy() { return {1, 2}; }
};

TEST(TransportEntropy, a_transport_that_has_entropy_supplies_it) {
  Seeded transport;
  EXPECT_EQ(transport_entropy(transport).high, 1u);
  EXPECT_EQ(transport_entropy(transport).low, 2u);
}

TEST(TransportEntropy, for_any_other_the_system_supplies_it) {
  auto [a, z] = MemoryTransport::pair();
  EXPECT_TRUE(transport_entropy(a));
  EXPECT_NE(transport_entropy(a).low, transport_entropy(z).low);
}

}  // namespace
}  // namespace bowline
