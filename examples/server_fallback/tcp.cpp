// SPDX-License-Identifier: BSL-1.0
#include "tcp.hpp"

#include <fcntl.h>
#include <poll.h>
#include <sys/socket.h>

#include <cerrno>
#include <system_error>

#include "bowline/transport/udp_address.hpp"

namespace server_fallback {
namespace {

using bowline::Result;
using bowline::UdpAddress;  // TCP writes its addresses in the same way

std::string last_error() { return std::generic_category().message(errno); }

Result<UdpAddress> find(const std::string& address) {
  const auto halves = bowline::split_host_and_port(address);
  if (!halves) return Result<UdpAddress>::failure(R"(it is not written "host:port")");
  return UdpAddress::resolve(*halves);
}

bool make_non_blocking(int handle) {
  const int flags = ::fcntl(handle, F_GETFL);
  return flags >= 0 && ::fcntl(handle, F_SETFL, flags | O_NONBLOCK) == 0 &&
         ::fcntl(handle, F_SETFD, FD_CLOEXEC) == 0;
}

/// The connection is being made; 0 or the error that it ended with.
int await_connection(int handle, bowline::Duration patience) {
  pollfd watched{handle, POLLOUT, 0};
  const auto limit = std::chrono::ceil<std::chrono::milliseconds>(patience);
  if (::poll(&watched, 1, static_cast<int>(limit.count())) <= 0) return ETIMEDOUT;
  int error = 0;
  socklen_t bytes = sizeof error;
  return ::getsockopt(handle, SOL_SOCKET, SO_ERROR, &error, &bytes) == 0 ? error : errno;
}

}  // namespace

Result<Descriptor> listen_at(const std::string& address) {
  const auto failure = [&](const std::string& why) {
    return Result<Descriptor>::failure("cannot listen at " + address + ": " + why);
  };
  auto here = find(address);
  if (!here) return failure(std::string{here.why()});
  Descriptor socket{::socket(here.value().family(), SOCK_STREAM, 0)};
  if (!socket || !make_non_blocking(socket.handle())) return failure(last_error());
  // Connections of a server that has just ended must not keep the next one from its port.
  const int on = 1;
  static_cast<void>(::setsockopt(socket.handle(), SOL_SOCKET, SO_REUSEADDR, &on, sizeof on));
  if (::bind(socket.handle(), here.value().data(), here.value().size()) != 0) return failure(last_error());
  if (::listen(socket.handle(), 8) != 0) return failure(last_error());
  return socket;
}

Result<Descriptor> connect_to(const std::string& address, bowline::Duration patience) {
  const auto failure = [&](const std::string& why) {
    return Result<Descriptor>::failure("cannot reach the server at " + address + ": " + why);
  };
  auto there = find(address);
  if (!there) return failure(std::string{there.why()});
  Descriptor socket{::socket(there.value().family(), SOCK_STREAM, 0)};
  if (!socket || !make_non_blocking(socket.handle())) return failure(last_error());
  if (::connect(socket.handle(), there.value().data(), there.value().size()) != 0) {
    const int error = errno == EINPROGRESS ? await_connection(socket.handle(), patience) : errno;
    if (error != 0) return failure(std::generic_category().message(error));
  }
  return socket;
}

std::optional<Descriptor> accept_from(const Descriptor& listener) {
  Descriptor client{::accept(listener.handle(), nullptr, nullptr)};
  if (!client || !make_non_blocking(client.handle())) return std::nullopt;
  return client;
}

std::string local_address(const Descriptor& socket) {
  sockaddr_storage local{};
  socklen_t bytes = sizeof local;
  auto* const address = reinterpret_cast<sockaddr*>(&local);
  return ::getsockname(socket.handle(), address, &bytes) == 0 ? UdpAddress{address, bytes}.text() : std::string{};
}

}  // namespace server_fallback
