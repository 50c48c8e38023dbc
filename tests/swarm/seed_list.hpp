// SPDX-License-Identifier: BSL-1.0
// The cases that failed once, kept in seeds.txt and run for ever.
#pragma once

#include <fstream>
#include <string>
#include <vector>

#include "swarm/case_text.hpp"

namespace bowline::test::swarm {

/// One case a line; what follows `#` is for people.
class SeedList {
 public:
  explicit SeedList(std::string path) : path_{std::move(path)} {}

  [[nodiscard]] std::vector<std::string> lines() const {
    std::vector<std::string> lines;
    std::ifstream file{path_};
    for (std::string line; std::getline(file, line);) {
      line.erase((std::min)(line.find('#'), line.size()));
      if (line.find_first_not_of(" \t\r") != std::string::npos) lines.push_back(line);
    }
    return lines;
  }

  /// Adds a case unless it is there.
  void add(const Case& what, const std::string& finding) const {
    const std::string text = text_of(what);
    for (const std::string& line : lines()) {
      if (const auto known = case_of(line); known && text_of(*known) == text) return;
    }
    std::ofstream{path_, std::ios::app} << text << "  # " << finding << '\n';
  }

 private:
  std::string path_;
};

}  // namespace bowline::test::swarm
