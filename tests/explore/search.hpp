// SPDX-License-Identifier: BSL-1.0
// Looks at every state of a world, nearest first.
#pragma once

#include <chrono>
#include <cstdint>
#include <string>
#include <utility>
#include <vector>

#include "explore/digest_set.hpp"
#include "explore/finding.hpp"
#include "explore/world.hpp"

namespace bowline::explore {

/// Breadth first, so what is found first is a shortest way. In each state the laws are checked, and that from
/// there, when nothing goes wrong any more, everything comes to a good end.
template <class RulesOf>
class Search {
 public:
  Search(const Plan& plan, std::uint64_t states_max) : plan_{plan}, states_max_{states_max} {}

  [[nodiscard]] Finding run() {
    const auto started = std::chrono::steady_clock::now();
    finding_.name = plan_.name;
    search();
    finding_.states = seen_.size();
    finding_.seconds = std::chrono::duration<double>(std::chrono::steady_clock::now() - started).count();
    return std::move(finding_);
  }

 private:
  using Place = World<RulesOf>;

  struct Node {
    Place world;
    std::uint32_t index;
  };

  struct Parent {
    std::uint32_t index;
    Choice choice;
  };

  static constexpr std::uint32_t steps_max = 5000;

  void search() {
    std::vector<Node> level;
    std::vector<Choice> choices;
    level.push_back({Place{plan_}, 0});
    parents_.push_back({0, {}});
    if (!look_at(level.front().world, 0)) return;
    for (; !level.empty(); ++finding_.depth) {
      std::vector<Node> next;
      for (Node& node : level) {
        node.world.choices(choices);
        for (std::size_t i = 0; i < choices.size(); ++i) {
          if (seen_.size() >= states_max_) return;
          // The last way out of a state may take the state along.
          Place world = i + 1 == choices.size() ? std::move(node.world) : node.world;
          world.take(choices[i]);
          ++finding_.transitions;
          if (world.oracle().broken().empty() && !seen_.insert(world.digest())) continue;
          const auto index = static_cast<std::uint32_t>(parents_.size());
          parents_.push_back({node.index, choices[i]});
          if (!look_at(world, index)) return;
          next.push_back({std::move(world), index});
        }
      }
      level = std::move(next);
    }
    finding_.complete = true;
  }

  /// False when a law is broken.
  bool look_at(const Place& world, std::uint32_t index) {
    if (index == 0) seen_.insert(world.digest());
    if (!world.oracle().broken().empty()) return report(world.oracle().broken(), index, 0), false;
    return comes_to_a_good_end(world, index);
  }

  /// Follows the one way of a fair network until it meets one that was followed before.
  bool comes_to_a_good_end(Place world, std::uint32_t index) {
    path_.clear();
    for (std::uint32_t steps = 0;; ++steps) {
      const Digest digest = world.digest_without_budget();
      if (good_.contains(digest)) break;
      path_.push_back(digest);
      if (steps == steps_max) return report("it never comes to an end", index, 40), false;
      if (!world.go_on()) {
        world.falls_silent();
        if (!world.oracle().broken().empty()) return report(world.oracle().broken(), index, steps), false;
        break;
      }
      if (!world.oracle().broken().empty()) return report(world.oracle().broken(), index, steps + 1), false;
    }
    for (const Digest& digest : path_) good_.insert(digest);
    return true;
  }

  /// Goes the whole way again and tells of it; `further` steps without anything going wrong come after.
  void report(const std::string& how, std::uint32_t index, std::uint32_t further) {
    finding_.broken = how;
    std::vector<Choice> way;
    for (; index != 0; index = parents_[index].index) way.push_back(parents_[index].choice);
    Place world{plan_};
    for (auto choice = way.rbegin(); choice != way.rend(); ++choice) world.take(*choice, &finding_.trace);
    finding_.depth = static_cast<std::uint32_t>(way.size());
    if (further != 0) finding_.trace.emplace_back("From here on nothing goes wrong:");
    for (std::uint32_t i = 0; i < further && world.go_on(&finding_.trace); ++i) {
    }
    finding_.trace.push_back("=> " + how);
  }

  const Plan& plan_;
  std::uint64_t states_max_;
  Finding finding_;
  DigestSet seen_;
  DigestSet good_;
  std::vector<Parent> parents_;
  std::vector<Digest> path_;
};

}  // namespace bowline::explore
