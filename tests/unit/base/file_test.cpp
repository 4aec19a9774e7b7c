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

TEST(File, ThatCannotBeWrittenLeavesNothing) {
  const test::TemporaryFolder folder;
  std::filesystem::create_directories(folder.path("a/b"));
  EXPECT_ANY_THROW(write_atomically(folder.path("a"), "text"));
  const std::filesystem::directory_iterator entries(folder.path(""));
  EXPECT_EQ(std::distance(begin(entries), end(entries)), 1);
}

}  // namespace
}  // namespace headroom
