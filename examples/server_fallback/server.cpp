// SPDX-License-Identifier: BSL-1.0
#include "server.hpp"

#include <poll.h>

#include <array>
#include <optional>

#include "record_link.hpp"

namespace server_fallback {
namespace {

/// Records that wait for a slow client; beyond it the other one's wait in their own socket.
constexpr std::size_t backlog_bytes_max = 64 << 10;

class Server {
 public:
  explicit Server(const Descriptor& listener) : listener_{listener} {}

  std::string run() {
    for (;;) {
      wait();
      let_in();
      for (auto& client : clients_) {
        if (client) client->exchange();
      }
      if (!both()) {
        leave_alone();
        continue;
      }
      for (std::size_t i = 0; i < 2; ++i) {
        const bool all = forward(*clients_[i], *clients_[1 - i]);
        if (all && !clients_[i]->open()) return say_good_bye(*clients_[1 - i]), summary();
      }
    }
  }

 private:
  [[nodiscard]] bool both() const { return clients_[0] && clients_[1]; }

  void let_in() {
    for (auto& client : clients_) {
      if (client) continue;
      if (auto socket = accept_from(listener_)) client.emplace(std::move(*socket));
    }
  }

  /// One that left before the other came makes room for the next.
  void leave_alone() {
    for (auto& client : clients_) {
      if (client && !client->open()) client.reset();
    }
  }

  /// False while more waits here than `to` can take.
  bool forward(RecordLink& from, RecordLink& to) {
    while (to.backlog_bytes() < backlog_bytes_max) {
      const auto record = from.receive();
      if (!record) return true;
      to.send(*record);
      ++records_;
    }
    return false;
  }

  /// Tells the one that stays.
  void say_good_bye(RecordLink& client) {
    client.send({});
    client.leave(std::chrono::seconds{2});
  }

  void wait() {
    std::array<pollfd, 3> watched{};
    watched[0] = {both() ? -1 : listener_.handle(), POLLIN, 0};
    for (std::size_t i = 0; i < 2; ++i) {
      const auto& client = clients_[i];
      watched[i + 1] = {client ? client->native_handle() : -1, client ? client->awaited() : short{0}, 0};
    }
    ::poll(watched.data(), watched.size(), 1000);
  }

  std::string summary() const { return "one pair served, " + std::to_string(records_) + " records forwarded"; }

  const Descriptor& listener_;
  std::array<std::optional<RecordLink>, 2> clients_;
  std::uint64_t records_ = 0;
};

}  // namespace

std::string serve(const Descriptor& listener) { return Server{listener}.run(); }

}  // namespace server_fallback
