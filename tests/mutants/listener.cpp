// SPDX-License-Identifier: BSL-1.0
// Linked into each test program: turns on the mutant BOWLINE_MUTANT, and writes to the file BOWLINE_MUTANTS_MET, a line
// for each test, how long it took and which mutants it came by.
#include <gtest/gtest.h>
#include <sys/mman.h>

#include <cstdio>
#include <cstdlib>
#include <cstring>

#include "switch.hpp"

namespace {

constexpr std::size_t mutants_max = 16384;

class Listener : public testing::EmptyTestEventListener {
 public:
  explicit Listener(const char* path) : file_{std::fopen(path, "w")} {}
  ~Listener() override { std::fclose(file_); }

 private:
  void OnTestEnd(const testing::TestInfo& test) override {
    std::fprintf(file_, "%s.%s %lld", test.test_suite_name(), test.name(),
                 static_cast<long long>(test.result()->elapsed_time()));
    for (std::size_t i = 0; i < mutants_max; ++i) {
      if (bowline_mutants::met[i] != 0) std::fprintf(file_, " %zu", i);
    }
    std::fputc('\n', file_);
    std::memset(bowline_mutants::met, 0, mutants_max);
  }

  std::FILE* file_;
};

const bool started = [] {
  if (const char* mutant = std::getenv("BOWLINE_MUTANT")) bowline_mutants::chosen = std::atoi(mutant);
  if (const char* path = std::getenv("BOWLINE_MUTANTS_MET")) {
    // Shared, so that a test's child that dies has told what it came by.
    void* shared = mmap(nullptr, mutants_max, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
    bowline_mutants::met = static_cast<unsigned char*>(shared);
    testing::UnitTest::GetInstance()->listeners().Append(new Listener{path});
  }
  return true;
}();

}  // namespace
