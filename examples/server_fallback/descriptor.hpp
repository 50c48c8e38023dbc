// SPDX-License-Identifier: BSL-1.0
// An open file or socket of the system.
#pragma once

#include <unistd.h>

#include <utility>

namespace server_fallback {

/// Closes itself. -1 is none.
class Descriptor {
 public:
  explicit Descriptor(int handle) noexcept : handle_{handle} {}
  Descriptor(Descriptor&& other) noexcept : handle_{std::exchange(other.handle_, -1)} {}
  Descriptor& operator=(Descriptor&& other) noexcept { return std::swap(handle_, other.handle_), *this; }
  ~Descriptor() {
    if (handle_ >= 0) ::close(handle_);
  }

  [[nodiscard]] int handle() const noexcept { return handle_; }
  [[nodiscard]] explicit operator bool() const noexcept { return handle_ >= 0; }

 private:
  int handle_;
};

}  // namespace server_fallback
