// SPDX-License-Identifier: BSL-1.0
// How many bytes a channel holds: counted at `new` and `delete`, which memory_account.cpp replaces.
#pragma once

#include <cstddef>

namespace bowline::test::swarm {

/// Bytes that live, and were asked for while the account was open.
class MemoryAccount {
 public:
  [[nodiscard]] std::size_t bytes() const noexcept { return bytes_; }
  void add(std::size_t bytes) noexcept { bytes_ += bytes; }
  void remove(std::size_t bytes) noexcept { bytes_ -= bytes; }

  /// The account that pays for what is allocated now; null: none.
  inline static MemoryAccount* open = nullptr;

 private:
  std::size_t bytes_ = 0;
};

/// Opens an account for a scope; null: what is allocated in it is nobody's.
class Paying {
 public:
  explicit Paying(MemoryAccount* account) noexcept : before_{MemoryAccount::open} { MemoryAccount::open = account; }
  ~Paying() { MemoryAccount::open = before_; }
  Paying(const Paying&) = delete;
  Paying& operator=(const Paying&) = delete;

 private:
  MemoryAccount* before_;
};

}  // namespace bowline::test::swarm
