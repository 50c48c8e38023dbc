// SPDX-License-Identifier: BSL-1.0
// How large a datagram the path takes: Datagram Packetization Layer Path MTU Discovery, RFC 8899.
#pragma once

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>

#include "bowline/base/ids.hpp"
#include "bowline/base/options.hpp"
#include "bowline/base/stats.hpp"
#include "bowline/base/time.hpp"

namespace bowline::inline v0_1 {

/// Searches for the largest datagram with probes, and notices when the path takes it no more. Knows packets by number
/// and length only. Begins at what every path takes, and only once there is something that larger datagrams would
/// serve: a channel that says little probes nothing.
///
/// A run of losses of larger datagrams, while smaller ones sent later arrive, is a doubt: datagrams are short at once,
/// and probes of the doubted length ask whether it still passes. One that arrives ends the doubt; if none does the path
/// has a black hole for it. So chance alone has to lose twelve datagrams in a row to be taken for one.
///
/// Invariants: base <= datagram_bytes() <= limit, and what is probed for is longer than datagram_bytes().
class PathMtu {
 public:
  /// Probes of one length that are lost before it counts as too large (RFC 8899 section 5.1.2: MAX_PROBES).
  static constexpr std::uint32_t probes_max = 3;

  /// Larger datagrams lost in a row that raise a doubt, and probes lost that confirm it. Fewer than a message is sent
  /// again, so that none is given up meanwhile.
  static constexpr std::uint32_t losses_max = 6;

  /// When the search is over for this long, it begins anew (RFC 8899 section 5.1.1: PMTU_RAISE_TIMER).
  static constexpr Duration raise_after = std::chrono::minutes{10};

  explicit PathMtu(const Options& options) noexcept
      : ceiling_{options.datagram_bytes_max}, discovers_{options.path_mtu_discovery} {
    start(ceiling_);
  }

  /// A new path, to a peer that takes datagrams of `peer_bytes_max`.
  void start(std::size_t peer_bytes_max) noexcept {
    const std::size_t limit = (std::min)(ceiling_, peer_bytes_max);
    *this = PathMtu{ceiling_, discovers_, limit};
  }

  /// Bytes of the largest datagram that may leave now, but for a probe.
  [[nodiscard]] std::size_t datagram_bytes() const noexcept { return bytes_; }

  /// Bytes of the largest datagram that passes whatever the path has become. Not above datagram_bytes().
  [[nodiscard]] std::size_t sure_bytes() const noexcept { return discovers_ ? base() : bytes_; }

  /// Whether it is time for a search, should larger datagrams serve anything.
  [[nodiscard]] bool may_search(TimePoint now) const noexcept {
    return discovers_ && !searching() && now >= raise_at_ && bytes_ < limit_;
  }

  /// More waits than the last datagram had room for. Begins a search if it is time for one.
  void on_demand(TimePoint now) noexcept {
    if (!may_search(now)) return;
    too_large_ = limit_ + 1;
    search(now);
  }

  /// Bytes of the probe that should leave as soon as the path is known to work; 0 for none.
  [[nodiscard]] std::size_t probe_bytes() const noexcept { return probe_ == 0 ? probe_bytes_ : 0; }

  /// The probe leaves as packet `number`. No answer within `timeout` means that it was lost.
  void on_probe_sent(TimePoint now, PacketNumber number, Duration timeout, Stats& stats) noexcept {
    probe_ = number;
    lost_at_ = later(now, timeout);
    ++stats.path_probes_sent;
  }

  /// When `on_timer` has something to do.
  [[nodiscard]] TimePoint deadline() const noexcept { return probe_ != 0 ? lost_at_ : never; }

  /// Gives up a probe that is overdue. `working`: the peer answers what else is said. Otherwise its loss means nothing.
  void on_timer(TimePoint now, bool working, Stats& stats) noexcept {
    if (deadline() > now) return;
    probe_ = 0;
    if (!working) return;
    ++stats.path_probes_lost;
    if (++probes_lost_ < (doubting_ ? losses_max : probes_max)) return;
    stats.black_holes += doubting_ ? 1u : 0u;
    too_large_ = probe_bytes_;
    search(now);
  }

  /// Packet `number`, of `bytes`, was acknowledged; a probe as well.
  void on_acked(TimePoint now, PacketNumber number, std::size_t bytes) noexcept {
    if (number == probe_) probe_ = 0;
    if (!discovers_) return;
    // What was sent before the last loss says nothing of the path since.
    if (bytes > bytes_ && number > lost_newest_) raise(now, bytes);
    if (bytes >= lost_bytes_ && number > lost_oldest_) losses_ = 0;
    if (bytes > base() && number > large_acked_) large_acked_ = number, large_acked_bytes_ = bytes;
    if (bytes <= base() || (losses_ != 0 && bytes < lost_bytes_)) small_acked_ = (std::max)(small_acked_, number);
    doubt();
  }

