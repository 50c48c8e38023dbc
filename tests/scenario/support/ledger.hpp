// SPDX-License-Identifier: BSL-1.0
// What one incarnation of an end sent, and what became of it, as an application at either end can see it.
#pragma once

#include <gtest/gtest.h>

#include <algorithm>
#include <cstdint>
#include <cstring>
#include <functional>
#include <limits>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "bowline/base/events.hpp"
#include "bowline/base/options.hpp"
#include "bowline/base/results.hpp"
#include "bowline/base/stats.hpp"
#include "bowline/base/status.hpp"
#include "bowline/base/time.hpp"

namespace bowline::test {

/// The laws of delivery for one direction, checked at each fact that it is told. It knows the words of the library
/// (ids, options, events) and none of its code: payloads say by themselves which message they are.
class Ledger {
 public:
  struct Entry {
    SendOptions options;
    TimePoint sent_at{};
    std::size_t bytes = 0;
    std::vector<std::uint64_t> dependents;
    std::optional<Outcome> outcome;
    LossCause cause = LossCause::resends_used_up;
    bool transmitted = true;
    bool cancelled = false;
    bool late_acked = false;
    bool failed_untold = false;
    std::uint32_t deliveries = 0;
    TimePoint delivered_at{};
  };

  /// Bytes that every payload has at least: a tag and an id.
  static constexpr std::size_t payload_bytes_min = 9;

  /// Takes a sentence about a law that does not hold.
  using Complain = std::function<void(const std::string&)>;

  /// `tag` tells incarnations apart in payloads. `at_most_once` is off for a filter that keeps nothing. What is against
  /// the laws fails the test, unless somebody else wants to hear of it.
  Ledger(std::uint8_t tag, bool at_most_once, Complain complain = fail_the_test)
      : tag_{tag}, at_most_once_{at_most_once}, complain_{std::move(complain)} {}

  /// The payload that a message of this id and length has.
  [[nodiscard]] std::vector<std::byte> payload(std::uint64_t id, std::size_t bytes) const {
    std::vector<std::byte> payload(bytes < payload_bytes_min ? payload_bytes_min : bytes);
    payload[0] = std::byte{tag_};
    // A byte at a time, so that every machine sends the same.
    for (std::size_t i = 0; i < 8; ++i) payload[1 + i] = static_cast<std::byte>(id >> (8 * i));
    for (std::size_t i = payload_bytes_min; i < payload.size(); ++i) {
      payload[i] = static_cast<std::byte>((id * 0x9e3779b97f4a7c15u >> (8 * (i % 8))) + i);
    }
    return payload;
  }

  /// Tag and id of a payload.
  [[nodiscard]] static std::pair<std::uint8_t, std::uint64_t> name_in(Bytes payload) {
    if (payload.size() < payload_bytes_min) return {};
    std::uint64_t id = 0;
    for (std::size_t i = 0; i < 8; ++i) id |= std::to_integer<std::uint64_t>(payload[1 + i]) << (8 * i);
    return {static_cast<std::uint8_t>(payload[0]), id};
  }

  [[nodiscard]] std::uint64_t next_id() const { return entries_.size() + 1; }
  [[nodiscard]] Entry& operator[](std::uint64_t id) { return entries_.at(place(id)); }
  [[nodiscard]] const Entry& operator[](std::uint64_t id) const { return entries_.at(place(id)); }
  [[nodiscard]] std::size_t size() const { return entries_.size(); }
  [[nodiscard]] std::size_t pending() const { return pending_.size(); }

  // What the sender's application knows.

  void sent(SendResult result, std::size_t bytes, const SendOptions& options, TimePoint now) {
    expect(result.id.value == next_id(), next_id(), "ids are not 1, 2, 3 …");
    Entry entry;
    entry.options = options;
    entry.sent_at = now;
    entry.bytes = bytes < payload_bytes_min ? payload_bytes_min : bytes;
    entries_.push_back(entry);
    if (options.after) (*this)[options.after.value].dependents.push_back(size());
    if (options.reliable) pending_.insert(size());
    if (options.key != 0) newest_of_key_[options.key] = size();
  }

  void cancelled(std::uint64_t id, bool answer) {
    Entry& entry = (*this)[id];
    if (entry.outcome) expect(!answer, id, "was cancelled after its outcome");
    entry.cancelled |= answer;
  }

  void disconnected() { disconnected_ = true; }

  void acked(std::uint64_t id) {
    expect((*this)[id].options.report_ack, id, "is reported as acked without having been asked for");
    end(id, Outcome::acked);
  }

