// SPDX-License-Identifier: BSL-1.0
#include "sweeps/support/failing_calls.hpp"

#include <fcntl.h>
#include <netdb.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cerrno>
#include <cstdarg>

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
using bowline::test::plan;

extern "C" {

// The linker's `--wrap`: what calls `bind` calls `__wrap_bind`, and `__real_bind` is the system's.
int __real_socket(int, int, int);
int __real_bind(int, const sockaddr*, socklen_t);
int __real_getsockname(int, sockaddr*, socklen_t*);
int __real_setsockopt(int, int, int, const void*, socklen_t);
int __real_getsockopt(int, int, int, void*, socklen_t*);
int __real_fcntl(int, int, ...);
ssize_t __real_sendmsg(int, const msghdr*, int);
int __real_sendmmsg(int, mmsghdr*, unsigned, int);
ssize_t __real_recvmsg(int, msghdr*, int);
int __real_recvmmsg(int, mmsghdr*, unsigned, int, timespec*);
int __real_ppoll(pollfd*, nfds_t, const timespec*, const sigset_t*);
int __real_getaddrinfo(const char*, const char*, const addrinfo*, addrinfo**);
void __real_freeaddrinfo(addrinfo*);
int __real_close(int);

int __wrap_socket(int domain, int type, int protocol) {
  return fails(Call::socket) ? -1 : __real_socket(domain, type, protocol);
}

int __wrap_bind(int handle, const sockaddr* address, socklen_t bytes) {
  return fails(Call::bind) ? -1 : __real_bind(handle, address, bytes);
}

int __wrap_getsockname(int handle, sockaddr* address, socklen_t* bytes) {
  return fails(Call::getsockname) ? -1 : __real_getsockname(handle, address, bytes);
}

int __wrap_setsockopt(int handle, int level, int name, const void* value, socklen_t bytes) {
  if (!fails(Call::setsockopt)) return __real_setsockopt(handle, level, name, value, bytes);
  plan.option = level * 1000 + name;
  return -1;
}

int __wrap_getsockopt(int handle, int level, int name, void* value, socklen_t* bytes) {
  if (!fails(Call::getsockopt)) return __real_getsockopt(handle, level, name, value, bytes);
  plan.option = level * 1000 + name;
  return -1;
}

int __wrap_fcntl(int handle, int command, ...) {
  std::va_list arguments;
  va_start(arguments, command);
  void* const argument = va_arg(arguments, void*);
  va_end(arguments);
  return fails(Call::fcntl) ? -1 : __real_fcntl(handle, command, argument);
}

ssize_t __wrap_sendmsg(int handle, const msghdr* message, int flags) {
  return fails(Call::sendmsg) ? -1 : __real_sendmsg(handle, message, flags);
}

int __wrap_sendmmsg(int handle, mmsghdr* messages, unsigned count, int flags) {
  return fails(Call::sendmmsg) ? -1 : __real_sendmmsg(handle, messages, count, flags);
}

ssize_t __wrap_recvmsg(int handle, msghdr* message, int flags) {
  return fails(Call::recvmsg) ? -1 : __real_recvmsg(handle, message, flags);
}

int __wrap_recvmmsg(int handle, mmsghdr* messages, unsigned count, int flags, timespec* limit) {
  return fails(Call::recvmmsg) ? -1 : __real_recvmmsg(handle, messages, count, flags, limit);
}

int __wrap_ppoll(pollfd* watched, nfds_t count, const timespec* limit, const sigset_t* mask) {
  const bool there = count == 1 && limit != nullptr;
  asked = {there ? limit->tv_sec * 1'000'000'000LL + limit->tv_nsec : -1, static_cast<int>(count),
           there && (watched->events & POLLIN) != 0, there && (watched->events & POLLOUT) != 0};
  return fails(Call::ppoll) ? -1 : __real_ppoll(watched, count, limit, mask);
}

int __wrap_getaddrinfo(const char* host, const char* port, const addrinfo* wanted, addrinfo** list) {
  const int error = __real_getaddrinfo(host, port, wanted, list);
  lists += error == 0 ? 1 : 0;
  return error;
}

void __wrap_freeaddrinfo(addrinfo* list) {
  --lists;
  __real_freeaddrinfo(list);
}

int __wrap_close(int handle) {
  const int answer = __real_close(handle);
  return fails(Call::close) ? -1 : answer;
}

}  // extern "C"
