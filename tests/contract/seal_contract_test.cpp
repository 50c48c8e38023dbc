// SPDX-License-Identifier: BSL-1.0
// Every seal of the library against the contract, and what the concept refuses.
#include "seal_contract.hpp"

#include "bowline/seal/crc32c_seal.hpp"
#include "bowline/seal/plain_seal.hpp"

namespace bowline::contract {

template <>
inline constexpr bool notices_changes<PlainSeal> = false;
template <>
inline constexpr bool notices_changes<SealArchetype> = false;

namespace {

using Seals = testing::Types<Crc32cSeal, PlainSeal, SealArchetype>;
INSTANTIATE_TYPED_TEST_SUITE_P(Every, SealContract, Seals, );

struct HidesItsOverhead : SealArchetype {
 private:
  static constexpr int overhead_bytes = 0;
};
struct OpensWithoutAnAnswer : SealArchetype {
  void open(PacketNumber, Buffer, std::size_t);
};
struct NeedsNoNumber : SealArchetype {
  void close(Buffer, std::size_t);
};

static_assert(DatagramSeal<SealArchetype>);
static_assert(!DatagramSeal<int>);
static_assert(!DatagramSeal<HidesItsOverhead>);
static_assert(!DatagramSeal<OpensWithoutAnAnswer>);
static_assert(!DatagramSeal<NeedsNoNumber>);

}  // namespace
}  // namespace bowline::contract