  void unconfirmed(const Unconfirmed& event, TimePoint now) {
    const std::uint64_t id = event.id.value;
    if (!expect(id != 0 && id < next_id(), id, "ended without having been sent")) return;
    Entry& entry = (*this)[id];
    end(id, event.reason);
    entry.cause = event.cause;
    entry.transmitted = event.transmitted;
    expect(same_bytes(event.payload, payload(id, entry.bytes)), id, "came back with another payload");
    expect(event.transmitted || entry.deliveries == 0, id, "was delivered but, it is said, never transmitted");
    switch (event.reason) {
      case Outcome::acked: expect(false, id, "is unconfirmed because it is acked"); break;
      case Outcome::superseded:
        expect(entry.options.key != 0 && newest_of_key_[entry.options.key] > id, id,
               "is superseded, but nothing newer has its key");
        break;
      case Outcome::cancelled: expect(entry.cancelled, id, "ended as cancelled, which nobody asked for"); break;
      case Outcome::closed: expect(disconnected_, id, "ended as closed, but nothing was"); break;
      case Outcome::expired:
        expect(entry.options.deadline > Duration::zero() &&
                   (!watch_times || now >= entry.sent_at + entry.options.deadline),
               id, "expired before its time");
        break;
      case Outcome::dependency_failed: {
        expect(entry.options.on_dependency_failure == OnDependencyFailure::fail && entry.options.after, id,
               "failed with a dependency that it may survive");
        const auto& outcome = (*this)[entry.options.after.value].outcome;
        expect(outcome && *outcome != Outcome::acked, id, "failed with a dependency that has not failed");
        break;
      }
      case Outcome::lost: break;
    }
  }

  void late_acked(std::uint64_t id) {
    Entry& entry = (*this)[id];
    expect(entry.outcome && *entry.outcome != Outcome::acked, id, "is acked late without having been unconfirmed");
    expect(entry.deliveries > 0, id, "is acked late, but was never delivered");
    expect(!entry.late_acked, id, "is acked late twice");
    entry.late_acked = true;
  }

  /// The message has failed, though its outcome was not taken yet: others need not wait for it.
  void failed_untold(std::uint64_t id) { (*this)[id].failed_untold = true; }

  // What the receiver's application knows.

  void delivered(const Received& event, TimePoint now) {
    const std::uint64_t id = name_in(event.payload).second;
    if (!expect(id != 0 && id < next_id(), id, "was delivered without having been sent")) return;
    Entry& entry = (*this)[id];
    expect(same_bytes(event.payload, payload(id, entry.bytes)), id, "was delivered with other bytes");
    expect(event.reliable == entry.options.reliable, id, "changed its reliability on the way");
    expect(entry.transmitted, id, "was delivered after it ended as not transmitted");
    if (entry.deliveries == 0) check_order(id);
    expect(entry.deliveries == 0 || (!at_most_once_ && entry.options.reliable), id, "was delivered twice");
    ++entry.deliveries;
    entry.delivered_at = now;
    delivered_bytes_ += event.payload.size();
    ++deliveries_;
  }

  // What can be asked at any time.

  /// Looks whether messages ended without an event, as acked ones may, a few at a time. `overdue` is the moment before
  /// which no deadline may have passed unnoticed.
  template <class Channel>
  void look_at_pending(const Channel& channel, TimePoint overdue) {
    auto next = pending_.lower_bound(cursor_);
    for (int i = 0; i < 32 && !pending_.empty(); ++i) {
      if (next == pending_.end()) next = pending_.begin();
      const std::uint64_t id = *next++;
      Entry& entry = (*this)[id];
      const MessageStatus status = channel.status({id});
      const bool over = status == MessageStatus::acked || status == MessageStatus::forgotten;
      if (over && !entry.options.report_ack) {
        end(id, Outcome::acked);
      } else if (watch_times && entry.options.deadline > Duration::zero()) {
        expect(entry.sent_at + entry.options.deadline >= overdue, id, "is pending after its deadline");
      }
      if (pending_.empty()) break;
    }
    cursor_ = next == pending_.end() ? 0 : *next;
  }

  /// Everything has ended: exactly one outcome each, and what is acked was delivered.
  template <class Channel>
  void expect_complete(const Channel& channel) {
    for (std::uint64_t id = 1; id < next_id(); ++id) {
      Entry& entry = (*this)[id];
      const MessageStatus status = channel.status({id});
      if (!entry.options.reliable) {
        expect(!entry.outcome, id, "is unreliable and has an outcome");
        expect(status == MessageStatus::unreliable_done || status == MessageStatus::forgotten, id, "has not left");
        continue;
      }
      if (!entry.outcome && !entry.options.report_ack &&
          (status == MessageStatus::acked || (status == MessageStatus::forgotten && entry.deliveries != 0))) {
        end(id, Outcome::acked);
      }
      if (!expect(entry.outcome.has_value(), id, "has no outcome")) continue;
      if (*entry.outcome == Outcome::acked) {
        expect(status == MessageStatus::acked || status == MessageStatus::forgotten, id, "has two outcomes");
      } else {
        expect(status >= MessageStatus::lost || status == MessageStatus::forgotten, id, "has two outcomes");
      }
    }
    expect_stats(channel);
  }

