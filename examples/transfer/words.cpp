// SPDX-License-Identifier: BSL-1.0
#include "words.hpp"

#include <array>
#include <cstdio>

namespace transfer {
namespace {

std::string with_one_decimal(double value, const char* unit) {
  std::array<char, 48> text{};
  std::snprintf(text.data(), text.size(), "%.1f %s", value, unit);
  return text.data();
}

double seconds(bowline::Duration time) { return std::chrono::duration<double>(time).count(); }

}  // namespace

std::string bytes_in_words(std::uint64_t bytes) {
  if (bytes < 1024) return std::to_string(bytes) + " B";
  constexpr std::array<const char*, 4> units{"KiB", "MiB", "GiB", "TiB"};
  std::size_t unit = 0;
  double value = static_cast<double>(bytes) / 1024;
  for (; value >= 1024 && unit + 1 < units.size(); ++unit) value /= 1024;
  return with_one_decimal(value, units[unit]);
}

std::string rate_in_words(std::uint64_t bytes, bowline::Duration time) {
  if (time <= bowline::Duration::zero()) return "-";
  return bytes_in_words(static_cast<std::uint64_t>(static_cast<double>(bytes) / seconds(time))) + "/s";
}

std::string time_in_words(bowline::Duration time) {
  using namespace std::chrono_literals;
  if (time < 1ms) return std::to_string(time.count()) + " us";
  if (time < 1s) return with_one_decimal(1e3 * seconds(time), "ms");
  if (time < 60s) return with_one_decimal(seconds(time), "s");
  const auto whole = std::chrono::duration_cast<std::chrono::seconds>(time).count();
  std::array<char, 48> text{};
  std::snprintf(text.data(), text.size(), "%lld:%02lld min", static_cast<long long>(whole / 60),
                static_cast<long long>(whole % 60));
  return text.data();
}

std::string count_in_words(std::uint64_t count, const char* thing) {
  return std::to_string(count) + " " + thing + (count == 1 ? "" : "s");
}

}  // namespace transfer
