// SPDX-License-Identifier: BSL-1.0
// Each block remembers in front who pays for it. Programs that link this have one thread.
#include "swarm/memory_account.hpp"

#include <cstdlib>
#include <new>

namespace {

using bowline::test::swarm::MemoryAccount;

struct alignas(std::max_align_t) Label {
  MemoryAccount* account;
  std::size_t bytes;
};

void* take(std::size_t bytes) noexcept {
  void* block = std::malloc(sizeof(Label) + bytes);
  if (block == nullptr) std::abort();
  auto* label = ::new (block) Label{MemoryAccount::open, bytes};
  if (label->account != nullptr) label->account->add(bytes);
  return label + 1;
}

void give_back(void* memory) noexcept {
  if (memory == nullptr) return;
  Label* label = static_cast<Label*>(memory) - 1;
  if (label->account != nullptr) label->account->remove(label->bytes);
  std::free(label);
}

}  // namespace

void* operator new(std::size_t bytes) { return take(bytes); }
void* operator new[](std::size_t bytes) { return take(bytes); }
void* operator new(std::size_t bytes, const std::nothrow_t&) noexcept { return take(bytes); }
void* operator new[](std::size_t bytes, const std::nothrow_t&) noexcept { return take(bytes); }
void operator delete(void* memory) noexcept { give_back(memory); }
void operator delete[](void* memory) noexcept { give_back(memory); }
void operator delete(void* memory, std::size_t) noexcept { give_back(memory); }
void operator delete[](void* memory, std::size_t) noexcept { give_back(memory); }
void operator delete(void* memory, const std::nothrow_t&) noexcept { give_back(memory); }
void operator delete[](void* memory, const std::nothrow_t&) noexcept { give_back(memory); }
