// SPDX-License-Identifier: BSL-1.0
// The sender: each chunk goes over the direct path, and over the server if it is not confirmed there.
#pragma once

#include <array>
#include <cstdint>
#include <deque>
#include <optional>
#include <string>
#include <vector>

#include "chunk_source.hpp"
#include "direct_path.hpp"
#include "record_link.hpp"
#include "records.hpp"

namespace server_fallback {

/// Sends one file to a receiver that has accepted it.
///
/// Every chunk is in one place: in the file, in the channel, in `fallback_` or handed on for good. The channel gives it
/// back as `Unconfirmed`, unless it was acknowledged.
class Sender {
 public:
  /// A chunk that may have arrived unconfirmed is held back for `hold_back`, in case a `LateAck` spares the copy.
  Sender(ChunkSource source, Channel& direct, RecordLink& server, BlackHole hole, Duration hold_back)
      : source_{std::move(source)}, direct_{direct}, server_{server}, hole_{hole}, hold_back_{hold_back} {}

  /// Sends until the receiver reports. A sentence if that does not work out; empty if the file arrived whole.
  /// `patience` is how long nothing at all may move.
  [[nodiscard]] std::string run(Duration patience);

 private:
  /// A chunk for the server, with the id of the message that it was, if it was one.
  struct Fallback {
    std::vector<std::byte> record;
    bowline::MessageId id;
    TimePoint due{};
  };

  void on_event(const bowline::Event& event);
  void on_record(Bytes record);
  void read_on();
  void pass_on();
  void announce_end();
  [[nodiscard]] bool room_for_a_chunk() const;
  [[nodiscard]] std::uint64_t pending() const;

  ChunkSource source_;
  Channel& direct_;
  RecordLink& server_;
  BlackHole hole_;
  Duration hold_back_;
  std::deque<Fallback> fallback_;
  std::array<std::byte, record_bytes_max> buffer_{};
  std::uint64_t copies_spared_ = 0;
  bool fallen_back_ = false;
  bool direct_gone_ = false;
  bool end_announced_ = false;
  std::optional<Report> report_;
  std::string why_failed_;
};

}  // namespace server_fallback
