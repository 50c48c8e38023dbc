// SPDX-License-Identifier: BSL-1.0
// How a program of the bench tells what it found.
#pragma once

#include <cstdio>
#include <string>

namespace bench {

/// `FIGURE <name> <value> <limit> ok|short`: the value has to be at most the limit. Names have no spaces.
inline void figure_at_most(const std::string& name, double value, double limit) {
  std::printf("FIGURE %s %.3f %.3f %s\n", name.c_str(), value, limit, value <= limit ? "ok" : "short");
}

/// The same where the value has to be at least the limit.
inline void figure_at_least(const std::string& name, double value, double limit) {
  std::printf("FIGURE %s %.3f %.3f %s\n", name.c_str(), value, limit, value >= limit ? "ok" : "short");
}

/// `POINT <picture> <line> <x> <y>`: one point of a line in a picture.
inline void point(const char* picture, const char* line, double x, double y) {
  std::printf("POINT %s %s %.6g %.6g\n", picture, line, x, y);
}

}  // namespace bench
