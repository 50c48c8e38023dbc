// SPDX-License-Identifier: BSL-1.0
#include "summary.hpp"

#include "words.hpp"

namespace transfer {

void summarize(Console& console, const char* verb, const Tally& tally, Channel& channel, TimePoint now) {
  const auto n = [](std::uint64_t count) { return std::to_string(count); };
  const bowline::Stats& stats = channel.stats();
  const bowline::FaultCounts& faults = channel.transport().counts();
  const Duration time = tally.files == 0 ? Duration::zero() : now - tally.started;
  console.say(std::string{verb} + " " + n(tally.files_whole) + " of " + count_in_words(tally.files, "file") + ", " +
              bytes_in_words(tally.bytes) + " in " + time_in_words(time) + ": " + rate_in_words(tally.bytes, time));
  console.say("  datagrams   " + n(stats.datagrams_sent) + " sent (" + bytes_in_words(stats.sent_bytes) + "), " +
              n(stats.datagrams_received) + " received, " + n(stats.dropped_corrupt) + " of them corrupt");
  console.say("  segments    " + n(stats.segments_sent) + " sent, " + n(stats.segments_resent) + " resent; " +
              n(stats.duplicates_dropped + stats.dropped_replayed) + " duplicates dropped");
  console.say("  losses      " + n(stats.datagrams_lost) + " datagrams declared lost, " + n(stats.losses_undone) +
              " of them wrongly; " + count_in_words(stats.timeouts, "timeout"));
  console.say("  round trip  " + time_in_words(stats.rtt_smoothed) + ", at least " + time_in_words(stats.rtt_min));
  if (faults.lost + faults.duplicated + faults.held_back + faults.corrupted != 0) {
    console.say("  made to     lose " + n(faults.lost) + ", repeat " + n(faults.duplicated) + ", reorder " +
                n(faults.held_back) + ", corrupt " + n(faults.corrupted) + " of the datagrams sent");
  }
}

}  // namespace transfer
