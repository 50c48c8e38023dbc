// SPDX-License-Identifier: BSL-1.0
// The socket calls of the system, replaced in this program by ones that can be told to fail.
#pragma once

namespace bowline::test {

enum class Call {
  socket, bind, getsockname, setsockopt, getsockopt, fcntl, sendmsg, sendmmsg, recvmsg, recvmmsg, ppoll, close
};
inline constexpr int calls = 12;

/// From now on the calls of this kind are counted from 0, and those from `first` on, `times` of them, answer -1 with
/// `error`, without effect; but `close`, which closes all the same, as Linux does.
void fail_calls(Call call, int error, int first, int times) noexcept;

/// None fails any more.
void fail_no_calls() noexcept;

/// Calls of the kind that fails, made and failed, since it was told to.
[[nodiscard]] int calls_made() noexcept;
[[nodiscard]] int calls_failed() noexcept;

/// What the last call of `ppoll` asked for.
struct Asked {
  long long limit_ns = 0;
  int sockets = 0;
  bool readable = false;
  bool writable = false;
};
[[nodiscard]] Asked last_asked() noexcept;

/// Lists of addresses that the resolver gave, and nobody has given back.
[[nodiscard]] int address_lists() noexcept;

/// The option that the last failed call of `setsockopt` or `getsockopt` named.
[[nodiscard]] int option_refused() noexcept;

}  // namespace bowline::test
