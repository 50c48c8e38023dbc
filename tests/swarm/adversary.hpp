// SPDX-License-Identifier: BSL-1.0
// Somebody who puts datagrams on the link that no end has sent.
#pragma once

#include <array>
#include <cstdint>
#include <functional>
#include <vector>

#include "bowline/base/random.hpp"
#include "bowline/sim/world.hpp"
#include "swarm/plan.hpp"
#include "swarm/socket.hpp"
#include "swarm/wire_reader.hpp"

namespace bowline::test::swarm {

/// Off the path it sees nothing and guesses: bytes, headers, HELLOs of its own with a right checksum, from its own
/// address or in the name of an end. On the path it keeps what it sees, and sends it again: to where it went, back to
/// where it came from, or from an address of its own. It makes nothing new, since it has no key.
class Adversary {
 public:
  using AddressOf = std::function<Address(bool a)>;

  Adversary(sim::World& world, sim::LinkPair& link, const Plan& plan, AddressOf address_of)
      : world_{world},
        link_{link},
        plan_{plan},
        address_of_{std::move(address_of)},
        random_{plan.run.seed * 0x9e3779b97f4a7c15u + 7} {}

  void begin() {
    const FaultSet& faults = plan_.faults;
    if (faults.has(Fault::replays) || faults.has(Fault::reflections) || faults.has(Fault::forwards)) {
      link_.a_to_z.tap([this](TimePoint, Bytes datagram) { keep(true, datagram); });
      link_.z_to_a.tap([this](TimePoint, Bytes datagram) { keep(false, datagram); });
    } else if (!faults.has(Fault::guesses)) {
      return;
    }
    act();
  }

  void heal() { over_ = true; }

 private:
  static constexpr Address own_address = 666;
  static constexpr std::size_t kept_max = 300;

  struct Kept {
    bool to_z;
    std::vector<std::byte> datagram;
  };

  void keep(bool to_z, Bytes datagram) {
    // A few old ones stay: what was said in a session that is over is the most interesting.
    if (kept_.size() < kept_max) kept_.push_back({to_z, {}});
    Kept& place = kept_[kept_.size() < kept_max ? kept_.size() - 1 : random_.index(kept_max)];
    place.to_z = to_z;
    place.datagram.assign(datagram.begin(), datagram.end());
  }

  void act() {
    const auto wait = static_cast<std::uint64_t>(plan_.chaos.count()) / 40 + 1;
    world_.after(Duration{1 + static_cast<std::int64_t>(random_.below(wait))}, [this] {
      if (over_) return;
      const std::uint64_t count = random_.below(8) == 0 ? 12 : 1;
      for (std::uint64_t i = 0; i < count; ++i) {
        if (plan_.faults.has(Fault::guesses)) guess();
        if (!kept_.empty()) use(kept_[random_.index(kept_.size())]);
      }
      act();
    });
  }

  void use(const Kept& kept) {
    const std::uint64_t way = random_.below(3);
    std::vector<std::byte> datagram = kept.datagram;
    if (way == 0 && plan_.faults.has(Fault::replays)) put(kept.to_z, datagram);
    if (way == 1 && plan_.faults.has(Fault::reflections)) {
      // Back to where it came from, as if from whom it was meant for.
      address(datagram, address_of_(kept.to_z ? false : true), address_of_(kept.to_z));
      put(!kept.to_z, datagram);
    }
    if (way == 2 && plan_.faults.has(Fault::forwards)) {
      address(datagram, own_address, address_of_(!kept.to_z));
      put(kept.to_z, datagram);
    }
  }

  void guess() {
    const bool to_z = random_.below(2) == 0;
    std::vector<std::byte> datagram;
    datagram.reserve(SocketState::prefix_bytes + 1'400);
    datagram.resize(SocketState::prefix_bytes);
    const std::uint64_t kind = random_.below(4);
    if (kind == 0) {
      hello(datagram);
    } else {
      // A packet with a guessed tag, a HELLO without its checksum, or nonsense; often of the length of a real one.
      const std::uint64_t bytes = random_.below(3) == 0 ? 70 : random_.below(1'300);
      if (bytes != 0 && kind != 3) datagram.push_back(kind == 1 ? std::byte{5} : std::byte{4});
      while (datagram.size() < SocketState::prefix_bytes + bytes) datagram.push_back(byte());
    }
    address(datagram, random_.below(2) == 0 ? own_address : address_of_(!to_z), address_of_(to_z ? false : true));
    put(to_z, datagram);
  }

  /// All right but for the challenge that it would have to know.
  void hello(std::vector<std::byte>& datagram) {
    const std::size_t begin = datagram.size();
    const auto number = [&](std::uint64_t value, unsigned bytes) {
      for (unsigned i = 0; i < bytes; ++i) datagram.push_back(static_cast<std::byte>(value >> (8 * i)));
    };
    number(4, 1), number(0, 8), number(0, 4);
    number(random_.next() | 1, 8), number(random_.next() | 1, 8);
    number(random_.below(2) == 0 ? 0 : random_.next(), 8);
    number(random_.below(2), 1);
    for (const std::uint32_t limit : {1024u, 4096u, 1200u, 2u << 20, 25'000u, 16u << 20, 32u << 20}) number(limit, 4);
    const std::array<std::byte, 8> packet_number{};
    number(~crc32c(Bytes{datagram}.subspan(begin), crc32c(packet_number, ~0u)), 4);
  }

  static void address(std::vector<std::byte>& datagram, Address source, Address destination) {
    if (datagram.size() < SocketState::prefix_bytes) return;
    datagram[0] = static_cast<std::byte>(source & 0xff), datagram[1] = static_cast<std::byte>(source >> 8);
    datagram[2] = static_cast<std::byte>(destination & 0xff), datagram[3] = static_cast<std::byte>(destination >> 8);
  }

  void put(bool to_z, const std::vector<std::byte>& datagram) {
    const Duration wait = plan_.delay + Duration{static_cast<std::int64_t>(random_.below(100'000))};
    (to_z ? link_.a_to_z : link_.z_to_a).inject(world_.now() + wait, datagram);
  }

  [[nodiscard]] std::byte byte() { return static_cast<std::byte>(random_.next() & 0xff); }

  sim::World& world_;
  sim::LinkPair& link_;
  const Plan& plan_;
  AddressOf address_of_;
  Random random_;
  std::vector<Kept> kept_;
  bool over_ = false;
};

}  // namespace bowline::test::swarm
