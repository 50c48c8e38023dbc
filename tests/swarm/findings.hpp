// SPDX-License-Identifier: BSL-1.0
// What a run found to be against the laws.
#pragma once

#include <cstdint>
#include <string>
#include <utility>

namespace bowline::test::swarm {

/// Keeps the first sentence and counts the rest. What follows a broken law is often only its consequence.
class Findings {
 public:
  void add(std::string sentence) {
    if (count_++ == 0) first_ = std::move(sentence);
  }

  /// Adds `sentence` unless `law` holds.
  bool expect(bool law, const char* sentence) {
    if (!law) add(sentence);
    return law;
  }

  [[nodiscard]] bool none() const noexcept { return count_ == 0; }
  [[nodiscard]] std::uint64_t count() const noexcept { return count_; }
  [[nodiscard]] const std::string& first() const noexcept { return first_; }

 private:
  std::string first_;
  std::uint64_t count_ = 0;
};

}  // namespace bowline::test::swarm
