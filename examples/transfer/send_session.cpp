// SPDX-License-Identifier: BSL-1.0
#include "send_session.hpp"

#include <algorithm>
#include <utility>

#include "names.hpp"
#include "summary.hpp"
#include "words.hpp"

namespace transfer {

SendSession::SendSession(Channel& channel, std::vector<SourceFile> sources, const SendSettings& settings,
                         Console& console)
    : channel_{channel},
      console_{console},
      chat_{channel, settings.chat, settings.chat_interval, settings.chat_interval > Duration::zero()},
      media_{settings.media_rate, settings.media_bytes} {
  for (SourceFile& source : sources) {
    files_.emplace_back(channel, static_cast<FileId>(files_.size() + 1), std::move(source));
  }
  channel_.connect();
}

void SendSession::on_event(const bowline::Event& event, TimePoint now) {
  event.visit(
      [&](const bowline::Connected&) {
        started_ = now;
        console_.say("connected to " + channel_.transport().inner().peer_address());
      },
      [&](const bowline::Received& received) { on_message(received.payload, now); },
      [&](const bowline::Unconfirmed& lost) {
        // What is sent is known from its own bytes, which come back. After a disconnect all has been said.
        const auto message = read_message(lost.payload);
        if (over_ || !message || lost.reason == bowline::Outcome::closed) return;
        const auto of = [&](FileId id) {
          if (FileSender* file = find(id)) give_up(*file, "the receiver did not confirm it");
        };
        if (const auto* chunk = std::get_if<Chunk>(&*message)) of(chunk->file);
        if (const auto* offer = std::get_if<Offer>(&*message)) of(offer->file);
        if (const auto* end = std::get_if<End>(&*message)) of(end->file);
        if (std::holds_alternative<Finish>(*message)) fail("the receiver did not confirm the end");
      },
      [&](const bowline::Disconnected& gone) { on_disconnected(gone.reason); });
}

void SendSession::on_message(Bytes payload, TimePoint now) {
  const auto message = read_message(payload);
  if (!message) return;
  if (const auto* accept = std::get_if<Accept>(&*message)) {
    if (FileSender* file = find(accept->file)) file->on_accept(now);
  } else if (const auto* refuse = std::get_if<Refuse>(&*message)) {
    FileSender* file = find(refuse->file);
    if (file == nullptr || file->over()) return;
    file->fail(printable(refuse->reason));
    console_.say(printable(file->source().name) + ": refused: " + file->why());
  } else if (const auto* done = std::get_if<Done>(&*message)) {
    FileSender* file = find(done->file);
    if (file == nullptr || file->over()) return;
    file->on_done();
    if (!file->over()) return;
    const std::uint64_t bytes = file->source().size_bytes;
    console_.say(printable(file->source().name) + ": " + bytes_in_words(bytes) + " in " +
                 time_in_words(now - file->started()) + ", " + rate_in_words(bytes, now - file->started()));
  } else if (const auto* report = std::get_if<Report>(&*message)) {
    if (!finished_) return;
    report_ = *report;
    channel_.close();
  }
}

void SendSession::on_disconnected(bowline::DisconnectReason reason) {
  using Reason = bowline::DisconnectReason;
  over_ = true;
  if (report_) return;
  switch (reason) {
    case Reason::closed: break;
    case Reason::peer_closed: return fail("the receiver closed before everything had arrived");
    case Reason::peer_restarted: return fail("the receiver was started anew and knows nothing of this transfer");
    case Reason::peer_gone: return fail("the receiver does not answer any more");
    case Reason::unreachable: return fail("nobody answers at " + channel_.transport().inner().peer_address());
  }
}

void SendSession::on_interrupt() {
  if (!failure_.empty()) return;
  failure_ = "interrupted";
  console_.say("interrupted; closing");
  for (FileSender& file : files_) {
    if (file.phase() != FileSender::Phase::offering) give_up(file, "the sender was interrupted");
  }
  // Without a peer there is nobody to say good-bye to.
  over_ = channel_.state() == bowline::ConnectionState::connecting;
  channel_.close();
}

void SendSession::give_up(FileSender& file, const std::string& why) {
  if (file.over()) return;
  file.fail(why);
  tell(Refuse{file.id(), why});
}

void SendSession::fail(const std::string& why) {
  if (failure_.empty()) failure_ = why;
  channel_.close();
}

FileSender* SendSession::find(FileId id) { return id >= 1 && id <= files_.size() ? &files_[id - 1] : nullptr; }

void SendSession::pump(TimePoint now) {
  if (over_) return;
  if (channel_.state() == bowline::ConnectionState::connected && !finished_) {
    pump_files();
    chat_.pump(now);
    media_.pump(channel_, now);
    const bool all = std::all_of(files_.begin(), files_.end(), [](const FileSender& file) { return file.over(); });
    if (all && chat_.through()) {
      finished_ = tell(Finish{static_cast<std::uint32_t>(files_.size()), media_.frames()});
    }
  }
  show_progress(now);
}

void SendSession::pump_files() {
  std::size_t under_way = 0;
  for (FileSender& file : files_) {
    if (file.over()) continue;
    if (++under_way > files_at_once_max) return;
    file.pump();
    if (file.phase() != FileSender::Phase::failed) continue;
    tell(Refuse{file.id(), file.why()});
    console_.say(printable(file.source().name) + ": " + file.why());
  }
}

void SendSession::show_progress(TimePoint now) {
  if (!console_.due(now)) return;
  std::vector<Progress> bars;
  for (FileSender& file : files_) {
    if (file.phase() != FileSender::Phase::sending && file.phase() != FileSender::Phase::ended) continue;
    bars.push_back({printable(file.source().name), file.bytes_confirmed(), file.source().size_bytes, file.started()});
  }
  console_.show(bars, now);
}

bool SendSession::tell(const Message& message) {
  std::vector<std::byte> buffer(channel_.connection().datagram_payload_bytes_max());
  return static_cast<bool>(channel_.send(write_message(message, buffer), {.priority = bowline::Priority::high}));
}

bool SendSession::conclude(TimePoint now) {
  Tally tally{0, files_.size(), 0, started_};
  for (const FileSender& file : files_) {
    if (file.phase() != FileSender::Phase::done) continue;
    ++tally.files_whole;
    tally.bytes += file.source().size_bytes;
  }
  if (started_ != TimePoint{}) {
    summarize(console_, "sent", tally, channel_, now);
    std::string media = "  media       " + std::to_string(media_.frames()) + " frames sent";
    if (report_) {
      const std::uint32_t counted = report_->media_received + report_->media_late;
      const std::uint32_t lost = media_.frames() - (std::min)(media_.frames(), counted);
      media += ", " + std::to_string(report_->media_received) + " arrived, " + std::to_string(lost) + " lost, " +
               std::to_string(report_->media_late) + " late";
    }
    console_.say(media);
    console_.say("  chat        " + count_in_words(chat_.sent(), "line"));
  }
  if (!failure_.empty()) std::fprintf(stderr, "transfer: %s\n", failure_.c_str());
  for (const FileSender& file : files_) {
    if (file.phase() == FileSender::Phase::done) continue;
    const std::string why = file.why().empty() ? "" : ": " + file.why();
    std::fprintf(stderr, "transfer: %s was not sent%s\n", printable(file.source().path).c_str(), why.c_str());
  }
  return failure_.empty() && report_ && tally.files_whole == tally.files;
}

}  // namespace transfer
