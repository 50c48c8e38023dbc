// SPDX-License-Identifier: BSL-1.0
// One end of a transfer over a real socket, with the default rules. It says each thing that happens on a line of its
// own, for run.py to read:
//
//   connected ADDRESS                    the peer is bound
//   taken OFFSET                         a message of the peer was taken and written into --into
//   acked OFFSET                         a message of ours ended well
//   unconfirmed OFFSET REASON            a message of ours ended otherwise
//   disconnected REASON                  the peer is gone
//   stats NAME=NUMBER ...                at the end
//
// An end that sends closes when all has ended; the other ends with it. Exit code 0: all that was sent is acknowledged,
// the --expect bytes are here, and the peer did not vanish. 1: something else, told above. 2: it cannot begin.

#include <array>
#include <charconv>
#include <cstdint>
#include <cstdio>
#include <cstring>
#include <map>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "bowline/bowline.hpp"

namespace {

using namespace std::chrono_literals;
using Channel = bowline::ReliableChannel<bowline::UdpTransport>;

/// Written before the bytes of each message, and what names it in what is printed.
using Offset = std::uint64_t;

struct CloseFile {
  void operator()(std::FILE* file) const noexcept { std::fclose(file); }
};
using FileHandle = std::unique_ptr<std::FILE, CloseFile>;

/// `--name value`, each once.
class Arguments {
 public:
  Arguments(int count, char** words) {
    for (int i = 1; i + 1 < count; i += 2) values_[words[i]] = words[i + 1];
    whole_ = count % 2 == 1;
    for (const auto& [name, value] : values_) whole_ = whole_ && name.starts_with("--");
  }

  [[nodiscard]] bool whole() const { return whole_; }
  [[nodiscard]] std::string text(const std::string& name, std::string otherwise = {}) const {
    const auto found = values_.find(name);
    return found == values_.end() ? otherwise : found->second;
  }
  [[nodiscard]] std::uint64_t number(const std::string& name, std::uint64_t otherwise) const {
    const std::string digits = text(name);
    std::from_chars(digits.data(), digits.data() + digits.size(), otherwise);
    return otherwise;
  }