  /// Packet `number`, of `bytes`, is lost; never a probe.
  void on_lost(PacketNumber number, std::size_t bytes) noexcept {
    if (!discovers_ || bytes <= base()) return;
    // One as large that left later has arrived.
    if (number < large_acked_ && bytes <= large_acked_bytes_) return;
    if (losses_++ == 0) lost_oldest_ = number, lost_bytes_ = bytes;
    lost_bytes_ = (std::min)(lost_bytes_, bytes);
    lost_newest_ = (std::max)(lost_newest_, number);
    doubt();
  }

  [[nodiscard]] bool invariants_hold() const noexcept {
    return base() <= bytes_ && bytes_ <= limit_ && (!searching() || (probe_bytes_ > bytes_ && probe_bytes_ <= limit_));
  }

 private:
  /// UDP payloads that paths take: of IPv6's least MTU, of tunnels, of Ethernet with IPv6 or PPPoE and with IPv4, of
  /// jumbo frames.
  static constexpr std::array<std::size_t, 13> usual_bytes{1232, 1280, 1352, 1392, 1412, 1432, 1452,
                                                           1472, 2020, 4052, 8952, 16356, 32740};
  static constexpr std::size_t ethernet_bytes = 1472;

  PathMtu(std::size_t ceiling, bool discovers, std::size_t limit) noexcept
      : ceiling_{ceiling}, discovers_{discovers}, limit_{limit}, too_large_{limit + 1} {
    bytes_ = discovers ? base() : limit;
  }

  [[nodiscard]] std::size_t base() const noexcept {
    return (std::min)(std::size_t{Options::datagram_bytes_base}, limit_);
  }
  [[nodiscard]] bool searching() const noexcept { return probe_bytes_ != 0; }

  /// Goes on with the next length that is worth a try, or ends the search.
  void search(TimePoint now) noexcept {
    doubting_ = false;
    probes_lost_ = 0;
    probe_ = 0;
    probe_bytes_ = next_bytes();
    if (!searching()) raise_at_ = later(now, raise_after);
  }

  void raise(TimePoint now, std::size_t bytes) noexcept {
    bytes_ = (std::min)(bytes, limit_);
    // It was taken for too large, so what else was may be wrong too.
    if (too_large_ <= bytes_) too_large_ = limit_ + 1;
    losses_ = 0;
    // One that left before the doubt says nothing of what is probed for.
    if (bytes_ >= probe_bytes_) search(now);
  }

  /// Few steps: what most paths take, then all that both ends take, then by halves through the usual ones, and between
  /// those while there is an eighth to be gained.
  [[nodiscard]] std::size_t next_bytes() const noexcept {
    if (bytes_ < ethernet_bytes && ethernet_bytes < too_large_) return ethernet_bytes;
    if (bytes_ == limit_) return 0;
    if (too_large_ > limit_) return limit_;
    const auto first = std::upper_bound(usual_bytes.begin(), usual_bytes.end(), bytes_);
    const auto last = std::lower_bound(first, usual_bytes.end(), too_large_);
    if (first != last) return first[(last - first) / 2];
    const std::size_t gap = too_large_ - bytes_;
    return gap > bytes_ / 8 ? bytes_ + gap / 2 : 0;
  }

  void doubt() noexcept {
    if (losses_ < losses_max || small_acked_ < lost_oldest_ || bytes_ == base()) return;
    doubting_ = true;
    probes_lost_ = 0;
    probe_ = 0;
    probe_bytes_ = bytes_;
    bytes_ = base();
    losses_ = 0;
  }

  std::size_t ceiling_;
  bool discovers_;
  std::size_t limit_ = 0;       // What both ends take.
  std::size_t bytes_ = 0;
  std::size_t too_large_ = 0;   // The least that was lost as a probe; limit_ + 1 while there is none.

  std::size_t probe_bytes_ = 0;  // What is searched for; 0: the search is over, or has not begun.
  PacketNumber probe_ = 0;       // The probe on its way; 0 is none.
  std::uint32_t probes_lost_ = 0;
  bool doubting_ = false;        // probe_bytes_ passed before.
  TimePoint lost_at_{};
  TimePoint raise_at_ = (TimePoint::min)();

  PacketNumber large_acked_ = 0;  // The newest longer than the base, and its length.
  std::size_t large_acked_bytes_ = 0;
  PacketNumber small_acked_ = 0;  // The newest no longer than the base, or shorter than what was lost.
  PacketNumber lost_oldest_ = 0;  // Of the run.
  PacketNumber lost_newest_ = 0;
  std::size_t lost_bytes_ = 0;    // The shortest of the run.
  std::uint32_t losses_ = 0;
};

}  // namespace bowline::inline v0_1
