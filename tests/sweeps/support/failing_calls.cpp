// SPDX-License-Identifier: BSL-1.0
#include "sweeps/support/failing_calls.hpp"

#include <dlfcn.h>
#include <fcntl.h>
#include <netdb.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cerrno>
#include <cstdarg>
#include <cstdlib>

namespace bowline::test {
namespace {

struct Plan {
  Call call = Call::socket;
  int error = 0;
  int first = 0;
  int times = 0;
  int made = 0;
  int failed = 0;
  int option = 0;
};

Plan plan;
Asked asked;
int lists = 0;

/// Whether this call fails, for which `errno` is set then.
bool fails(Call call) noexcept {
  if (plan.times == 0 || call != plan.call) return false;
  const int number = plan.made++;
  if (number < plan.first || number - plan.first >= plan.times) return false;
  ++plan.failed;
  errno = plan.error;
  return true;
}

/// The system's own function of this name.
template <class Function>
Function* own(const char* name) noexcept {
  void* const found = ::dlsym(RTLD_NEXT, name);
  if (found == nullptr) std::abort();
  return reinterpret_cast<Function*>(found);
}

}  // namespace

void fail_calls(Call call, int error, int first, int times) noexcept { plan = {call, error, first, times, 0, 0, 0}; }
void fail_no_calls() noexcept { plan.times = 0; }
int calls_made() noexcept { return plan.made; }
int calls_failed() noexcept { return plan.failed; }
int option_refused() noexcept { return plan.option; }
Asked last_asked() noexcept { return asked; }
int address_lists() noexcept { return lists; }

}  // namespace bowline::test

using bowline::test::asked;
using bowline::test::Call;
using bowline::test::fails;
using bowline::test::lists;
using bowline::test::own;
using bowline::test::plan;

extern "C" {

int socket(int domain, int type, int protocol) noexcept {
  static auto* const real = own<int(int, int, int)>("socket");
  return fails(Call::socket) ? -1 : real(domain, type, protocol);
}

int bind(int handle, const sockaddr* address, socklen_t bytes) noexcept {
  static auto* const real = own<int(int, const sockaddr*, socklen_t)>("bind");
  return fails(Call::bind) ? -1 : real(handle, address, bytes);
}

int getsockname(int handle, sockaddr* address, socklen_t* bytes) noexcept {
  static auto* const real = own<int(int, sockaddr*, socklen_t*)>("getsockname");
  return fails(Call::getsockname) ? -1 : real(handle, address, bytes);
}

int setsockopt(int handle, int level, int name, const void* value, socklen_t bytes) noexcept {
  static auto* const real = own<int(int, int, int, const void*, socklen_t)>("setsockopt");
  if (!fails(Call::setsockopt)) return real(handle, level, name, value, bytes);
  plan.option = level * 1000 + name;
  return -1;
}

int getsockopt(int handle, int level, int name, void* value, socklen_t* bytes) noexcept {
  static auto* const real = own<int(int, int, int, void*, socklen_t*)>("getsockopt");
  if (!fails(Call::getsockopt)) return real(handle, level, name, value, bytes);
  plan.option = level * 1000 + name;
  return -1;
}

int fcntl(int handle, int command, ...) {
  static auto* const real = own<int(int, int, ...)>("fcntl");
  std::va_list arguments;
  va_start(arguments, command);
  void* const argument = va_arg(arguments, void*);
  va_end(arguments);
  return fails(Call::fcntl) ? -1 : real(handle, command, argument);
}

ssize_t sendmsg(int handle, const msghdr* message, int flags) {
  static auto* const real = own<ssize_t(int, const msghdr*, int)>("sendmsg");
  return fails(Call::sendmsg) ? -1 : real(handle, message, flags);
}

int sendmmsg(int handle, mmsghdr* messages, unsigned count, int flags) {
  static auto* const real = own<int(int, mmsghdr*, unsigned, int)>("sendmmsg");
  return fails(Call::sendmmsg) ? -1 : real(handle, messages, count, flags);
}

ssize_t recvmsg(int handle, msghdr* message, int flags) {
  static auto* const real = own<ssize_t(int, msghdr*, int)>("recvmsg");
  return fails(Call::recvmsg) ? -1 : real(handle, message, flags);
}

int recvmmsg(int handle, mmsghdr* messages, unsigned count, int flags, timespec* limit) {
  static auto* const real = own<int(int, mmsghdr*, unsigned, int, timespec*)>("recvmmsg");
  return fails(Call::recvmmsg) ? -1 : real(handle, messages, count, flags, limit);
}

int ppoll(pollfd* watched, nfds_t count, const timespec* limit, const sigset_t* mask) {
  static auto* const real = own<int(pollfd*, nfds_t, const timespec*, const sigset_t*)>("ppoll");
  const bool there = count == 1 && limit != nullptr;
  asked = {there ? limit->tv_sec * 1'000'000'000LL + limit->tv_nsec : -1, static_cast<int>(count),
           there && (watched->events & POLLIN) != 0, there && (watched->events & POLLOUT) != 0};
  return fails(Call::ppoll) ? -1 : real(watched, count, limit, mask);
}

int getaddrinfo(const char* host, const char* port, const addrinfo* wanted, addrinfo** list) {
  static auto* const real = own<int(const char*, const char*, const addrinfo*, addrinfo**)>("getaddrinfo");
  const int error = real(host, port, wanted, list);
  lists += error == 0 ? 1 : 0;
  return error;
}

void freeaddrinfo(addrinfo* list) noexcept {
  static auto* const real = own<void(addrinfo*)>("freeaddrinfo");
  --lists;
  real(list);
}

int close(int handle) {
  static auto* const real = own<int(int)>("close");
  const int answer = real(handle);
  return fails(Call::close) ? -1 : answer;
}

}  // extern "C"
