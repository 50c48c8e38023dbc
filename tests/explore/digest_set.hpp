// SPDX-License-Identifier: BSL-1.0
// Which states were seen.
#pragma once

#include <cstddef>
#include <vector>

#include "explore/digest.hpp"

namespace bowline::explore {

/// A flat set of digests: open addressing, at most half full, 32 to 64 bytes a state. All zero stands for a
/// free place.
class DigestSet {
 public:
  [[nodiscard]] std::size_t size() const noexcept { return size_; }

  /// True when the digest was not there.
  bool insert(const Digest& digest) {
    if (2 * (size_ + 1) > places_.size()) grow();
    Digest& place = places_[find(digest)];
    if (place != Digest{}) return false;
    place = digest;
    ++size_;
    return true;
  }

  [[nodiscard]] bool contains(const Digest& digest) const noexcept {
    return !places_.empty() && places_[find(digest)] != Digest{};
  }

 private:
  [[nodiscard]] std::size_t find(const Digest& digest) const noexcept {
    std::size_t place = static_cast<std::size_t>(digest.low) & (places_.size() - 1);
    while (places_[place] != Digest{} && places_[place] != digest) place = (place + 1) & (places_.size() - 1);
    return place;
  }

  void grow() {
    std::vector<Digest> smaller(places_.empty() ? 1024 : 2 * places_.size());
    smaller.swap(places_);
    for (const Digest& digest : smaller) {
      if (digest != Digest{}) places_[find(digest)] = digest;
    }
  }

  std::vector<Digest> places_;
  std::size_t size_ = 0;
};

}  // namespace bowline::explore
