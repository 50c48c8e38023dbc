// SPDX-License-Identifier: BSL-1.0
// The two spans used everywhere, and text as bytes.
#pragma once

#include <cstddef>
#include <span>
#include <string_view>

namespace bowline::inline v0_1 {

/// Bytes to read, owned by somebody else.
using Bytes = std::span<const std::byte>;

/// Bytes to fill, owned by somebody else.
using Buffer = std::span<std::byte>;

/// The characters of `bytes`, as they are. Valid as long as `bytes` is.
[[nodiscard]] inline std::string_view text(Bytes bytes) noexcept {
  return {reinterpret_cast<const char*>(bytes.data()), bytes.size()};
}

/// The bytes of `characters`, without a terminator. Valid as long as `characters` is.
[[nodiscard]] inline Bytes bytes_of(std::string_view characters) noexcept {
  return std::as_bytes(std::span{characters.data(), characters.size()});
}

}  // namespace bowline::inline v0_1
