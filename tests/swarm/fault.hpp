// SPDX-License-Identifier: BSL-1.0
// What can go wrong in a swarm, each with a name, and sets of it.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace bowline::test::swarm {

/// Each is off in about half of the seeds (Groce and others, Swarm Testing, 2012): what is always on hides what only
/// shows without it.
enum class Fault : std::uint8_t {
  loss,                ///< Up to 50 % of the datagrams, each by itself.
  bursts,              ///< Losses in a row.
  repeats,             ///< Copies that come up to two minutes later, ten times what a message is resent for.
  reordering,
  bit_flips,
  truncation,
  extension,           ///< Bytes behind the end.
  spikes,              ///< A path that takes up to 30 s longer for a while.
  rate,                ///< A slow line behind a short queue.
  size_loss,           ///< Datagrams above a size vanish: an MTU black hole.
  partitions,          ///< Nothing passes either way.
  one_way_partitions,  ///< Nothing passes one way.
  address_changes,     ///< One end is seen at another address, as behind a NAT that forgets.
  clock_freezes,
  clock_jumps_ahead,
  clock_jumps_back,
  clock_drift,         ///< A clock that runs at half to double speed.
  restarts,
  deaf_application,    ///< It does not call its channel for a while.
  blocking_transport,
  dropping_transport,
  half_batches,        ///< A batch of which the first datagrams leave and the others would block.
  guesses,             ///< An adversary off the path sends what it can think of.
  replays,             ///< An adversary on the path sends again what it saw.
  reflections,         ///< The same, back to where it came from.
  forwards,            ///< The same, from an address of its own.
  closes,              ///< An end closes in mid-stream, and starts again later.
};

inline constexpr std::size_t fault_count = 27;

inline constexpr std::array<std::string_view, fault_count> fault_names{
    "loss",          "bursts",           "repeats",           "reordering",         "bit_flips",
    "truncation",    "extension",        "spikes",            "rate",               "size_loss",
    "partitions",    "one_way_partitions", "address_changes", "clock_freezes",      "clock_jumps_ahead",
    "clock_jumps_back", "clock_drift",   "restarts",          "deaf_application",   "blocking_transport",
    "dropping_transport", "half_batches", "guesses",          "replays",            "reflections",
    "forwards",      "closes"};

static_assert(static_cast<std::size_t>(Fault::closes) + 1 == fault_count);

/// A set of faults.
class FaultSet {
 public:
  constexpr FaultSet() noexcept = default;

  [[nodiscard]] static constexpr FaultSet all() noexcept { return FaultSet{(1u << fault_count) - 1}; }
  /// The faults whose bit is set, by their place in `Fault`.
  [[nodiscard]] static constexpr FaultSet of_bits(std::uint64_t bits) noexcept {
    return FaultSet{static_cast<std::uint32_t>(bits & ((1u << fault_count) - 1))};
  }

  [[nodiscard]] constexpr bool has(Fault fault) const noexcept { return (bits_ & bit(fault)) != 0; }
  constexpr void add(Fault fault) noexcept { bits_ |= bit(fault); }
  constexpr void remove(Fault fault) noexcept { bits_ &= ~bit(fault); }
  [[nodiscard]] constexpr FaultSet without(FaultSet others) const noexcept { return FaultSet{bits_ & ~others.bits_}; }
  [[nodiscard]] constexpr bool empty() const noexcept { return bits_ == 0; }
  friend constexpr bool operator==(FaultSet, FaultSet) noexcept = default;

  /// Names with commas between.
  [[nodiscard]] std::string text() const {
    std::string text;
    for (std::size_t i = 0; i < fault_count; ++i) {
      if (has(static_cast<Fault>(i))) text.append(text.empty() ? "" : ",").append(fault_names[i]);
    }
    return text;
  }

  /// The set that `text` names; none if a name is unknown.
  [[nodiscard]] static std::optional<FaultSet> parse(std::string_view text) {
    FaultSet set;
    while (!text.empty()) {
      const std::size_t comma = text.find(',');
      const std::string_view name = text.substr(0, comma);
      std::size_t i = 0;
      while (i < fault_count && fault_names[i] != name) ++i;
      if (i == fault_count) return std::nullopt;
      set.add(static_cast<Fault>(i));
      text = comma == std::string_view::npos ? std::string_view{} : text.substr(comma + 1);
    }
    return set;
  }

 private:
  constexpr explicit FaultSet(std::uint32_t bits) noexcept : bits_{bits} {}
  [[nodiscard]] static constexpr std::uint32_t bit(Fault fault) noexcept {
    return 1u << static_cast<unsigned>(fault);
  }

  std::uint32_t bits_ = 0;
};

}  // namespace bowline::test::swarm
