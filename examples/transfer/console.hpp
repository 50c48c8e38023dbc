// SPDX-License-Identifier: BSL-1.0
// What people see: lines that stay, and below them, on a terminal, a bar for each file under way.
#pragma once

#include <cstdint>
#include <cstdio>
#include <string>
#include <vector>

#include "bowline/base/time.hpp"

namespace transfer {

/// How far one file has come.
struct Progress {
  std::string name;  ///< Printable.
  std::uint64_t bytes_done = 0;
  std::uint64_t bytes = 0;
  bowline::TimePoint started{};
};

/// Writes to a stream that stays open as long as this lives. On a terminal it redraws bars in place ten times a
/// second; elsewhere it writes a plain line a second at most.
class Console {
 public:
  explicit Console(std::FILE* out);
  ~Console() { erase_bars(); }
  Console(const Console&) = delete;
  Console& operator=(const Console&) = delete;

  /// A line that stays. It must be printable.
  void say(const std::string& line);

  /// Whether it is time to `show` again; spares the caller the work of telling.
  [[nodiscard]] bool due(bowline::TimePoint now) const { return now >= next_; }

  /// The files under way.
  void show(const std::vector<Progress>& files, bowline::TimePoint now);

 private:
  void erase_bars();
  [[nodiscard]] std::size_t columns() const;

  std::FILE* out_;
  bool terminal_;
  std::size_t bars_ = 0;
  bowline::TimePoint next_{};
};

}  // namespace transfer
