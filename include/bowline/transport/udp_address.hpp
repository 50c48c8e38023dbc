// SPDX-License-Identifier: BSL-1.0
// Addresses of UDP sockets: read, looked up, compared, and written.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "bowline/base/narrow.hpp"
#include "bowline/base/results.hpp"
#include "bowline/transport/system_sockets.hpp"

namespace bowline::inline v0_1 {

/// The two halves of an address as text; an IPv6 host without its brackets.
struct HostAndPort {
  std::string host;
  std::string port;
};

/// Takes "host:port", "[IPv6]:port" or ":port" apart. None unless the port is 0 to 65535 in digits; an IPv6
/// host needs its brackets, since its own colons would hide where the port begins. Looks nothing up.
[[nodiscard]] inline std::optional<HostAndPort> split_host_and_port(std::string_view text) {
  const std::size_t colon = text.rfind(':');
  if (colon == std::string_view::npos) return std::nullopt;
  std::string_view host = text.substr(0, colon);
  const std::string_view port = text.substr(colon + 1);
  if (host.starts_with('[')) {
    if (host.size() < 3 || !host.ends_with(']')) return std::nullopt;
    host = host.substr(1, host.size() - 2);
  } else if (host.find(':') != std::string_view::npos) {
    return std::nullopt;
  }
  if (host.find_first_of("[]") != std::string_view::npos) return std::nullopt;
  if (port.empty() || port.size() > 5) return std::nullopt;
  std::uint32_t number = 0;
  for (const char digit : port) {
    if (digit < '0' || digit > '9') return std::nullopt;
    number = number * 10 + static_cast<std::uint32_t>(digit - '0');
  }
  if (number > 65535) return std::nullopt;
  return HostAndPort{std::string{host}, std::string{port}};
}

/// The address of one end: IPv4 or IPv6, and a port. A default one is nobody's.
class UdpAddress {
 public:
  UdpAddress() noexcept = default;

  /// Looks `name` up; with AF_INET6 an IPv4 address comes out mapped, for a socket that speaks both. An empty
  /// host is every address of the machine. Numbers are read at once; a name may block for the resolver, many
  /// seconds where it does not answer. The first of several addresses counts. Refused with the resolver's own
  /// words.
  [[nodiscard]] static Result<UdpAddress> resolve(const HostAndPort& name, int family = AF_UNSPEC) {
    Result<UdpAddress> found = look_up(name, family);
    if (found || family != AF_INET6) return found;
    // Some resolvers map addresses themselves (AI_V4MAPPED), but not all.
    Result<UdpAddress> four = look_up(name, AF_INET);
    return four ? Result{four.value().mapped()} : found;
  }

  /// Copies a socket address; nobody's unless it is IPv4 or IPv6 and whole.
  UdpAddress(const sockaddr* address, socklen_t bytes) noexcept {
    if (address == nullptr) return;
    const auto available = static_cast<std::size_t>(bytes);
    std::size_t size = 0;
    if (available >= sizeof(sockaddr_in) && address->sa_family == AF_INET) size = sizeof(sockaddr_in);
    if (available >= sizeof(sockaddr_in6) && address->sa_family == AF_INET6) size = sizeof(sockaddr_in6);
    std::memcpy(&storage_, address, size);
    size_ = static_cast<socklen_t>(size);
  }

  /// False for nobody's.
  [[nodiscard]] explicit operator bool() const noexcept { return size_ != 0; }

  [[nodiscard]] int family() const noexcept { return size_ == 0 ? AF_UNSPEC : storage_.sin6_family; }

  [[nodiscard]] const sockaddr* data() const noexcept { return reinterpret_cast<const sockaddr*>(&storage_); }
  [[nodiscard]] socklen_t size() const noexcept { return size_; }

  /// True where datagrams can be sent: the host is not the "every address" of a local one, and the port is
  /// not 0.
  [[nodiscard]] bool names_a_peer() const noexcept {
    const UdpAddress plain = unmapped();
    if (plain.family() == AF_INET) return plain.four().sin_port != 0 && plain.four().sin_addr.s_addr != 0;
    const in6_addr every{};
    const sockaddr_in6 six = plain.six();
    return six.sin6_port != 0 && std::memcmp(&six.sin6_addr, &every, sizeof every) != 0;
  }

