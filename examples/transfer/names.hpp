// SPDX-License-Identifier: BSL-1.0
// Text that comes from the other end: which file names are taken, and how it is shown.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace transfer {

/// How the names of files begin that are not whole yet.
inline constexpr std::string_view temporary_prefix = ".bowline-";

/// Common file systems take 255 bytes.
inline constexpr std::size_t name_bytes_max = 255;

/// Why a file of the peer may not have this name, as a phrase; empty if it may. A name that passes stays inside
/// the folder that it is put into, and is not one of the temporary ones.
[[nodiscard]] std::string_view name_fault(std::string_view name);

/// `text` with a `?` for each control character, so that it cannot steer the terminal, and cut after
/// `bytes_max` bytes.
[[nodiscard]] std::string printable(std::string_view text, std::size_t bytes_max = 1000);

}  // namespace transfer