  template <class Channel>
  void expect_stats(const Channel& channel) const {
    std::uint64_t unreliable = 0, acked = 0, unconfirmed = 0, late = 0;
    for (const Entry& entry : entries_) {
      unreliable += !entry.options.reliable;
      acked += entry.outcome == Outcome::acked;
      unconfirmed += entry.outcome && *entry.outcome != Outcome::acked;
      late += entry.late_acked;
    }
    const Stats& stats = channel.stats();
    expect_count("accepted", stats.messages_accepted, entries_.size());
    expect_count("acked", stats.messages_acked, acked);
    expect_count("unconfirmed", stats.messages_unconfirmed, unconfirmed);
    expect_count("acked late", stats.late_acks, late);
    expect_count("unreliable", stats.unreliable_sent + stats.unreliable_expired, unreliable);
  }

  /// Reliable messages that ended so.
  [[nodiscard]] std::uint64_t count(Outcome outcome) const {
    std::uint64_t count = 0;
    for (const Entry& entry : entries_) count += entry.outcome == outcome;
    return count;
  }
  [[nodiscard]] std::uint64_t deliveries() const { return deliveries_; }
  [[nodiscard]] std::uint64_t delivered_bytes() const { return delivered_bytes_; }

  /// Off where the sender's clock is not the world's.
  bool watch_times = true;

 private:
  /// Of the entry of a message. One that there is not has no place, in 32 bits too.
  [[nodiscard]] static std::size_t place(std::uint64_t id) {
    return static_cast<std::size_t>((std::min)(id - 1, std::uint64_t{(std::numeric_limits<std::size_t>::max)()}));
  }

  static void fail_the_test(const std::string& sentence) { ADD_FAILURE() << sentence; }

  bool expect(bool law, std::uint64_t id, const char* otherwise) const {
    if (!law && failures_++ < 5) complain_("message " + std::to_string(id) + " of '" + name() + "' " + otherwise);
    return law;
  }

  void expect_count(const char* what, std::uint64_t counted, std::uint64_t expected) const {
    if (counted == expected) return;
    complain_("'" + name() + "' counts " + std::to_string(counted) + ' ' + what + ", not " + std::to_string(expected));
  }

  [[nodiscard]] std::string name() const { return std::string(1, static_cast<char>(tag_)); }

  [[nodiscard]] static bool same_bytes(Bytes left, Bytes right) {
    return left.size() == right.size() && std::memcmp(left.data(), right.data(), left.size()) == 0;
  }

  void end(std::uint64_t id, Outcome outcome) {
    Entry& entry = (*this)[id];
    expect(entry.options.reliable, id, "is unreliable and has an outcome");
    expect(!entry.outcome, id, "has two outcomes");
    entry.outcome = outcome;
    pending_.erase(id);
    if (outcome != Outcome::acked) return;
    expect(at_most_once_ ? entry.deliveries == 1 : entry.deliveries >= 1, id, "is acked, but was not delivered");
    expect(!entry.cancelled, id, "is acked after it was cancelled");
  }

  void check_order(std::uint64_t id) {
    const Entry& entry = (*this)[id];
    for (const std::uint64_t dependent : entry.dependents) {
      expect((*this)[dependent].deliveries == 0, id, "was delivered after one that depends on it");
    }
    if (entry.options.after) {
      const Entry& dependency = (*this)[entry.options.after.value];
      const bool given_up =
          dependency.failed_untold || (dependency.outcome && *dependency.outcome != Outcome::acked);
      const bool may_go = dependency.deliveries != 0 ||
                          (given_up && entry.options.on_dependency_failure == OnDependencyFailure::deliver);
      expect(may_go, id, "was delivered before its dependency");
    } else if (!entry.options.reliable && entry.options.newest_only) {
      std::uint64_t& newest = newest_[static_cast<std::size_t>(entry.options.priority)];
      expect(id > newest, id, "is newest-only and was delivered after a newer one");
      newest = id;
    }
  }

  std::uint8_t tag_;
  bool at_most_once_;
  Complain complain_;
  bool disconnected_ = false;
  std::vector<Entry> entries_;
  std::set<std::uint64_t> pending_;
  std::uint64_t cursor_ = 0;
  std::uint64_t newest_[priority_levels] = {};
  std::map<std::uint64_t, std::uint64_t> newest_of_key_;
  std::uint64_t deliveries_ = 0;
  std::uint64_t delivered_bytes_ = 0;
  mutable int failures_ = 0;
};

}  // namespace bowline::test
