#include "table/input_file.hpp"

#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "support/workload_fixtures.hpp"

namespace headroom {
namespace {

using test::problem_of;
using test::TemporaryFolder;

std::vector<std::string> lines_of(const std::string& path) {
  InputFile file(path);
  std::vector<std::string> lines;
  for (std::string_view line; file.next(line);) lines.emplace_back(line);
  return lines;
}

TEST(InputFile, GivesLinesWithoutTheirEnds) {
  const TemporaryFolder folder;
  const std::vector<std::string> expected{"one", "", "three"};
  EXPECT_EQ(lines_of(folder.write("a", "one\n\nthree\n")), expected);
  EXPECT_EQ(lines_of(folder.write("b", "one\r\n\r\nthree\r\n")), expected);
  EXPECT_EQ(lines_of(folder.write("c", "one\n\nthree")), expected);
  EXPECT_EQ(lines_of(folder.write_gzip("d.gz", "one\n\nthree\n")), expected);
  EXPECT_TRUE(lines_of(folder.write("e", "")).empty());
}

TEST(InputFile, KeepsLinesWholeAcrossItsBuffer) {
  const TemporaryFolder folder;
  std::vector<std::string> expected;
  std::string content;
  for (std::size_t i = 0; i < 3000; ++i) {
    expected.push_back(std::string(i % 700, static_cast<char>('a' + i % 26)));
    content += expected.back() + '\n';
  }
  expected.push_back(std::string(2'000'000, 'x'));
  content += expected.back();
  EXPECT_TRUE(lines_of(folder.write("plain", content)) == expected);
  EXPECT_TRUE(lines_of(folder.write_gzip("packed", content)) == expected);
}

TEST(InputFile, KnowsWhereItIs) {
  const TemporaryFolder folder;
  const std::string path = folder.write("a", "one\ntwo\n");
  InputFile file(path);
  std::string_view line;
  file.next(line);
  file.next(line);
  EXPECT_EQ(file.where(), path + ":2");
}

TEST(InputFile, SaysWhenAFileIsMissingOrAFolder) {
  const TemporaryFolder folder;
  const std::string path = folder.path("none.csv");
  EXPECT_EQ(problem_of([&] { InputFile file(path); }), path + ": cannot be opened: No such file or directory");
  EXPECT_EQ(problem_of([&] { InputFile file(folder.path("")); }), folder.path("") + ": cannot be read: Is a directory");
}

TEST(InputFile, SaysWhenGzipIsCutOffAnywhere) {
  const TemporaryFolder folder;
  std::string text;
  for (int i = 0; i < 300; ++i) text += std::to_string(i * i) + '\n';
  const std::string whole = test::content_of(folder.write_gzip("whole.gz", text));
  for (std::size_t size = 3; size < whole.size(); size += 7) {
    const std::string path = folder.write("part.gz", whole.substr(0, size));
    EXPECT_EQ(problem_of([&] { lines_of(path); }), path + ": the gzip data are cut off") << size;
  }
}

TEST(InputFile, SaysWhenGzipIsCorrupt) {
  const TemporaryFolder folder;
  std::string packed = test::content_of(folder.write_gzip("whole.gz", "one\ntwo\nthree\n"));
  packed[packed.size() - 6] = static_cast<char>(packed[packed.size() - 6] ^ 0x55);  // in the check sum
  const std::string path = folder.write("bad.gz", packed);
  EXPECT_EQ(problem_of([&] { lines_of(path); }), path + ": the gzip data are corrupt");
}

TEST(InputFile, SaysWhenAGzipNameHoldsSomethingElse) {
  const TemporaryFolder folder;
  const std::string path = folder.write("plain.gz", "one\n");
  EXPECT_EQ(problem_of([&] { lines_of(path); }), path + ": is not a gzip file although its name ends in .gz");
}

TEST(InputFile, RefusesALineWithoutEnd) {
  const TemporaryFolder folder;
  const std::string path = folder.write_gzip("long.gz", std::string(20'000'000, 'x'));
  EXPECT_EQ(problem_of([&] { lines_of(path); }), path + ":1: the line is too long");
}

}  // namespace
}  // namespace headroom
