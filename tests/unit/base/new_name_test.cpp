#include "base/new_name.hpp"

#include <gtest/gtest.h>

#include "base/file.hpp"
#include "base/output_file.hpp"
#include "support/workload_fixtures.hpp"

namespace headroom {
namespace {

TEST(NewName, IsNeverOneThatIsThere) {
  const test::TemporaryFolder folder;
  const auto first = make_directory_beside(folder.path("out"));
  const auto second = make_directory_beside(folder.path("out"));
  EXPECT_NE(first, second);
  const NewFile file(folder.path("out"));
  EXPECT_NE(file.temporary(), first);
  EXPECT_NE(file.temporary(), second);
}

TEST(NewName, IsTakenOnlyWhereItIsFree) {
  const test::TemporaryFolder folder;
  write_file(folder.path("a"), "a");
  write_file(folder.path("b"), "b");
  EXPECT_FALSE(rename_to_free(folder.path("a"), folder.path("b")));
  EXPECT_TRUE(rename_to_free(folder.path("a"), folder.path("c")));
  EXPECT_EQ(read_file(folder.path("b")), "b");
  EXPECT_EQ(read_file(folder.path("c")), "a");
}

TEST(NewName, ChangesPlacesWithAnother) {
  const test::TemporaryFolder folder;
  write_file(folder.path("a"), "a");
  const auto made = make_directory_beside(folder.path("b"));
  exchange(folder.path("a"), made);
  EXPECT_EQ(read_file(made), "a");
  EXPECT_TRUE(std::filesystem::is_directory(folder.path("a")));
}

TEST(NewFile, GoesAwayUnlessItGetsItsName) {
  const test::TemporaryFolder folder;
  std::filesystem::path temporary;
  {
    NewFile file(folder.path("a"));
    temporary = file.temporary();
    OutputFile(file.descriptor(), folder.path("a")) << "text";
  }
  EXPECT_FALSE(std::filesystem::exists(temporary));
  EXPECT_FALSE(std::filesystem::exists(folder.path("a")));
}

TEST(OutputFile, SaysWhyItCannotBeWritten) {
  try {
    write_file("/dev/full", "text");
    FAIL();
  } catch (const WriteError& error) {
    EXPECT_STREQ(error.what(), "cannot write /dev/full: No space left on device");
  }
}

}  // namespace
}  // namespace headroom
