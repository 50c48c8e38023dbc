// SPDX-License-Identifier: BSL-1.0
// How a program of the bench tells a figure and its limit.
#pragma once

#include <cstdio>

namespace bench {

/// `FIGURE <name> <value> <limit> ok|short`: the value has to be at most the limit.
inline void figure_at_most(const char* name, double value, double limit) {
  std::printf("FIGURE %s %.3f %.3f %s\n", name, value, limit, value <= limit ? "ok" : "short");
}

/// The same where the value has to be at least the limit.
inline void figure_at_least(const char* name, double value, double limit) {
  std::printf("FIGURE %s %.3f %.3f %s\n", name, value, limit, value >= limit ? "ok" : "short");
}

/// `POINT <picture> <line> <x> <y>`: one point of a line in a picture.
inline void point(const char* picture, const char* line, double x, double y) {
  std::printf("POINT %s %s %.6g %.6g\n", picture, line, x, y);
}

}  // namespace bench
