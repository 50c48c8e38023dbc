// SPDX-License-Identifier: BSL-1.0
// Searches every world and prints what it found, two at a time.
//
//     explore [NAME]
//
// NAME takes only worlds whose name contains it. BOWLINE_STATES in the environment asks for more states than
// the worlds have: they are searched again with more timers, repetitions and losses, until there are so many.
#include <atomic>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <mutex>
#include <string>
#include <thread>
#include <vector>

#include "explore/plans/plans.hpp"
#include "explore/searches.hpp"

namespace bowline::explore {
namespace {

constexpr std::size_t worlds_min = 20;
constexpr std::uint64_t states_min = 5'000'000;

// A search that grows beyond that is cut, since it would take more memory than a machine has.
constexpr std::uint64_t states_max = 4'000'000;

struct Sum {
  std::size_t worlds = 0;
  std::size_t complete = 0;
  std::size_t broken = 0;
  std::uint64_t states = 0;
  std::uint64_t transitions = 0;
};

void print(const Finding& found) {
  std::printf("%-42s %9llu states %10llu steps  depth %3u %7.1f s  %s\n", found.name.c_str(),
              static_cast<unsigned long long>(found.states),
              static_cast<unsigned long long>(found.transitions), found.depth, found.seconds,
              !found.broken.empty() ? "BROKEN"
              : found.complete      ? "complete"
                                    : "cut");
  for (const std::string& line : found.trace) std::printf("    %s\n", line.c_str());
  std::fflush(stdout);
}

/// Searches all of `plans`, two at a time.
Sum search(const std::vector<Plan>& plans) {
  Sum sum;
  std::mutex printing;
  std::atomic<std::size_t> next{0};
  const auto work = [&] {
    for (std::size_t i = next++; i < plans.size(); i = next++) {
      const Finding found = search_for(plans[i].wire)(plans[i], states_max);
      const std::lock_guard lock{printing};
      print(found);
      ++sum.worlds;
      sum.complete += found.complete ? 1u : 0u;
      sum.broken += found.broken.empty() ? 0u : 1u;
      sum.states += found.states;
      sum.transitions += found.transitions;
    }
  };
  std::thread second{work};
  work();
  second.join();
  return sum;
}

/// The same world with more that may happen. Each larger one has all states of the smaller ones.
Plan grown(Plan plan, unsigned by) {
  plan.name += " +" + std::to_string(by);
  for (unsigned i = 0; i < by; ++i) {
    switch (i % 4) {
      case 0:
        ++plan.budget.fires[a];
        break;
      case 1:
        ++plan.budget.repeats;
        break;
      case 2:
        ++plan.budget.fires[z];
        break;
      case 3:
        ++plan.budget.drops;
        break;
    }
  }
  return plan;
}

bool figure(const char* name, std::uint64_t value, std::uint64_t limit) {
  const bool reached = value >= limit;
  std::printf("FIGURE %s %llu %llu %s\n", name, static_cast<unsigned long long>(value),
              static_cast<unsigned long long>(limit), reached ? "ok" : "short");
  return reached;
}

int run(const std::string& name) {
  std::vector<Plan> plans;
  for (Plan& plan : all_plans()) {
    if (search_for(plan.wire) == nullptr || plan.name.find(name) == std::string::npos) continue;
    plans.push_back(std::move(plan));
  }
  Sum sum = search(plans);
  if (!name.empty()) return sum.broken == 0 && sum.complete == plans.size() ? 0 : 1;

  const char* wanted = std::getenv("BOWLINE_STATES");
  const std::uint64_t states = wanted == nullptr ? 0 : std::strtoull(wanted, nullptr, 10);
  std::uint64_t more = sum.states;
  std::size_t broken = sum.broken;
  for (unsigned by = 1; more < states && broken == 0; ++by) {
    std::vector<Plan> larger;
    for (const Plan& plan : plans) larger.push_back(grown(plan, by));
    const Sum further = search(larger);
    more += further.states;
    broken += further.broken;
  }
  std::printf("%llu steps\n", static_cast<unsigned long long>(sum.transitions));
  bool reached = figure("explore_worlds", sum.worlds, worlds_min);
  reached &= figure("explore_states", more, states_min);
  reached &= figure("explore_complete", sum.complete, plans.size());
  return reached && broken == 0 ? 0 : 1;
}

}  // namespace
}  // namespace bowline::explore

int main(int argc, char** argv) { return bowline::explore::run(argc > 1 ? argv[1] : ""); }
