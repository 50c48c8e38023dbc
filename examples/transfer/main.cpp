// SPDX-License-Identifier: BSL-1.0
// Sends files, chat and live media at once to another process, over a network as bad as you like.
//
//   transfer receive --listen 9000 --into inbox
//   transfer send photo.jpg notes.txt --to 192.0.2.7:9000 --chat "on their way"

#include <CLI/CLI.hpp>
#include <cerrno>
#include <cstdio>
#include <filesystem>
#include <set>
#include <string>
#include <system_error>
#include <vector>

#include "channel.hpp"
#include "console.hpp"
#include "drive.hpp"
#include "names.hpp"
#include "receive_session.hpp"
#include "send_session.hpp"

namespace transfer {
namespace {

struct Arguments {
  std::string listen;
  std::string into;
  bool overwrite = false;
  std::string port_file;

  std::vector<std::string> files;
  std::string to;
  std::vector<std::string> chat;
  std::uint32_t chat_every_ms = 0;
  std::uint32_t media_rate = 0;
  std::uint32_t media_bytes = 400;

  double loss = 0, duplicate = 0, reorder = 0, corrupt = 0;
  std::uint64_t seed = 1;
  std::uint32_t timeout_s = 10;
  std::uint32_t window_kib = 128;
  std::string log;
};

void add_link_options(CLI::App& role, Arguments& to) {
  const auto share = [&](const char* name, double& value, const char* what) {
    role.add_option(name, value, what)->check(CLI::Range(0.0, 1.0))->group("Make this end's datagrams suffer");
  };
  share("--loss", to.loss, "share that is lost, 0 to 1");
  share("--duplicate", to.duplicate, "share that is sent twice");
  share("--reorder", to.reorder, "share that is overtaken by later ones");
  share("--corrupt", to.corrupt, "share that has bits flipped");
  role.add_option("--seed", to.seed, "decides which")->group("Make this end's datagrams suffer");
  role.add_option("--timeout", to.timeout_s, "seconds of silence after which the other end counts as gone")
      ->check(CLI::Range(1, 3600))
      ->capture_default_str();
  role.add_option("--window", to.window_kib, "KiB on the way at once")
      ->check(CLI::Range(4, 65536))
      ->capture_default_str();
  role.add_option("--log", to.log, "write what is said into this file");
}

LinkSettings link_settings(const Arguments& from) {
  const auto ppm = [](double share) { return static_cast<std::uint32_t>(1e6 * share + 0.5); };
  LinkSettings link;
  link.faults.loss_ppm = ppm(from.loss);
  link.faults.duplicate_ppm = ppm(from.duplicate);
  link.faults.reorder_ppm = ppm(from.reorder);
  link.faults.corrupt_ppm = ppm(from.corrupt);
  link.seed = from.seed;
  link.patience = std::chrono::seconds{from.timeout_s};
  link.in_flight_bytes = std::size_t{from.window_kib} << 10;
  return link;
}

constexpr int failed = 1;

int complain(const std::string& sentence) {
  std::fprintf(stderr, "transfer: %s\n", sentence.c_str());
  return failed;
}

template <class Session>
int run(Channel& channel, Session&& session) {
  catch_interrupts();
  drive(channel, session);
  const bool well = session.conclude(bowline::SteadyClock{}.now());
  // Shells know a process that a signal ended by 128 and its number.
  return interrupted() != 0 ? 128 + interrupted() : well ? 0 : failed;
}

int send(const Arguments& arguments, Console& console) {
  std::vector<SourceFile> sources;
  std::set<std::string> names;
  for (const std::string& path : arguments.files) {
    auto source = open_source(path);
    if (!source) return complain(std::string{source.why()});
    sources.push_back(std::move(source).value());
    const std::string& name = sources.back().name;
    if (!names.insert(name).second) return complain("two of the files would arrive as " + printable(name));
  }
  auto channel = open_channel({.remote = arguments.to}, link_settings(arguments));
  if (!channel) return complain(std::string{channel.why()});
  const SendSettings settings{arguments.chat, std::chrono::milliseconds{arguments.chat_every_ms},
                              arguments.media_rate, arguments.media_bytes};
  return run(channel.value(), SendSession{channel.value(), std::move(sources), settings, console});
}

/// Through another name, so that whoever waits for the file never reads half a port.
bool write_port_file(const std::string& path, const std::string& address) {
  const std::string unfinished = path + ".part";
  FileHandle file{std::fopen(unfinished.c_str(), "w")};
  if (!file || std::fprintf(file.get(), "%s\n", address.substr(address.rfind(':') + 1).c_str()) < 0) return false;
  if (std::fclose(file.release()) != 0) return false;
  return std::rename(unfinished.c_str(), path.c_str()) == 0;
}

int receive(const Arguments& arguments, Console& console) {
  std::error_code error;
  if (!std::filesystem::is_directory(arguments.into, error)) {
    return complain("cannot write into " + arguments.into + ": " + (error ? error.message() : "it is no folder"));
  }
  const bool port_only = arguments.listen.find(':') == std::string::npos;
  auto channel = open_channel({.local = (port_only ? ":" : "") + arguments.listen}, link_settings(arguments));
  if (!channel) return complain(std::string{channel.why()});
  const std::string address = channel.value().transport().inner().local_address();
  if (!arguments.port_file.empty() && !write_port_file(arguments.port_file, address)) {
    return complain("cannot write " + arguments.port_file + ": " + std::generic_category().message(errno));
  }
  console.say("listening on " + address);
  return run(channel.value(), ReceiveSession{channel.value(), {arguments.into, arguments.overwrite}, console});
}

int run_program(int count, char** words) {
  Arguments arguments;
  CLI::App app{"Sends files, chat and live media at once over bad networks."};
  app.require_subcommand(1);

  CLI::App& receiver = *app.add_subcommand("receive", "take what one sender has, then exit");
  receiver.add_option("--listen", arguments.listen, "port, or address and port; port 0 is any free one")->required();
  receiver.add_option("--into", arguments.into, "folder for the files")->required();
  receiver.add_flag("--overwrite", arguments.overwrite, "replace files that are there already");
  receiver.add_option("--port-file", arguments.port_file, "write the port into this file");
  add_link_options(receiver, arguments);

  CLI::App& sender = *app.add_subcommand("send", "send files");
  sender.add_option("files", arguments.files, "what to send")->required();
  sender.add_option("--to", arguments.to, "host:port of the receiver")->required();
  sender.add_option("--chat", arguments.chat, "a line of text to send; may be repeated");
  sender.add_option("--chat-every", arguments.chat_every_ms, "send the lines in turn, one every so many milliseconds");
  sender.add_option("--media-rate", arguments.media_rate, "frames of live media a second")->check(CLI::Range(0, 1000));
  sender.add_option("--media-bytes", arguments.media_bytes, "bytes of a frame")
      ->check(CLI::Range(1, 1000))
      ->capture_default_str();
  add_link_options(sender, arguments);
  CLI11_PARSE(app, count, words);

  const FileHandle log{arguments.log.empty() ? nullptr : std::fopen(arguments.log.c_str(), "w")};
  if (!arguments.log.empty() && !log) {
    return complain("cannot write " + arguments.log + ": " + std::generic_category().message(errno));
  }
  Console console{log ? log.get() : stdout};
  return receiver.parsed() ? receive(arguments, console) : send(arguments, console);
}

}  // namespace
}  // namespace transfer

int main(int count, char** words) { return transfer::run_program(count, words); }
