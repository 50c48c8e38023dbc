// SPDX-License-Identifier: BSL-1.0
#include "failing_new.hpp"

#if defined(__cpp_exceptions)

#include <cstddef>
#include <cstdlib>
#include <new>

namespace bowline::test {
namespace {

long long until_failure = -1;
std::size_t bytes_so_far = 0;

void* allocate(std::size_t bytes) {
  if (until_failure == 0) {
    until_failure = -1;
    throw std::bad_alloc{};
  }
  if (until_failure > 0) --until_failure;
  bytes_so_far += bytes;
  void* const block = std::malloc(bytes == 0 ? 1 : bytes);
  if (block == nullptr) std::abort();
  return block;
}

}  // namespace

void fail_allocation(long long k) noexcept { until_failure = k; }
long long allocations_until_failure() noexcept { return until_failure; }
std::size_t bytes_allocated() noexcept { return bytes_so_far; }

}  // namespace bowline::test

void* operator new(std::size_t bytes) { return bowline::test::allocate(bytes); }
void* operator new[](std::size_t bytes) { return bowline::test::allocate(bytes); }
void operator delete(void* block) noexcept { std::free(block); }
void operator delete[](void* block) noexcept { std::free(block); }
void operator delete(void* block, std::size_t) noexcept { std::free(block); }
void operator delete[](void* block, std::size_t) noexcept { std::free(block); }

#endif
