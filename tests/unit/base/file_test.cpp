#include "base/file.hpp"

#include <gtest/gtest.h>

#include "support/workload_fixtures.hpp"

namespace headroom {
namespace {

TEST(File, IsReadAsItWasWritten) {
  const test::TemporaryFolder folder;
  write_atomically(folder.path("a"), "one\r\ntwo");
  EXPECT_EQ(read_file(folder.path("a")), "one\r\ntwo");
  EXPECT_EQ(read_file(folder.path("b")), std::nullopt);
  EXPECT_EQ(read_file(folder.path("")), std::nullopt);
}

TEST(File, OfAFolderIsNoFolderAndNoBackup) {
  const test::TemporaryFolder folder;
  std::filesystem::create_directories(folder.path("sub"));
  for (const char* name : {"b.csv", "a.csv", ".hidden", "a.csv.bak", "a.csv~"}) (void)folder.write(name, "x");
  const auto files = files_at(folder.path(""));
  ASSERT_EQ(files.size(), 2U);
  EXPECT_EQ(files[0].filename(), "a.csv");
  EXPECT_EQ(left_out_at(folder.path("")), "a.csv.bak, a.csv~, sub/");
  EXPECT_EQ(files_at(folder.path("a.csv~")).size(), 1U);  // named itself
  EXPECT_EQ(left_out_at(folder.path("a.csv~")), "");
}

TEST(File, ThatCannotBeWrittenLeavesNothing) {
  const test::TemporaryFolder folder;
  std::filesystem::create_directories(folder.path("a/b"));
  EXPECT_ANY_THROW(write_atomically(folder.path("a"), "text"));
  const std::filesystem::directory_iterator entries(folder.path(""));
  EXPECT_EQ(std::distance(begin(entries), end(entries)), 1);
}

}  // namespace
}  // namespace headroom
