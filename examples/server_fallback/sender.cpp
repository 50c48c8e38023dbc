// SPDX-License-Identifier: BSL-1.0
#include "sender.hpp"

#include <algorithm>
#include <cstdio>

#include "printable.hpp"
#include "waiting.hpp"

namespace server_fallback {
namespace {

constexpr std::uint64_t pending_max = 512;
constexpr std::size_t fallback_max = 512;
constexpr std::size_t server_backlog_bytes_max = 64 << 10;

const char* in_words(bowline::DisconnectReason reason) {
  switch (reason) {
    case bowline::DisconnectReason::unreachable: return "nobody answers there";
    case bowline::DisconnectReason::peer_gone: return "it has fallen silent";
    default: return "the receiver has left it";
  }
}

}  // namespace

std::string Sender::run(Duration patience) {
  StallWatch watch{patience};
  while (!report_ && why_failed_.empty()) {
    if (hole_.watch(direct_, bowline::SteadyClock{}.now())) std::puts(hole_.in_words());
    direct_.poll();
    while (const auto event = direct_.next_event()) on_event(*event);
    server_.exchange();
    while (const auto record = server_.receive()) on_record(*record);
    if (report_ || !why_failed_.empty()) break;
    if (!server_.open()) return "the server is gone: " + server_.why_ended();
    read_on();
    pass_on();
    announce_end();
    const bowline::Stats& stats = direct_.stats();
    if (watch.stalled(stats.messages_acked + stats.messages_unconfirmed + server_.moved_bytes())) {
      return "nothing has moved for too long; the receiver or the server hangs";
    }
    wait_for_either(direct_, server_);
  }
  if (!report_) return why_failed_;
  std::printf("%llu chunks over the direct path, %llu over the server; %llu copies dropped; %llu late acks, %llu of "
              "them in time to spare a copy\n",
              as_printed(report_->direct), as_printed(report_->relayed), as_printed(report_->copies),
              as_printed(direct_.stats().late_acks), as_printed(copies_spared_));
  return {};
}

void Sender::on_event(const bowline::Event& event) {
  event.visit(
      [&](const bowline::Unconfirmed& message) {
        if (!fallen_back_ && !direct_gone_) {
          std::puts("direct path: a chunk was not confirmed and goes over the server");
        }
        fallen_back_ = true;
        const Duration wait = message.transmitted ? hold_back_ : Duration::zero();
        fallback_.push_back({{message.payload.begin(), message.payload.end()},
                             message.id,
                             bowline::SteadyClock{}.now() + wait});
      },
      // It had arrived after all. If it still waits here it is spared; if not, the receiver drops the copy.
      [&](const bowline::LateAck& late) {
        copies_spared_ += std::erase_if(fallback_, [&](const Fallback& chunk) { return chunk.id == late.id; });
      },
      [&](const bowline::Disconnected& change) {
        direct_gone_ = true;
        std::printf("direct path: %s; all the rest goes over the server\n", in_words(change.reason));
      });
}

void Sender::on_record(Bytes bytes) {
  if (bytes.empty()) return void(why_failed_ = "the receiver left before the file was whole");
  const auto record = read_record(bytes);
  if (!record) return;
  if (const auto* report = std::get_if<Report>(&*record)) report_ = *report;
  if (const auto* refuse = std::get_if<Refuse>(&*record)) {
    why_failed_ = "the receiver gave up: " + printable(refuse->why);
  }
}

void Sender::read_on() {
  while (!source_.at_end() && room_for_a_chunk()) {
    const auto chunk = source_.next();
    if (!chunk) return void(why_failed_ = "the file cannot be read to its end");
    const Bytes record = write_record(*chunk, buffer_);
    if (direct_gone_) {
      fallback_.push_back({{record.begin(), record.end()}, {}, {}});
    } else if (const auto sent = direct_.send(record); !sent) {
      return void(why_failed_ = "the channel took no chunk: " + std::string{describe(sent.error)});
    }
  }
}

/// Once the direct path is gone no late ack can come, and nothing is worth waiting for.
void Sender::pass_on() {
  const TimePoint now = bowline::SteadyClock{}.now();
  while (!fallback_.empty() && server_.backlog_bytes() < server_backlog_bytes_max) {
    if (!direct_gone_ && now < fallback_.front().due) return;
    server_.send(fallback_.front().record);
    fallback_.pop_front();
  }
}

/// What was acknowledged was taken by the receiver, and the server keeps the order, so nothing can be missing there
/// when this arrives.
void Sender::announce_end() {
  if (end_announced_ || !source_.at_end() || !direct_.settled() || !fallback_.empty()) return;
  server_.send(write_record(End{source_.crc32c()}, buffer_));
  end_announced_ = true;
}

bool Sender::room_for_a_chunk() const {
  return direct_gone_ ? fallback_.size() < fallback_max : pending() < pending_max;
}

std::uint64_t Sender::pending() const {
  const bowline::Stats& stats = direct_.stats();
  return stats.messages_accepted - stats.messages_acked - stats.messages_unconfirmed;
}

}  // namespace server_fallback