 private:
  std::map<std::string, std::string> values_;
  bool whole_ = false;
};

const char* name_of(bowline::DisconnectReason reason) {
  using Reason = bowline::DisconnectReason;
  switch (reason) {
    case Reason::closed: return "closed";
    case Reason::peer_closed: return "peer_closed";
    case Reason::peer_restarted: return "peer_restarted";
    case Reason::peer_gone: return "peer_gone";
    case Reason::unreachable: return "unreachable";
  }
  return "?";
}

/// One end, from its first datagram to its last.
class Peer {
 public:
  Peer(Channel& channel, const Arguments& arguments)
      : channel_{channel},
        expected_{arguments.number("--expect", 0)},
        patient_{arguments.number("--patient", 0) != 0},
        tries_{arguments.number("--tries", 1)},
        file_{arguments.text("--send")},
        message_bytes_{arguments.number("--message-bytes", 16'384)},
        sends_{!file_.empty()},
        begin_{now() + std::chrono::milliseconds{arguments.number("--delay-ms", 0)}} {
    if (const std::string path = arguments.text("--into"); !path.empty()) into_.reset(std::fopen(path.c_str(), "wb"));
  }

  bool run() {
    while (!over_) {
      channel_.poll();
      while (const auto event = channel_.next_event()) on_event(*event);
      if (!file_.empty() && now() >= begin_) send_file();
      send_again();
      if (sends_ && done() && channel_.state() == bowline::ConnectionState::connected) channel_.close();
      channel_.wait(20ms);
    }
    print_stats();
    return done() && !lost_peer_;
  }

 private:
  static bowline::TimePoint now() { return bowline::SteadyClock{}.now(); }

  void on_event(const bowline::Event& event) {
    event.visit(
        [&](const bowline::Connected&) {
          lost_peer_ = false;
          std::printf("connected %s\n", channel_.transport().peer_address().c_str());
        },
        [&](const bowline::Received& message) { take(message.payload); },
        [&](const bowline::Acked& message) {
          std::printf("acked %llu\n", offsets_[message.id.value]);
          offsets_.erase(message.id.value);
        },
        [&](const bowline::Unconfirmed& message) {
          std::printf("unconfirmed %llu %s\n", offsets_[message.id.value],
                      message.reason == bowline::Outcome::closed ? "closed" : "lost");
          offsets_.erase(message.id.value);
          unconfirmed_.emplace_back(message.payload.begin(), message.payload.end());
        },
        [&](const bowline::Disconnected& gone) { on_disconnected(gone.reason); });
  }

  void on_disconnected(bowline::DisconnectReason reason) {
    using Reason = bowline::DisconnectReason;
    std::printf("disconnected %s\n", name_of(reason));
    lost_peer_ = reason != Reason::closed && reason != Reason::peer_closed;
    // A new session follows a restart by itself, and one that we begin anew where that is wanted.
    const bool goes_on = lost_peer_ && (patient_ || tries_ > 1 || reason == Reason::peer_restarted);
    over_ = !goes_on;
  }

  void take(bowline::Bytes payload) {
    Offset offset = 0;
    if (payload.size() < sizeof offset) return;
    std::memcpy(&offset, payload.data(), sizeof offset);
    const bowline::Bytes bytes = payload.subspan(sizeof offset);
    if (into_) {
      std::fseek(into_.get(), static_cast<long>(offset), SEEK_SET);
      std::fwrite(bytes.data(), 1, bytes.size(), into_.get());
    }
    taken_bytes_ += bytes.size();
    std::printf("taken %llu\n", static_cast<unsigned long long>(offset));
  }

  void offer(bowline::Bytes message) {
    Offset offset = 0;
    std::memcpy(&offset, message.data(), sizeof offset);
    if (const auto sent = channel_.send(message, {.report_ack = true})) {
      offsets_[sent.id.value] = offset;
    } else {
      std::printf("refused %llu\n", static_cast<unsigned long long>(offset));
    }
  }

  /// What came back goes out once more, in a new session, as often as --tries allows.
  void send_again() {
    if (unconfirmed_.empty() || !channel_.settled()) return;
    if (tries_ <= 1) {
      over_ = true;
      return;
    }
    --tries_;
    for (const auto& message : std::exchange(unconfirmed_, {})) offer(message);
  }

  void send_file() {
    const FileHandle file{std::fopen(std::exchange(file_, {}).c_str(), "rb")};
    std::vector<std::byte> message(sizeof(Offset) + message_bytes_);
    for (Offset offset = 0; file; offset += message_bytes_) {
      const std::size_t bytes = std::fread(message.data() + sizeof offset, 1, message_bytes_, file.get());
      if (bytes == 0) break;
      std::memcpy(message.data(), &offset, sizeof offset);
      offer(bowline::Bytes{message}.first(sizeof offset + bytes));
    }
  }

  [[nodiscard]] bool done() const {
    return file_.empty() && channel_.settled() && offsets_.empty() && unconfirmed_.empty() && taken_bytes_ >= expected_;
  }

  void print_stats() {
    const bowline::Stats& stats = channel_.stats();
    const bowline::UdpStats& socket = channel_.transport().stats();
    const auto print = [](const char* name, std::uint64_t value) {
      std::printf(" %s=%llu", name, static_cast<unsigned long long>(value));
    };
    std::printf("stats");
    print("datagrams_sent", stats.datagrams_sent);
    print("datagrams_received", stats.datagrams_received);
    print("datagrams_lost", stats.datagrams_lost);
    print("losses_undone", stats.losses_undone);
    print("segments_resent", stats.segments_resent);
    print("duplicates_dropped", stats.duplicates_dropped);
    print("dropped_replayed", stats.dropped_replayed);
    print("dropped_corrupt", stats.dropped_corrupt);
    print("path_probes_lost", stats.path_probes_lost);
    print("black_holes", stats.black_holes);
    print("timeouts", stats.timeouts);
    print("path_probes_sent", stats.path_probes_sent);
    print("path_bytes", channel_.connection().transmit_bytes_max());
    print("foreign", socket.dropped_foreign);
    print("segmented", socket.sent_segmented);
    print("joined", socket.received_joined);
    print("too_large", socket.send_errors.of(bowline::SocketError::too_large));
    print("unreachable", socket.send_errors.of(bowline::SocketError::unreachable));
    print("refused", socket.send_errors.of(bowline::SocketError::refused));
    print("send_errors", socket.send_errors.sum());
    print("receive_errors", socket.receive_errors.sum());
    std::printf("\n");
  }

  Channel& channel_;
  FileHandle into_;
  std::uint64_t expected_;
  bool patient_;        // what ends a session does not end this program
  std::uint64_t tries_; // sessions in which a message is sent, one after the other
  std::string file_;    // to be sent; empty when it is
  std::size_t message_bytes_;
  bool sends_;
  bowline::TimePoint begin_;
  std::map<std::uint64_t, unsigned long long> offsets_;
  std::vector<std::vector<std::byte>> unconfirmed_;
  std::uint64_t taken_bytes_ = 0;
  bool lost_peer_ = false;
  bool over_ = false;
};

bowline::UdpOptions socket_options(const Arguments& arguments) {
  bowline::UdpOptions options;
  options.local = arguments.text("--local", ":0");
  options.remote = arguments.text("--remote");
  options.send_buffer_bytes = arguments.number("--send-buffer", 0);
  options.receive_buffer_bytes = arguments.number("--receive-buffer", 0);
  const std::string batching = arguments.text("--batching");
  if (batching == "many") options.batching = bowline::UdpBatching::many;
  if (batching == "none") options.batching = bowline::UdpBatching::none;
  return options;
}

bowline::Options channel_options(const Arguments& arguments) {
  bowline::Options options;
  options.idle_timeout = std::chrono::milliseconds{arguments.number("--idle-ms", 20'000)};
  options.handshake_timeout = std::chrono::milliseconds{arguments.number("--handshake-ms", 10'000)};
  options.keepalive = std::chrono::milliseconds{arguments.number("--keepalive-ms", 1'000)};
  return options;
}

}  // namespace

int main(int count, char** words) {
  std::setvbuf(stdout, nullptr, _IOLBF, 1 << 12);
  const Arguments arguments{count, words};
  if (!arguments.whole()) return std::fprintf(stderr, "peer: write each option as --name value\n"), 2;
  auto socket = bowline::UdpTransport::open(socket_options(arguments));
  if (!socket) return std::fprintf(stderr, "peer: %s\n", socket.why().data()), 2;
  Channel channel{std::move(socket).value(), channel_options(arguments)};
  std::printf("listening %s\n", channel.transport().local_address().c_str());

  Peer peer{channel, arguments};
  if (!arguments.text("--remote").empty()) channel.connect();
  return peer.run() ? 0 : 1;
}
