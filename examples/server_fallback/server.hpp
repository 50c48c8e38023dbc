// SPDX-License-Identifier: BSL-1.0
// The server: a process that knows two clients and nothing of what they say.
#pragma once

#include <string>

#include "tcp.hpp"

namespace server_fallback {

/// Lets two clients in, forwards each record of one to the other, and returns when one has left and the other knows.
/// Answers a sentence that says what it did.
[[nodiscard]] std::string serve(const Descriptor& listener);

}  // namespace server_fallback
