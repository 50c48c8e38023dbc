// SPDX-License-Identifier: BSL-1.0
// Two channels of bowline over UDP. `rules=` chooses what they follow, `batching=plain` forbids segmentation offload.
#include <charconv>
#include <chrono>
#include <string>

#include "bowline/congestion/fixed_window.hpp"
#include "bowline/reliable_channel.hpp"
#include "bowline/transport/udp_transport.hpp"
#include "compare/udp/two_ends.hpp"

namespace {

using namespace std::chrono_literals;

bool plain = false;

bowline::UdpTransport open(const std::string& remote) {
  auto transport = bowline::UdpTransport::open(
      {.local = "127.0.0.1:0",
       .remote = remote,
       .send_buffer_bytes = std::size_t{4} << 20,
       .receive_buffer_bytes = std::size_t{4} << 20,
       .batching = plain ? bowline::UdpBatching::many : bowline::UdpBatching::automatic});
  if (!transport) bench::broken(transport.why().data());
  return std::move(transport).value();
}

template <class Extras>
using Channel = bowline::ReliableChannel<bowline::UdpTransport, bowline::SteadyClock, bowline::FixedQueueDedup<>,
                                         bowline::AdaptiveResend, Extras>;

template <class Extras>
void send_all(bench::Common& common, const bench::Load& load, bench::NumberedMessage& message) {
  Channel<Extras> channel{open("127.0.0.1:" + std::to_string(common.wait_for_port()))};
  bowline::MessageId last;
  std::uint64_t sent = 0;
  for (;;) {
    while (sent < load.messages && sent - channel.stats().messages_acked < load.outstanding_max()) {
      const bowline::SendResult result = channel.send(message.make(sent), {.after = last});
      if (result.error == bowline::SendError::queue_full) break;
      if (!result) bench::broken("a message was refused");
      last = result.id;
      ++sent;
    }
    channel.poll();
    while (channel.next_event()) {
    }
    channel.wait(100ms);
  }
}

template <class Extras>
void receive_all(bench::Common& common, const bench::Load&, bench::Meter& meter) {
  Channel<Extras> channel{open("")};
  const std::string local = channel.transport().local_address();
  const std::string port = local.substr(local.rfind(':') + 1);
  std::uint32_t number = 0;
  std::from_chars(port.data(), port.data() + port.size(), number);
  common.port = number;
  while (!meter.done()) {
    channel.poll();
    while (const auto event = channel.next_event()) {
      event->visit([&](const bowline::Received& received) { meter.take(received.payload); });
    }
    channel.wait(100ms);
  }
}

struct FixedRules : bowline::DefaultExtras {
  bowline::FixedWindow congestion;
};

template <class Extras>
void compare(const bench::Settings& settings) {
  using Connection = typename Channel<Extras>::ConnectionType;
  // A message that no channel takes is no comparison.
  const std::string message(settings.number("bytes", 64), 'm');
  Connection connection{bowline::Options{.entropy = {1, 1}}};
  const bowline::SendResult result = connection.send(bowline::TimePoint{1s}, bowline::bytes_of(message), {});
  if (!result) bench::absent(bowline::describe(result.error));
  bench::compare_over_udp(settings, send_all<Extras>, receive_all<Extras>);
}

}  // namespace

int main(int count, char** values) {
  const bench::Settings settings{count, values};
  plain = settings.text("batching", "automatic") == "plain";
  if (settings.text("rules", "default") == "fixed") {
    compare<FixedRules>(settings);
  } else {
    compare<bowline::DefaultExtras>(settings);
  }
}
