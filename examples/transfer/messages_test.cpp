// SPDX-License-Identifier: BSL-1.0
#include "messages.hpp"

#include <gtest/gtest.h>

#include <array>
#include <string>
#include <vector>

namespace transfer {
namespace {

std::vector<std::byte> written(const Message& message) {
  std::array<std::byte, 1200> buffer{};
  const Bytes bytes = write_message(message, buffer);
  return {bytes.begin(), bytes.end()};
}

const std::string payload = "some bytes";

const std::vector<Message> one_of_each{
    Offer{7, std::uint64_t{1} << 40, "photo.jpg"}, Accept{7},           Refuse{7, "the disk is full"},
    Chunk{7, 4096, bowline::bytes_of(payload)},    End{7, 0xe3069283},  Done{7},
    Chat{"hello"},                                 Media{3, 40'000, bowline::bytes_of(payload)},
    Finish{4, 250},                                Report{240, 2},
};

TEST(Messages, each_comes_back_as_it_was_written) {
  for (const Message& message : one_of_each) {
    const auto bytes = written(message);
    const auto read = read_message(bytes);
    ASSERT_TRUE(read) << "kind " << message.index() + 1;
    EXPECT_EQ(read->index(), message.index());
    EXPECT_EQ(written(*read), bytes);
  }
}

TEST(Messages, fields_keep_their_values) {
  const auto bytes = written(Offer{7, std::uint64_t{1} << 40, "photo.jpg"});
  ASSERT_EQ(bytes.size(), 22u);  // 1 + 4 + 8 + 9
  const auto read = read_message(bytes);
  const Offer* offer = read ? std::get_if<Offer>(&*read) : nullptr;
  ASSERT_NE(offer, nullptr);
  EXPECT_EQ(offer->file, 7u);
  EXPECT_EQ(offer->size_bytes, 1'099'511'627'776u);
  EXPECT_EQ(offer->name, "photo.jpg");
}

TEST(Messages, what_is_cut_short_of_its_fields_is_refused) {
  const std::array<std::size_t, 10> fixed_bytes{13, 5, 5, 13, 9, 5, 1, 13, 9, 9};
  for (const Message& message : one_of_each) {
    const auto bytes = written(message);
    for (std::size_t length = 0; length < fixed_bytes[message.index()]; ++length) {
      EXPECT_FALSE(read_message(Bytes{bytes}.first(length))) << "kind " << message.index() + 1;
    }
  }
}

TEST(Messages, bytes_beyond_fixed_fields_are_refused) {
  for (const Message& message : {Message{Accept{7}}, Message{End{7, 1}}, Message{Done{7}}, Message{Finish{}},
                                 Message{Report{}}}) {
    auto bytes = written(message);
    bytes.push_back(std::byte{0});
    EXPECT_FALSE(read_message(bytes)) << "kind " << message.index() + 1;
  }
}

TEST(Messages, unknown_kinds_are_refused) {
  for (unsigned kind = 0; kind < 256; ++kind) {
    if (kind >= 1 && kind <= 10) continue;
    std::vector<std::byte> bytes(20);
    bytes[0] = static_cast<std::byte>(kind);
    EXPECT_FALSE(read_message(bytes)) << "kind " << kind;
  }
}

TEST(Messages, texts_are_cut_when_written_and_refused_when_longer) {
  const std::string long_text(2 * text_bytes_max, 'x');
  std::array<std::byte, 1200> buffer{};
  EXPECT_EQ(write_message(Chat{long_text}, buffer).size(), 1 + text_bytes_max);
  std::vector<std::byte> bytes(2 + text_bytes_max, std::byte{'x'});
  bytes[0] = std::byte{7};
  EXPECT_FALSE(read_message(bytes));
}

}  // namespace
}  // namespace transfer
