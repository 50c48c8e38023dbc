// SPDX-License-Identifier: BSL-1.0
// What a scenario prints: one line a figure.
#pragma once

#include <cstdio>
#include <string>

namespace bowline::bench {

/// Rows for other models are shown beside the default's and have no limit of their own.
enum class Limit { at_least, at_most, none };

/// `FIGURE name value limit ok|short`, or `ROW congestion name value=…` without a limit. Answers whether the limit
/// holds. Names have no spaces.
inline bool print_figure(const std::string& name, double value, Limit limit = Limit::none, double bound = 0) {
  if (limit == Limit::none) return std::printf("ROW congestion %s value=%.3f\n", name.c_str(), value), true;
  const bool ok = limit == Limit::at_least ? value >= bound : value <= bound;
  std::printf("FIGURE %s %.3f %s%.3f %s\n", name.c_str(), value, limit == Limit::at_least ? ">=" : "<=", bound,
              ok ? "ok" : "short");
  std::fflush(stdout);
  return ok;
}

}  // namespace bowline::bench
