// SPDX-License-Identifier: BSL-1.0
// Runs many seeds, in a process for each core.
#pragma once

#include <algorithm>
#include <chrono>
#include <cstdint>
#include <cstring>
#include <deque>
#include <string>
#include <vector>

#include "swarm/isolated.hpp"
#include "swarm/result.hpp"

namespace bowline::test::swarm {

/// What to run: so many seeds from the first on, or as many as the time allows.
struct Range {
  std::uint64_t first = 1;
  std::uint64_t count = 20'000;
  std::uint64_t seconds = 0;  ///< Not 0: goes on for so long, whatever the count.
  std::uint32_t jobs = 2;
  bool to_the_end = false;    ///< Whatever fails. Otherwise a job stops at its fifth failure.
  bool canary = false;
};

struct Failure {
  Case what;
  std::string finding;
};

struct Summary {
  std::uint64_t seeds = 0;
  Duration simulated{};
  std::uint64_t hash = 0;  ///< Of all seeds together, whatever the number of jobs.
  RareCounts rare;
  std::uint64_t failed = 0;
  std::vector<Failure> failures;  ///< The first of them.
};

class Runner {
 public:
  /// What a child may take for one case before it counts as hanging. Sanitizers are slow.
  static constexpr unsigned seconds_per_case_max = 120;
  static constexpr std::size_t failures_max = 5;

  [[nodiscard]] static Summary run(const Range& range) {
    const std::uint32_t jobs = isolates ? (std::max)(range.jobs, 1u) : 1;
    std::deque<Shared<Board>> boards(jobs);
    for (std::uint32_t job = 0; job < jobs; ++job) boards[job]->next = range.first + job;
    std::deque<Child> children;
    const auto until = std::chrono::steady_clock::now() + std::chrono::seconds{range.seconds};
    const auto start = [&](std::uint32_t job) {
      children.emplace_back([&range, &board = *boards[job], jobs, until] { work(range, board, jobs, until); });
    };
    for (std::uint32_t job = 0; job < jobs; ++job) start(job);
    Summary summary;
    for (std::uint32_t job = 0; job < jobs; ++job) {
      std::size_t child = job;
      // Whoever died leaves its seed behind, and another takes its place.
      while (!children[child].ended_well() && goes_on(range, *boards[job])) {
        note(*boards[job], boards[job]->next, "the process died: see above");
        boards[job]->next += jobs;
        child = children.size();
        start(job);
      }
    }
    for (const auto& board : boards) add(summary, *board);
    return summary;
  }

  /// Runs one case in a process of its own. Answers what it found; nothing if every law held.
  [[nodiscard]] static std::string try_out(const Case& what) {
    const Shared<Note> note;
    const Child child{[&] {
      Child::watch(seconds_per_case_max);
      write(*note, swarm::run(what).finding);
    }};
    return child.ended_well() ? std::string{note->text} : "the process died";
  }

 private:
  struct Note {
    std::uint64_t seed = 0;
    char text[200] = {};
  };

  /// What a child tells, at any time.
  struct Board {
    std::uint64_t next = 0, seeds = 0;
    std::int64_t simulated = 0;
    std::uint64_t hash = 0;
    RareCounts rare;
    std::size_t failures = 0;
    Note notes[failures_max];
  };

  static void write(Note& note, const std::string& text) {
    const std::size_t count = (std::min)(text.size(), sizeof note.text - 1);
    std::memcpy(note.text, text.data(), count);
    note.text[count] = '\0';
  }

  [[nodiscard]] static bool goes_on(const Range& range, const Board& board) {
    return range.to_the_end || board.failures < failures_max;
  }

  static void note(Board& board, std::uint64_t seed, const std::string& finding) {
    if (board.failures++ >= failures_max) return;
    Note& note = board.notes[board.failures - 1];
    note.seed = seed;
    write(note, finding);
  }

  static void work(const Range& range, Board& board, std::uint32_t jobs,
                   std::chrono::steady_clock::time_point until) {
    const auto more = [&] {
      if (range.seconds != 0) return std::chrono::steady_clock::now() < until;
      return board.next < range.first + range.count;
    };
    for (; more() && goes_on(range, board); board.next += jobs) {
      Child::watch(seconds_per_case_max);
      const Result result = swarm::run(Case{.seed = board.next, .canary = range.canary});
      ++board.seeds;
      board.simulated += result.simulated.count();
      // A sum, so that the order in which jobs take seeds does not matter.
      board.hash += (result.hash ^ board.next) * 0x9e3779b97f4a7c15u;
      board.rare.add_all(result.rare);
      if (!result.finding.empty()) note(board, board.next, result.finding);
    }
    Child::watch(0);
  }

  static void add(Summary& summary, const Board& board) {
    summary.seeds += board.seeds;
    summary.simulated += Duration{board.simulated};
    summary.hash += board.hash;
    summary.rare.add_all(board.rare);
    summary.failed += board.failures;
    for (std::size_t i = 0; i < (std::min)(board.failures, failures_max); ++i) {
      summary.failures.push_back({Case{.seed = board.notes[i].seed}, board.notes[i].text});
    }
  }
};

}  // namespace bowline::test::swarm
