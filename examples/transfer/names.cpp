// SPDX-License-Identifier: BSL-1.0
#include "names.hpp"

#include <algorithm>

namespace transfer {
namespace {

bool is_control(char character) {
  const auto code = static_cast<unsigned char>(character);
  return code < 0x20 || code == 0x7f;
}

}  // namespace

std::string_view name_fault(std::string_view name) {
  if (name.empty()) return "its name is empty";
  if (name.size() > name_bytes_max) return "its name is too long";
  if (name == "." || name == "..") return "its name is that of a folder";
  if (name.find_first_of("/\\") != std::string_view::npos) return "its name leads to another folder";
  if (std::any_of(name.begin(), name.end(), is_control)) return "its name has a control character";
  if (name.starts_with(temporary_prefix)) return "its name is one of those for unfinished files";
  return {};
}

std::string printable(std::string_view text, std::size_t bytes_max) {
  std::string shown{text.substr(0, bytes_max)};
  // The second set of control characters, U+0080 to U+009F, is two bytes each in UTF-8.
  for (std::size_t i = 1; i < shown.size(); ++i) {
    const auto code = static_cast<unsigned char>(shown[i]);
    if (shown[i - 1] == '\xc2' && code >= 0x80 && code <= 0x9f) shown[i - 1] = shown[i] = '?';
  }
  std::replace_if(shown.begin(), shown.end(), is_control, '?');
  return shown;
}

}  // namespace transfer
