// SPDX-License-Identifier: BSL-1.0
// The role that sends: files, chat and media at once over one channel.
#pragma once

#include <deque>
#include <string>
#include <vector>

#include "channel.hpp"
#include "chat.hpp"
#include "console.hpp"
#include "file_sender.hpp"
#include "media.hpp"

namespace transfer {

struct SendSettings {
  std::vector<std::string> chat;
  Duration chat_interval{};  ///< Zero: each line once, at the start.
  std::uint32_t media_rate = 0;
  std::size_t media_bytes = 400;
};

/// Sends the files, a few at a time, then says that it has finished, hears the report, and closes.
class SendSession {
 public:
  SendSession(Channel& channel, std::vector<SourceFile> sources, const SendSettings& settings, Console& console);

  void on_event(const bowline::Event& event, TimePoint now);
  void on_interrupt();
  void pump(TimePoint now);
  [[nodiscard]] TimePoint due() const { return (std::min)(chat_.due(), media_.due()); }
  [[nodiscard]] bool over() const { return over_; }

  /// Says what became of everything. True if every file was confirmed and nothing else went wrong.
  bool conclude(TimePoint now);

 private:
  // How many files are offered or under way at once.
  static constexpr std::size_t files_at_once_max = 8;

  void on_message(Bytes payload, TimePoint now);
  void on_disconnected(bowline::DisconnectReason reason);
  void give_up(FileSender& file, const std::string& why);
  void fail(const std::string& why);
  [[nodiscard]] FileSender* find(FileId id);
  void pump_files();
  void show_progress(TimePoint now);
  bool tell(const Message& message);

  Channel& channel_;
  Console& console_;
  std::deque<FileSender> files_;
  ChatSource chat_;
  MediaSource media_;
  std::string failure_;
  std::optional<Report> report_;
  TimePoint started_{};
  bool finished_ = false;
  bool over_ = false;
};

}  // namespace transfer
