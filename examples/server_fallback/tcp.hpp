// SPDX-License-Identifier: BSL-1.0
// As much of TCP as the server and its clients need. All sockets are non-blocking.
#pragma once

#include <optional>
#include <string>

#include "bowline/base/results.hpp"
#include "bowline/base/time.hpp"
#include "descriptor.hpp"

namespace server_fallback {

/// Listens at "host:port"; port 0 is any free one. Fails with a sentence.
[[nodiscard]] bowline::Result<Descriptor> listen_at(const std::string& address);

/// Connects to "host:port" within `patience`. Fails with a sentence.
[[nodiscard]] bowline::Result<Descriptor> connect_to(const std::string& address, bowline::Duration patience);

/// The next client, if one has come.
[[nodiscard]] std::optional<Descriptor> accept_from(const Descriptor& listener);

/// "host:port" of our side of the socket.
[[nodiscard]] std::string local_address(const Descriptor& socket);

}  // namespace server_fallback
