// SPDX-License-Identifier: BSL-1.0
#include "receive_session.hpp"

#include <algorithm>
#include <utility>
#include <vector>

#include "names.hpp"
#include "summary.hpp"
#include "words.hpp"

namespace transfer {

ReceiveSession::ReceiveSession(Channel& channel, Destination destination, Console& console)
    : channel_{channel}, destination_{std::move(destination)}, console_{console} {}

void ReceiveSession::on_event(const bowline::Event& event, TimePoint now) {
  event.visit([&](const bowline::Connected&) { started_ = now; },
              [&](const bowline::Received& received) { on_message(received.payload, now); },
              [&](const bowline::Unconfirmed& lost) {
                if (lost.reason != bowline::Outcome::closed) fail("the sender did not confirm an answer");
              },
              [&](const bowline::Disconnected& gone) { on_disconnected(gone.reason); });
}

void ReceiveSession::on_message(Bytes payload, TimePoint now) {
  const auto message = read_message(payload);
  const auto take = [&](const auto& kind) {
    if constexpr (requires { on(kind, now); }) {
      on(kind, now);
    } else {
      ++not_understood_;  // the receiver's own words, come back
    }
  };
  message ? std::visit(take, *message) : void(++not_understood_);
}

void ReceiveSession::on(const Offer& offer, TimePoint now) {
  const std::string name = printable(offer.name);
  if (files_.empty() && files_offered_ == 0) {
    console_.say("connected to " + channel_.transport().inner().peer_address());
  }
  if (files_.contains(offer.file)) return void(++not_understood_);
  ++files_offered_;
  if (files_.size() >= files_at_once_max) return refuse(offer.file, name, "too many files at once");
  const auto same_name = [&](const auto& open) { return open.second.name() == offer.name; };
  if (std::any_of(files_.begin(), files_.end(), same_name)) {
    return refuse(offer.file, name, "a file of that name is on its way");
  }
  auto file = FileReceiver::create(destination_, offer, now);
  if (!file) return refuse(offer.file, name, std::string{file.why()});
  files_.emplace(offer.file, std::move(file).value());
  tell(Accept{offer.file});
}

void ReceiveSession::on(const Chunk& chunk, TimePoint) {
  // Chunks of a file that was refused may still be on their way.
  const auto found = files_.find(chunk.file);
  if (found == files_.end()) return;
  if (const std::string fault = found->second.write(chunk); !fault.empty()) drop(chunk.file, fault);
}

void ReceiveSession::on(const End& end, TimePoint now) {
  const auto found = files_.find(end.file);
  if (found == files_.end()) return;
  FileReceiver& file = found->second;
  if (const std::string fault = file.finish(end); !fault.empty()) return drop(end.file, fault);
  ++files_whole_;
  bytes_whole_ += file.size_bytes();
  console_.say(printable(file.name()) + ": " + bytes_in_words(file.size_bytes()) + " in " +
               time_in_words(now - file.started()) + ", whole");
  files_.erase(found);
  tell(Done{end.file});
}

void ReceiveSession::on(const Refuse& refuse, TimePoint) {
  const auto found = files_.find(refuse.file);
  if (found == files_.end()) return;
  console_.say(printable(found->second.name()) + ": given up: " + printable(refuse.reason));
  files_.erase(found);
}

void ReceiveSession::on(const Chat& chat, TimePoint) {
  ++chat_lines_;
  console_.say("chat: " + printable(chat.text));
}

void ReceiveSession::on(const Media& frame, TimePoint now) { media_.take(frame, now); }

void ReceiveSession::on(const Finish& finish, TimePoint) {
  if (finish_) return void(++not_understood_);
  finish_ = finish;
  const auto overtaken = static_cast<std::uint32_t>(channel_.stats().late_dropped);
  tell(Report{media_.received(), media_.late() + overtaken});
  channel_.close();
}

void ReceiveSession::on_disconnected(bowline::DisconnectReason reason) {
  using Reason = bowline::DisconnectReason;
  // Whoever knocked and went away without a word was no sender.
  const bool begun = files_offered_ != 0 || chat_lines_ != 0 || media_.received() != 0;
  if (!begun && !finish_ && (reason == Reason::unreachable || reason == Reason::peer_restarted)) return;
  over_ = true;
  if (finish_) return;
  switch (reason) {
    case Reason::closed: break;
    case Reason::peer_closed: return fail("the sender closed before it had finished");
    case Reason::peer_restarted: return fail("the sender was started anew and knows nothing of this transfer");
    case Reason::peer_gone:
    case Reason::unreachable: return fail("the sender does not answer any more");
  }
}

void ReceiveSession::on_interrupt() {
  if (!failure_.empty()) return;
  failure_ = "interrupted";
  console_.say("interrupted; closing");
  while (!files_.empty()) drop(files_.begin()->first, "the receiver was interrupted");
  channel_.close();
}

void ReceiveSession::pump(TimePoint now) {
  if (!console_.due(now)) return;
  std::vector<Progress> bars;
  for (const auto& [id, file] : files_) {
    bars.push_back({printable(file.name()), file.bytes_written(), file.size_bytes(), file.started()});
  }
  console_.show(bars, now);
}

void ReceiveSession::refuse(FileId id, const std::string& name, const std::string& why) {
  console_.say(name + ": refused: " + why);
  std::fprintf(stderr, "transfer: %s was not received: %s\n", name.c_str(), why.c_str());
  tell(Refuse{id, why});
}

void ReceiveSession::drop(FileId id, const std::string& why) {
  const auto found = files_.find(id);
  const std::string name = printable(found->second.name());
  files_.erase(found);
  refuse(id, name, why);
}

void ReceiveSession::fail(const std::string& why) {
  if (failure_.empty()) failure_ = why;
  channel_.close();
}

void ReceiveSession::tell(const Message& message) {
  std::vector<std::byte> buffer(channel_.connection().datagram_payload_bytes_max());
  if (!channel_.send(write_message(message, buffer), {.priority = bowline::Priority::high})) {
    fail("the sender takes no answers");
  }
}

bool ReceiveSession::conclude(TimePoint now) {
  const std::size_t unfinished = files_.size();
  files_.clear();
  if (started_ != TimePoint{}) {
    summarize(console_, "received", {files_whole_, files_offered_, bytes_whole_, started_}, channel_, now);
    const auto late = media_.late() + static_cast<std::uint32_t>(channel_.stats().late_dropped);
    std::string media = "  media       " + count_in_words(media_.received(), "frame") + " arrived, " +
                        std::to_string(late) + " late";
    if (finish_) {
      const std::uint32_t arrived = media_.received() + late;
      media += ", " + std::to_string(finish_->media_frames - (std::min)(finish_->media_frames, arrived)) + " lost";
    }
    console_.say(media + "; the slowest " + time_in_words(media_.spread()) + " behind the fastest");
    console_.say("  chat        " + count_in_words(chat_lines_, "line"));
    if (not_understood_ != 0) console_.say("  strange     " + count_in_words(not_understood_, "message"));
  }
  if (!failure_.empty()) std::fprintf(stderr, "transfer: %s\n", failure_.c_str());
  if (unfinished != 0) {
    std::fprintf(stderr, "transfer: %s had not arrived whole\n", count_in_words(unfinished, "file").c_str());
  }
  return failure_.empty() && finish_ && files_whole_ == finish_->files && unfinished == 0;
}

}  // namespace transfer
