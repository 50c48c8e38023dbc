// SPDX-License-Identifier: BSL-1.0
// Sends a file directly while that works, and over a server where it does not.
//
//   server_fallback server --listen 127.0.0.1:9000
//   server_fallback receive --server 127.0.0.1:9000 --into copy
//   server_fallback send photo.jpg --server 127.0.0.1:9000 --blackhole-after 1000000

#include <CLI/CLI.hpp>
#include <csignal>
#include <cstdio>
#include <string>

#include "agreement.hpp"
#include "receiver.hpp"
#include "sender.hpp"
#include "server.hpp"

namespace server_fallback {
namespace {

struct Arguments {
  std::string listen = "127.0.0.1:0";
  std::string port_file;
  std::string server;
  std::string file;
  BlackHole::Settings black_hole;
  std::uint32_t black_hole_ms = 0;
  std::uint32_t hold_back_ms = 0;
  std::uint32_t timeout_s = 10;
};

int complain(std::string_view sentence) {
  std::fprintf(stderr, "server_fallback: %.*s\n", static_cast<int>(sentence.size()), sentence.data());
  return 1;
}

/// Through another name, so that whoever waits for the file never reads half a port.
bool write_port_file(const std::string& path, const std::string& address) {
  const std::string unfinished = path + ".part";
  std::FILE* file = std::fopen(unfinished.c_str(), "w");
  if (!file) return false;
  const bool written = std::fprintf(file, "%s\n", address.substr(address.rfind(':') + 1).c_str()) > 0;
  return std::fclose(file) == 0 && written && std::rename(unfinished.c_str(), path.c_str()) == 0;
}

int run_server(const Arguments& arguments) {
  auto listener = listen_at(arguments.listen);
  if (!listener) return complain(listener.why());
  const std::string address = local_address(listener.value());
  if (!arguments.port_file.empty() && !write_port_file(arguments.port_file, address)) {
    return complain("cannot write " + arguments.port_file);
  }
  std::printf("serving at %s\n", address.c_str());
  std::printf("%s\n", serve(listener.value()).c_str());
  return 0;
}

int run_receiver(const Arguments& arguments) {
  const Duration patience = std::chrono::seconds{arguments.timeout_s};
  auto direct = open_direct_path({.local = arguments.listen});
  if (!direct) return complain(direct.why());
  auto socket = connect_to(arguments.server, patience);
  if (!socket) return complain(socket.why());
  RecordLink server{std::move(socket).value()};
  const std::string address = direct.value().transport().inner().local_address();
  auto file = accept_file(server, arguments.file, address, patience);
  if (!file) return complain(file.why());
  Receiver receiver{std::move(file).value(), direct.value(), server, BlackHole{arguments.black_hole}};
  const std::string why = receiver.run(patience);
  return why.empty() ? 0 : complain(why);
}

int run_sender(const Arguments& arguments) {
  const Duration patience = std::chrono::seconds{arguments.timeout_s};
  auto source = ChunkSource::open(arguments.file, bowline::system_entropy().low);
  if (!source) return complain(source.why());
  auto socket = connect_to(arguments.server, patience);
  if (!socket) return complain(socket.why());
  RecordLink server{std::move(socket).value()};
  auto direct = offer_file(server, source.value().offer(), patience);
  if (!direct) return complain(direct.why());
  Sender sender{std::move(source).value(), direct.value(), server, BlackHole{arguments.black_hole},
                std::chrono::milliseconds{arguments.hold_back_ms}};
  const std::string why = sender.run(patience);
  return why.empty() ? 0 : complain(why);
}

void add_client_options(CLI::App& role, Arguments& to) {
  role.add_option("--server", to.server, "host:port of the server")->required();
  role.add_option("--timeout", to.timeout_s, "seconds for which nothing may move")
      ->check(CLI::Range(5, 3600))
      ->capture_default_str();
  constexpr const char* group = "Break the direct path";
  role.add_option("--blackhole-after", to.black_hole.after_bytes, "bytes over the path until it breaks")->group(group);
  role.add_flag("--blackhole-outward", to.black_hole.outward_only, "swallow only what this end sends")->group(group);
  role.add_option("--blackhole-ms", to.black_hole_ms, "milliseconds until it is back; 0 is never")->group(group);
}

int run_program(int count, char** words) {
  Arguments arguments;
  CLI::App app{"Sends a file directly while that works, and over a server where it does not."};
  app.require_subcommand(1);
  CLI::App& server = *app.add_subcommand("server", "forward between one sender and one receiver, then exit");
  server.add_option("--listen", arguments.listen, "host:port; port 0 is any free one")->capture_default_str();
  server.add_option("--port-file", arguments.port_file, "write the port into this file");

  CLI::App& receiver = *app.add_subcommand("receive", "take one file, then exit");
  receiver.add_option("--into", arguments.file, "name for the file")->required();
  receiver.add_option("--listen", arguments.listen, "host:port where the sender reaches this end directly")
      ->capture_default_str();
  add_client_options(receiver, arguments);

  CLI::App& sender = *app.add_subcommand("send", "send one file");
  sender.add_option("file", arguments.file, "what to send")->required();
  sender.add_option("--hold-back", arguments.hold_back_ms,
                    "milliseconds for which an unconfirmed chunk waits for a late ack before it goes over the server")
      ->check(CLI::Range(0, 2000))
      ->capture_default_str();
  add_client_options(sender, arguments);
  CLI11_PARSE(app, count, words);

  // A connection that breaks is an error to handle, not the end of the process.
  std::signal(SIGPIPE, SIG_IGN);
  std::setvbuf(stdout, nullptr, _IOLBF, BUFSIZ);
  arguments.black_hole.lasts = std::chrono::milliseconds{arguments.black_hole_ms};
  return server.parsed() ? run_server(arguments) : receiver.parsed() ? run_receiver(arguments) : run_sender(arguments);
}

}  // namespace
}  // namespace server_fallback

int main(int count, char** words) { return server_fallback::run_program(count, words); }
