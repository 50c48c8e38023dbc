// SPDX-License-Identifier: BSL-1.0
// What a comparison is asked to do, and how it answers.
#pragma once

#include <sched.h>

#include <charconv>
#include <cstddef>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <ctime>
#include <string>
#include <string_view>
#include <system_error>

#include "numbered_message.hpp"

namespace bench {

/// Arguments of the form `name=value`, each with a default.
class Settings {
 public:
  Settings(int count, char** values) noexcept : count_{count}, values_{values} {}

  [[nodiscard]] std::string_view text(std::string_view name, std::string_view otherwise) const {
    for (int i = 1; i < count_; ++i) {
      const std::string_view argument = values_[i];
      if (argument.size() > name.size() && argument.starts_with(name) && argument[name.size()] == '=') {
        return argument.substr(name.size() + 1);
      }
    }
    return otherwise;
  }

  [[nodiscard]] std::uint64_t number(std::string_view name, std::uint64_t otherwise) const {
    const std::string_view value = text(name, "");
    if (value.empty()) return otherwise;
    std::uint64_t number = 0;
    const auto [end, error] = std::from_chars(value.data(), value.data() + value.size(), number);
    if (error != std::errc{} || end != value.data() + value.size()) broken("an argument is no number");
    return number;
  }

 private:
  int count_;
  char** values_;
};

/// Stays on one core, the last that it may use, so that both ends of a comparison share it.
inline void stay_on_one_core() {
  cpu_set_t allowed;
  CPU_ZERO(&allowed);
  if (sched_getaffinity(0, sizeof allowed, &allowed) != 0) return;
  std::size_t core = CPU_SETSIZE - 1;
  while (core != 0 && !CPU_ISSET(core, &allowed)) --core;
  CPU_ZERO(&allowed);
  CPU_SET(core, &allowed);
  static_cast<void>(sched_setaffinity(0, sizeof allowed, &allowed));
}

/// Nanoseconds of `clock` so far.
[[nodiscard]] inline double nanoseconds(clockid_t clock) noexcept {
  timespec time{};
  clock_gettime(clock, &time);
  return static_cast<double>(time.tv_sec) * 1e9 + static_cast<double>(time.tv_nsec);
}

/// The answer: `RESULT <value> <unit>`, followed by what else is worth knowing as `name=value`.
inline void report(double value, const char* unit, const std::string& more = {}) {
  std::printf("RESULT %.4f %s%s%s\n", value, unit, more.empty() ? "" : " ", more.c_str());
}

/// Ends the program with the answer that there is nothing to measure.
[[noreturn]] inline void absent(std::string_view why) {
  std::printf("ABSENT %.*s\n", static_cast<int>(why.size()), why.data());
  std::exit(0);
}

}  // namespace bench
