// SPDX-License-Identifier: BSL-1.0
// The role that receives: from one sender, until that has finished.
#pragma once

#include <map>
#include <optional>
#include <string>

#include "channel.hpp"
#include "console.hpp"
#include "file_receiver.hpp"
#include "media.hpp"

namespace transfer {

/// Takes files, chat and media from the first sender that comes. Nothing that it says is trusted.
class ReceiveSession {
 public:
  ReceiveSession(Channel& channel, Destination destination, Console& console);

  void on_event(const bowline::Event& event, TimePoint now);
  void on_interrupt();
  void pump(TimePoint now);
  [[nodiscard]] TimePoint due() const { return bowline::never; }
  [[nodiscard]] bool over() const { return over_; }

  /// Says what became of everything. True if the sender finished and all its files are here.
  bool conclude(TimePoint now);

 private:
  // More than an honest sender has under way, fewer than a process may open.
  static constexpr std::size_t files_at_once_max = 64;

  void on_message(Bytes payload, TimePoint now);
  void on(const Offer& offer, TimePoint now);
  void on(const Chunk& chunk, TimePoint now);
  void on(const End& end, TimePoint now);
  void on(const Refuse& refuse, TimePoint now);
  void on(const Chat& chat, TimePoint now);
  void on(const Media& frame, TimePoint now);
  void on(const Finish& finish, TimePoint now);
  void on_disconnected(bowline::DisconnectReason reason);
  void refuse(FileId id, const std::string& name, const std::string& why);
  void drop(FileId id, const std::string& why);
  void fail(const std::string& why);
  void tell(const Message& message);

  Channel& channel_;
  Destination destination_;
  Console& console_;
  std::map<FileId, FileReceiver> files_;
  MediaSink media_;
  std::optional<Finish> finish_;
  std::string failure_;
  std::size_t files_offered_ = 0;
  std::size_t files_whole_ = 0;
  std::uint64_t bytes_whole_ = 0;
  std::uint64_t chat_lines_ = 0;
  std::uint64_t not_understood_ = 0;
  TimePoint started_{};
  bool over_ = false;
};

}  // namespace transfer