  /// "192.0.2.7:9001" or "[2001:db8::1]:9001", a mapped IPv4 address as IPv4; empty for nobody's.
  [[nodiscard]] std::string text() const {
    const UdpAddress plain = unmapped();
    std::array<char, 96> host{};
    std::array<char, 8> port{};
    [[maybe_unused]] const SocketUse use{};
    if (getnameinfo(plain.data(), plain.size(), host.data(), host.size(), port.data(), port.size(),
                    NI_NUMERICHOST | NI_NUMERICSERV) != 0) {
      return {};
    }
    const bool brackets = plain.family() == AF_INET6;
    return std::string{brackets ? "[" : ""}.append(host.data()).append(brackets ? "]:" : ":").append(port.data());
  }

  /// Same family, host, scope and port.
  friend bool operator==(const UdpAddress& one, const UdpAddress& other) noexcept {
    if (one.size_ != other.size_) return false;
    if (one.family() == AF_INET) {
      const sockaddr_in a = one.four(), b = other.four();
      return a.sin_port == b.sin_port && a.sin_addr.s_addr == b.sin_addr.s_addr;
    }
    const sockaddr_in6 a = one.six(), b = other.six();
    return a.sin6_port == b.sin6_port && a.sin6_scope_id == b.sin6_scope_id &&
           std::memcmp(&a.sin6_addr, &b.sin6_addr, sizeof a.sin6_addr) == 0;
  }

 private:
  struct FreeList {
    void operator()(addrinfo* list) const noexcept { freeaddrinfo(list); }
  };

  [[nodiscard]] static Result<UdpAddress> look_up(const HostAndPort& name, int family) {
    addrinfo wanted{};
    wanted.ai_family = family;
    wanted.ai_socktype = SOCK_DGRAM;
    wanted.ai_flags = AI_NUMERICSERV;
    if (name.host.empty()) wanted.ai_flags |= AI_PASSIVE;
    addrinfo* list = nullptr;
    const char* const host = name.host.empty() ? nullptr : name.host.c_str();
    [[maybe_unused]] const SocketUse use{};
    const int error = getaddrinfo(host, name.port.c_str(), &wanted, &list);
    if (error != 0) return Result<UdpAddress>::failure(resolver_error_text(error));
    const std::unique_ptr<addrinfo, FreeList> owner{list};
    return UdpAddress{list->ai_addr, narrow<socklen_t>(list->ai_addrlen)};
  }

  sockaddr_in four() const noexcept { return read<sockaddr_in>(); }
  sockaddr_in6 six() const noexcept { return read<sockaddr_in6>(); }
  template <class SocketAddress>
  SocketAddress read() const noexcept {
    SocketAddress address{};
    std::memcpy(&address, &storage_, sizeof address);
    return address;
  }

  /// What an IPv4 address begins with as one of IPv6 (RFC 4291 section 2.5.5.2).
  static constexpr std::array<std::uint8_t, 12> mapped_prefix{0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xff, 0xff};

  /// 192.0.2.7, which it must be, as ::ffff:192.0.2.7.
  UdpAddress mapped() const noexcept {
    const sockaddr_in plain = four();
    std::array<std::uint8_t, 16> host{};
    std::memcpy(host.data(), mapped_prefix.data(), mapped_prefix.size());
    std::memcpy(host.data() + mapped_prefix.size(), &plain.sin_addr, sizeof plain.sin_addr);
    sockaddr_in6 mapped{};
    mapped.sin6_family = AF_INET6;
    mapped.sin6_port = plain.sin_port;
    std::memcpy(&mapped.sin6_addr, host.data(), host.size());
    return UdpAddress{reinterpret_cast<const sockaddr*>(&mapped), sizeof mapped};
  }

  /// ::ffff:192.0.2.7 as 192.0.2.7; any other as it is.
  UdpAddress unmapped() const noexcept {
    if (family() != AF_INET6) return *this;
    const sockaddr_in6 mapped = six();
    std::array<std::uint8_t, 16> host{};
    std::memcpy(host.data(), &mapped.sin6_addr, host.size());
    if (std::memcmp(host.data(), mapped_prefix.data(), mapped_prefix.size()) != 0) return *this;
    sockaddr_in plain{};
    plain.sin_family = AF_INET;
    plain.sin_port = mapped.sin6_port;
    std::memcpy(&plain.sin_addr, host.data() + mapped_prefix.size(), sizeof plain.sin_addr);
    return UdpAddress{reinterpret_cast<const sockaddr*>(&plain), sizeof plain};
  }

  static_assert(sizeof(sockaddr_in) <= sizeof(sockaddr_in6));

  sockaddr_in6 storage_{};  // Or an address of IPv4, which is shorter and has its family in the same place.
  socklen_t size_ = 0;
};

}  // namespace bowline::inline v0_1
