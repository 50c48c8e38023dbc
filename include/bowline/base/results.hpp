// SPDX-License-Identifier: BSL-1.0
// How limits and failures reach the caller: as values.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <utility>

#include "bowline/base/assert.hpp"
#include "bowline/base/ids.hpp"

namespace bowline::inline v0_1 {

/// Why `send` took no message.
enum class SendError : std::uint8_t {
  none,                  ///< It took it.
  queue_full,            ///< A limit of `Options` is reached; a `Writable` event tells when to try again.
  too_large,             ///< Larger than `Options::message_bytes_max`.
  closed,                ///< `close` was called.
  unknown_dependency,    ///< `after` names no message that was issued.
  unreliable_dependency, ///< `after` names a message that will never have an outcome.
  forgotten_dependency,  ///< `after` is older than the outcome history, and `fail` needs its outcome.
};

/// What `send` answers: the id of the message, or why there is none.
struct [[nodiscard]] SendResult {
  MessageId id;
  SendError error = SendError::none;

  constexpr explicit operator bool() const noexcept { return error == SendError::none; }
};

/// A sentence for people, without a full stop.
[[nodiscard]] constexpr std::string_view describe(SendError error) noexcept {
  switch (error) {
    case SendError::none: return "accepted";
    case SendError::queue_full: return "the send queue is full";
    case SendError::too_large: return "the message is larger than Options::message_bytes_max";
    case SendError::closed: return "the channel is closed";
    case SendError::unknown_dependency: return "the message to wait for was never sent";
    case SendError::unreliable_dependency: return "the message to wait for is unreliable and has no outcome";
    case SendError::forgotten_dependency: return "the outcome of the message to wait for is no longer known";
  }
  return "unknown error";
}

/// A value, or a sentence that says why there is none. For opening the world; the core has no need of it.
template <class T>
class [[nodiscard]] Result {
 public:
  Result(T value) : value_{std::move(value)} {}
  [[nodiscard]] static Result failure(std::string why) {
    Result result;
    result.why_ = std::move(why);
    return result;
  }

  explicit operator bool() const noexcept { return value_.has_value(); }
  [[nodiscard]] T& value() & { return check(), *value_; }
  [[nodiscard]] T&& value() && { return check(), std::move(*value_); }

  /// The reason of a failure, null-terminated; empty where there is a value.
  [[nodiscard]] std::string_view why() const noexcept { return why_; }

 private:
  Result() = default;
  void check() const { BOWLINE_ASSERT(value_.has_value()); }

  std::optional<T> value_;
  std::string why_;
};

}  // namespace bowline::inline v0_1
