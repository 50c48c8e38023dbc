// SPDX-License-Identifier: BSL-1.0
// What is done on every way out of a scope but the good one.
#pragma once

#include <utility>

namespace bowline::inline v0_1 {

/// Calls `undo` at the end of its scope, unless `release` was called before: what is half done when memory runs out is
/// undone. Named as in the library fundamentals TS v3, section 3.3. Costs nothing on the way without a failure.
template <class Undo>
class ScopeExit {
 public:
  explicit ScopeExit(Undo undo) noexcept : undo_{std::move(undo)} {}
  ScopeExit(const ScopeExit&) = delete;
  ScopeExit& operator=(const ScopeExit&) = delete;
  ~ScopeExit() {
    if (armed_) undo_();
  }

  void release() noexcept { armed_ = false; }

 private:
  Undo undo_;
  bool armed_ = true;
};

}  // namespace bowline::inline v0_1
