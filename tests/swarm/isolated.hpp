// SPDX-License-Identifier: BSL-1.0
// Runs work in other processes, so that a failed assertion or an endless loop there is an answer here.
#pragma once

#include <cstddef>
#include <new>

#if defined(__unix__) || defined(__APPLE__)
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>
#define BOWLINE_SWARM_FORKS 1
#else
#define BOWLINE_SWARM_FORKS 0
#endif

namespace bowline::test::swarm {

/// Whether there are other processes here. Where there are none, work runs in this one.
inline constexpr bool isolates = BOWLINE_SWARM_FORKS != 0;

#if BOWLINE_SWARM_FORKS

/// A `T` that this process and those it starts see alike. Plain data only.
template <class T>
class Shared {
 public:
  Shared() {
    void* memory = mmap(nullptr, sizeof(T), PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
    value_ = memory == MAP_FAILED ? nullptr : ::new (memory) T{};
    if (value_ == nullptr) _exit(70);
  }
  ~Shared() { munmap(value_, sizeof(T)); }
  Shared(const Shared&) = delete;
  Shared& operator=(const Shared&) = delete;

  T& operator*() const noexcept { return *value_; }
  T* operator->() const noexcept { return value_; }

 private:
  T* value_;
};

/// One process that does `work` and ends.
class Child {
 public:
  template <class Work>
  explicit Child(Work&& work) : id_{fork()} {
    if (id_ != 0) return;
    work();
    _exit(0);
  }

  /// Whether it came to its end by itself. Waits for it.
  [[nodiscard]] bool ended_well() const {
    int status = 0;
    return waitpid(id_, &status, 0) == id_ && WIFEXITED(status) && WEXITSTATUS(status) == 0;
  }

  /// In a child: ends the process if it is not called again for so many seconds.
  static void watch(unsigned seconds) { alarm(seconds); }

 private:
  pid_t id_;
};

#else

template <class T>
class Shared {
 public:
  T& operator*() const noexcept { return value_; }
  T* operator->() const noexcept { return &value_; }

 private:
  mutable T value_{};
};

class Child {
 public:
  template <class Work>
  explicit Child(Work&& work) {
    work();
  }
  [[nodiscard]] bool ended_well() const { return true; }
  static void watch(unsigned) {}
};

#endif

}  // namespace bowline::test::swarm
