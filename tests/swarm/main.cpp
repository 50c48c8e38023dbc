// SPDX-License-Identifier: BSL-1.0
// The swarm as a program.
//
//   swarm                  20,000 seeds, with figures; BOWLINE_SEEDS, BOWLINE_FIRST_SEED, BOWLINE_SECONDS change that
//   swarm --hash           one hash of all events and datagrams of these seeds, to compare platforms by; what fails is
//                          told by its seed, and neither made smaller nor kept
//   swarm CASE             one case: SEED [--without FAULT,FAULT] [--messages COUNT] [--chaos PERCENT] [--canary]
//
// BOWLINE_HASH=1 is `--hash`, BOWLINE_JOBS the number of processes.
#include <cinttypes>
#include <cstdio>
#include <cstdlib>
#include <string>

#include "scenario/support/seeds.hpp"
#include "swarm/runner.hpp"
#include "swarm/seed_list.hpp"
#include "swarm/shrinker.hpp"

namespace bowline::test::swarm {
namespace {

constexpr std::uint64_t seeds_wanted = 20'000, days_wanted = 91, canary_seeds_max = 10;

/// Prints a figure and answers whether it is what it should be.
bool figure(const char* name, std::uint64_t value, std::uint64_t limit, bool ok) {
  std::printf("FIGURE %s %" PRIu64 " %" PRIu64 " %s\n", name, value, limit, ok ? "ok" : "short");
  return ok;
}

/// Runs one case and says what came of it.
int run_one(const Case& what) {
  const std::string finding = run(what).finding;
  std::printf("%s: %s\n", text_of(what).c_str(), finding.empty() ? "every law holds" : finding.c_str());
  return finding.empty() ? 0 : 1;
}

/// Makes failures small, tells how to see them again, and keeps them.
void report(const std::vector<Failure>& failures) {
  for (const Failure& failure : failures) {
    std::printf("seed %" PRIu64 ": %s\n", failure.what.seed, failure.finding.c_str());
    const Case small = shrunk(failure.what, [](const Case& what) { return !Runner::try_out(what).empty(); });
    const std::string finding = Runner::try_out(small);
    std::printf("  smallest: %s, with %s\n  again: swarm %s\n", finding.c_str(),
                Planner::plan(small).faults.text().c_str(), text_of(small).c_str());
    SeedList{BOWLINE_SWARM_SEEDS}.add(small, finding);
  }
}

/// Seeds until one finds that nothing filters duplicates.
std::uint64_t canary_seeds(std::uint64_t first) {
  for (std::uint64_t seed = first;; ++seed) {
    const std::string finding = Runner::try_out(Case{.seed = seed, .canary = true});
    if (finding.find("was delivered twice") != std::string::npos || seed - first >= canary_seeds_max) {
      return seed - first + 1;
    }
  }
}

/// Events that were met often enough for so many seeds. Names those that were not.
std::uint64_t rare_events_met(const Summary& summary, bool table) {
  std::uint64_t met = 0;
  for (std::size_t i = 0; i < rare_count; ++i) {
    const std::uint64_t minimum = rare_events[i].minimum * summary.seeds / seeds_wanted;
    const bool enough = summary.rare[i] >= minimum;
    met += enough;
    if (table || !enough) {
      std::printf("%-34s %12" PRIu64 " of %" PRIu64 "%s\n", rare_events[i].name, summary.rare[i], minimum,
                  enough ? "" : " SHORT");
    }
  }
  return met;
}

/// The hash of a library that breaks a law is still one to compare by: all seeds are in it.
int run_for_hash(Range range) {
  range.to_the_end = true;
  const Summary summary = Runner::run(range);
  for (const Failure& failure : summary.failures) std::printf("seed %" PRIu64 " fails\n", failure.what.seed);
  if (summary.failed > summary.failures.size()) {
    std::printf("and %" PRIu64 " more\n", summary.failed - summary.failures.size());
  }
  std::printf("%016" PRIx64 "\n", summary.hash);
  return summary.failed == 0 ? 0 : 1;
}

int run_all(bool hash_only) {
  Range range;
  range.first = from_environment("BOWLINE_FIRST_SEED", 1);
  range.count = from_environment("BOWLINE_SEEDS", seeds_wanted);
  range.seconds = from_environment("BOWLINE_SECONDS", 0);
  range.jobs = static_cast<std::uint32_t>(from_environment("BOWLINE_JOBS", 2));
  if (hash_only) return run_for_hash(range);
  const Summary summary = Runner::run(range);
  report(summary.failures);
  const bool whole = range.seconds != 0 || range.count >= seeds_wanted;
  const std::uint64_t seeds_limit = whole ? seeds_wanted : range.count;
  const std::uint64_t days_limit = days_wanted * seeds_limit / seeds_wanted;
  const auto days = static_cast<std::uint64_t>(summary.simulated / 24h);
  const std::uint64_t met = rare_events_met(summary, true), canary = canary_seeds(range.first);
  bool good = summary.failures.empty();
  // Whoever runs for a time takes what it gives.
  good &= figure("swarm_seeds", summary.seeds, seeds_limit, summary.seeds >= seeds_limit) || range.seconds != 0;
  good &= figure("swarm_simulated_days", days, days_limit, days >= days_limit) || range.seconds != 0;
  good &= figure("swarm_rare_events", met, rare_count, met == rare_count);
  good &= figure("swarm_canary_seeds", canary, canary_seeds_max, canary <= canary_seeds_max);
  good &= figure("swarm_failures", summary.failures.size(), 0, summary.failures.empty());
  return good ? 0 : 1;
}

}  // namespace
}  // namespace bowline::test::swarm

int main(int argc, char** argv) {
  using namespace bowline::test::swarm;
  std::setvbuf(stdout, nullptr, _IOLBF, BUFSIZ);
  std::string words;
  for (int i = 1; i < argc; ++i) words.append(words.empty() ? "" : " ").append(argv[i]);
  if (words.empty() || words == "--hash") {
    return run_all(words == "--hash" || bowline::test::from_environment("BOWLINE_HASH", 0) != 0);
  }
  const auto what = case_of(words);
  if (what) return run_one(*what);
  std::puts("swarm [--hash | SEED [--without FAULT,FAULT] [--messages COUNT] [--chaos PERCENT] [--canary]]");
  return 2;
}
