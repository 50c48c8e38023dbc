// SPDX-License-Identifier: BSL-1.0
#include "console.hpp"

#include <sys/ioctl.h>
#include <unistd.h>

#include <algorithm>

#include "words.hpp"

namespace transfer {
namespace {

using namespace std::chrono_literals;

constexpr std::size_t bars_max = 8;
constexpr std::size_t bar_columns = 20;
constexpr std::size_t name_columns = 24;

unsigned percent(const Progress& file) {
  const double share = static_cast<double>(file.bytes_done) / static_cast<double>(file.bytes);
  return file.bytes == 0 ? 100 : static_cast<unsigned>(100 * share);
}

std::string pace(const Progress& file, bowline::TimePoint now) {
  const bowline::Duration taken = now - file.started;
  const std::string rate = rate_in_words(file.bytes_done, taken);
  if (file.bytes_done == 0) return rate;
  const double left = static_cast<double>(file.bytes - file.bytes_done) / static_cast<double>(file.bytes_done);
  const auto seconds = static_cast<std::int64_t>(left * std::chrono::duration<double>(taken).count() + 1);
  return rate + ", " + (seconds < 60 ? std::to_string(seconds) + " s" : time_in_words(seconds * 1s)) + " left";
}

std::string bar(const Progress& file, bowline::TimePoint now) {
  std::string name = file.name.substr(0, name_columns);
  name.resize(name_columns, ' ');
  const std::size_t filled = bar_columns * percent(file) / 100;
  std::string share = std::to_string(percent(file));
  share.insert(0, 3 - share.size(), ' ');
  return name + " [" + std::string(filled, '#') + std::string(bar_columns - filled, '-') + "] " + share + "% " +
         pace(file, now);
}

}  // namespace

Console::Console(std::FILE* out) : out_{out}, terminal_{isatty(fileno(out)) == 1} {}

void Console::say(const std::string& line) {
  erase_bars();
  std::fprintf(out_, "%s\n", line.c_str());
  std::fflush(out_);
}

void Console::show(const std::vector<Progress>& files, bowline::TimePoint now) {
  if (!due(now)) return;
  next_ = now + (terminal_ ? bowline::Duration{100ms} : bowline::Duration{1s});
  erase_bars();
  const std::size_t shown = (std::min)(files.size(), bars_max);
  if (terminal_) {
    const std::size_t columns_max = columns();
    for (std::size_t i = 0; i < shown; ++i) {
      std::fprintf(out_, "%s\n", bar(files[i], now).substr(0, columns_max).c_str());
    }
    bars_ = shown;
  } else if (shown != 0) {
    std::string line;
    for (std::size_t i = 0; i < shown; ++i) {
      line += (i == 0 ? "" : " | ") + files[i].name + " " + std::to_string(percent(files[i])) + "% " +
              pace(files[i], now);
    }
    std::fprintf(out_, "%s\n", line.c_str());
  }
  std::fflush(out_);
}

void Console::erase_bars() {
  // Up by as many lines as there are bars, then everything from there on goes.
  if (bars_ != 0) std::fprintf(out_, "\x1b[%zuA\r\x1b[J", bars_);
  bars_ = 0;
}

std::size_t Console::columns() const {
  winsize size{};
  if (ioctl(fileno(out_), TIOCGWINSZ, &size) != 0 || size.ws_col == 0) return 80;
  return size.ws_col;
}

}  // namespace transfer
