// SPDX-License-Identifier: BSL-1.0
#include "file_receiver.hpp"

#include <gtest/gtest.h>
#include <unistd.h>

#include <fstream>
#include <iterator>
#include <string>

#include "bowline/seal/crc32c.hpp"

namespace transfer {
namespace {

namespace fs = std::filesystem;

struct FileReceiverTest : testing::Test {
  FileReceiverTest() : folder{fs::temp_directory_path() / ("bowline-transfer-" + std::to_string(getpid()))} {
    fs::remove_all(folder);
    fs::create_directories(folder);
  }
  ~FileReceiverTest() override { fs::remove_all(folder); }

  bowline::Result<FileReceiver> create(std::string_view name, std::uint64_t size_bytes, bool overwrite = false) {
    return FileReceiver::create({folder, overwrite}, {1, size_bytes, name}, {});
  }

  std::size_t files_there() const {
    return static_cast<std::size_t>(std::distance(fs::directory_iterator{folder}, fs::directory_iterator{}));
  }

  static Chunk chunk(std::uint64_t offset, std::string_view text) { return {1, offset, bowline::bytes_of(text)}; }
  static End end(std::string_view text) { return {1, bowline::crc32c(0, bowline::bytes_of(text))}; }

  fs::path folder;
};

TEST_F(FileReceiverTest, a_whole_file_gets_its_name_and_only_then) {
  auto file = create("note", 6);
  ASSERT_TRUE(file) << file.why();
  EXPECT_EQ(file.value().write(chunk(0, "abc")), "");
  EXPECT_EQ(file.value().write(chunk(3, "def")), "");
  EXPECT_FALSE(fs::exists(folder / "note"));
  EXPECT_EQ(file.value().finish(end("abcdef")), "");
  std::string text;
  std::ifstream{folder / "note"} >> text;
  EXPECT_EQ(text, "abcdef");
  EXPECT_EQ(files_there(), 1u);
}

TEST_F(FileReceiverTest, an_empty_file_is_whole_at_once) {
  auto file = create("nothing", 0);
  ASSERT_TRUE(file) << file.why();
  EXPECT_EQ(file.value().finish(end("")), "");
  EXPECT_EQ(fs::file_size(folder / "nothing"), 0u);
}

TEST_F(FileReceiverTest, what_is_not_whole_leaves_nothing_behind) {
  {
    auto file = create("note", 6);
    ASSERT_TRUE(file);
    EXPECT_EQ(file.value().write(chunk(0, "abc")), "");
    EXPECT_EQ(files_there(), 1u);
    EXPECT_NE(file.value().finish(end("abc")), "");
  }
  EXPECT_EQ(files_there(), 0u);
}

TEST_F(FileReceiverTest, a_gap_or_a_repeat_is_refused) {
  auto file = create("note", 6);
  ASSERT_TRUE(file);
  EXPECT_NE(file.value().write(chunk(1, "abc")), "");
  EXPECT_EQ(file.value().write(chunk(0, "abc")), "");
  EXPECT_NE(file.value().write(chunk(0, "abc")), "");
  EXPECT_NE(file.value().write(chunk(~std::uint64_t{0}, "abc")), "");
}

TEST_F(FileReceiverTest, bytes_beyond_the_announced_size_are_refused) {
  auto file = create("note", 5);
  ASSERT_TRUE(file);
  EXPECT_EQ(file.value().write(chunk(0, "abc")), "");
  EXPECT_NE(file.value().write(chunk(3, "def")), "");
}

TEST_F(FileReceiverTest, a_wrong_checksum_is_refused) {
  auto file = create("note", 3);
  ASSERT_TRUE(file);
  EXPECT_EQ(file.value().write(chunk(0, "abc")), "");
  EXPECT_NE(file.value().finish(end("abd")), "");
  EXPECT_FALSE(fs::exists(folder / "note"));
}

TEST_F(FileReceiverTest, names_that_leave_the_folder_make_no_file) {
  EXPECT_FALSE(create("../note", 3));
  EXPECT_FALSE(create("/tmp/note", 3));
  EXPECT_EQ(files_there(), 0u);
}

TEST_F(FileReceiverTest, more_than_the_disk_has_is_refused) { EXPECT_FALSE(create("note", ~std::uint64_t{0})); }

TEST_F(FileReceiverTest, a_file_that_is_there_is_replaced_only_on_request) {
  std::ofstream{folder / "note"} << "old";
  EXPECT_FALSE(create("note", 3));
  auto file = create("note", 3, /*overwrite=*/true);
  ASSERT_TRUE(file) << file.why();
  EXPECT_EQ(file.value().write(chunk(0, "new")), "");
  EXPECT_EQ(file.value().finish(end("new")), "");
  std::string text;
  std::ifstream{folder / "note"} >> text;
  EXPECT_EQ(text, "new");
}

TEST_F(FileReceiverTest, a_file_that_appears_meanwhile_is_kept) {
  auto file = create("note", 3);
  ASSERT_TRUE(file);
  EXPECT_EQ(file.value().write(chunk(0, "new")), "");
  fs::create_symlink("nowhere", folder / "note");  // a link that dangles is somebody's too
  EXPECT_NE(file.value().finish(end("new")), "");
  EXPECT_TRUE(fs::is_symlink(folder / "note"));
}

}  // namespace
}  // namespace transfer
