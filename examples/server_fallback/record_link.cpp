// SPDX-License-Identifier: BSL-1.0
#include "record_link.hpp"

#include <poll.h>
#include <sys/socket.h>

#include <array>
#include <cerrno>
#include <system_error>

#include "bowline/clock/steady_clock.hpp"
#include "bowline/wire/reader.hpp"
#include "bowline/wire/writer.hpp"
#include "records.hpp"

namespace server_fallback {
namespace {

constexpr std::size_t length_bytes = 4;

void drop_front(std::vector<std::byte>& bytes, std::size_t count) {
  bytes.erase(bytes.begin(), bytes.begin() + static_cast<std::ptrdiff_t>(count));
}

bool try_later() { return errno == EAGAIN || errno == EWOULDBLOCK || errno == EINTR; }

}  // namespace

void RecordLink::send(bowline::Bytes record) {
  std::array<std::byte, length_bytes> length{};
  bowline::Writer{length}.u32(static_cast<std::uint32_t>(record.size()));
  outgoing_.insert(outgoing_.end(), length.begin(), length.end());
  outgoing_.insert(outgoing_.end(), record.begin(), record.end());
}

void RecordLink::exchange() {
  if (open()) push_out();
  if (open()) take_in();
}

void RecordLink::push_out() {
  std::size_t sent = 0;
  while (sent < outgoing_.size()) {
    const auto count = ::send(socket_.handle(), outgoing_.data() + sent, outgoing_.size() - sent, 0);
    if (count < 0 && try_later()) break;
    // The other side may have said why before it left, so its words are still read.
    if (count < 0) sent = outgoing_.size();
    if (count > 0) sent += static_cast<std::size_t>(count), moved_bytes_ += static_cast<std::size_t>(count);
  }
  drop_front(outgoing_, sent);
  if (leaving_ && outgoing_.empty()) ::shutdown(socket_.handle(), SHUT_WR);
}

void RecordLink::take_in() {
  drop_front(incoming_, taken_);
  taken_ = 0;
  while (incoming_.size() < buffer_bytes) {
    std::array<std::byte, 16 << 10> part;
    const auto count = ::recv(socket_.handle(), part.data(), part.size(), 0);
    if (count < 0 && try_later()) return;
    if (count < 0) return void(why_ended_ = std::generic_category().message(errno));
    if (count == 0) return void(why_ended_ = "the connection was closed");
    incoming_.insert(incoming_.end(), part.begin(), part.begin() + count);
    moved_bytes_ += static_cast<std::size_t>(count);
  }
}

std::optional<bowline::Bytes> RecordLink::receive() {
  const bowline::Bytes waiting = bowline::Bytes{incoming_}.subspan(taken_);
  if (waiting.size() < length_bytes) return std::nullopt;
  const std::uint32_t bytes = bowline::Reader{waiting}.u32();
  if (bytes > record_bytes_max) {
    why_ended_ = "what came is no record";
    return std::nullopt;
  }
  if (waiting.size() - length_bytes < bytes) return std::nullopt;
  taken_ += length_bytes + bytes;
  return waiting.subspan(length_bytes, bytes);
}

std::optional<bowline::Bytes> RecordLink::await(bowline::Duration patience) {
  const bowline::SteadyClock clock;
  for (const bowline::TimePoint limit = clock.now() + patience; clock.now() < limit;) {
    exchange();
    if (const auto record = receive()) return record;
    if (!open()) return std::nullopt;
    pollfd watched{native_handle(), awaited(), 0};
    ::poll(&watched, 1, 100);
  }
  return std::nullopt;
}

void RecordLink::leave(bowline::Duration patience) {
  leaving_ = true;
  const bowline::SteadyClock clock;
  const bowline::TimePoint limit = clock.now() + patience;
  for (auto left = patience; left > bowline::Duration::zero() && await(left); left = limit - clock.now()) {
  }
}

short RecordLink::awaited() const noexcept {
  const bool room = incoming_.size() - taken_ < buffer_bytes;
  return static_cast<short>((room ? POLLIN : 0) | (outgoing_.empty() ? 0 : POLLOUT));
}

}  // namespace server_fallback
