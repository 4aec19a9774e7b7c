#include "table/input_file.hpp"

#include <gtest/gtest.h>
#include <sys/stat.h>

#include <filesystem>
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

TEST(InputFile, ReadsSeveralMembersAndRefusesWhatIsBehindThem) {
  const TemporaryFolder folder;
  const std::string one = test::content_of(folder.write_gzip("one.gz", "one\n"));
  const std::string two = test::content_of(folder.write_gzip("two.gz", "two\n"));
  const std::vector<std::string> both{"one", "two"};
  EXPECT_EQ(lines_of(folder.write("both.gz", one + two)), both);
  const std::string behind = folder.write("behind.gz", one + "garbage");
  EXPECT_EQ(problem_of([&] { lines_of(behind); }), behind + ": goes on behind its gzip data");
  const std::string frame("\x28\xb5\x2f\xfd\x04\x58\x21\x00\x00one\n\xdf\x16\x68\x09", 17);  // of the zstd program
  EXPECT_EQ(lines_of(folder.write("frames.zst", frame + frame)), (std::vector<std::string>{"one", "one"}));
  const std::string behind_zstd = folder.write("behind.zst", frame + "garbage");
  EXPECT_EQ(problem_of([&] { lines_of(behind_zstd); }), behind_zstd + ": goes on behind its zstd data");
  for (std::size_t size = 5; size < frame.size(); ++size) {
    const std::string path = folder.write("part.zst", frame.substr(0, size));
    EXPECT_EQ(problem_of([&] { lines_of(path); }), path + ": the zstd data are cut off") << size;
  }
}

TEST(InputFile, NamesWhatItDoesNotRead) {
  const TemporaryFolder folder;
  const auto problem = [&](const std::string& content) {
    const std::string path = folder.write("t", content);
    return problem_of([&] { lines_of(path); }).substr(path.size());
  };
  EXPECT_EQ(problem(std::string("\xFD"
                                "7zXZ\0",
                                6)),
            ": is compressed with xz: use gzip or zstd");
  EXPECT_EQ(problem("BZh91AY"), ": is compressed with bzip2: use gzip or zstd");
  EXPECT_EQ(problem("\xFF\xFE"
                    "a"),
            ": is UTF-16 text: save it as UTF-8");
  EXPECT_EQ(problem("version https://git-lfs.github.com/spec/v1\noid sha256:00\n"),
            ": is a pointer of Git LFS, not the file itself: fetch it (git lfs pull)");
}

TEST(InputFile, RefusesWhatIsNoRegularFileAndAPathWithNul) {
  const TemporaryFolder folder;
  const std::string fifo = folder.path("fifo");
  ASSERT_EQ(mkfifo(fifo.c_str(), 0600), 0);
  EXPECT_EQ(problem_of([&] { InputFile file(fifo); }), fifo + ": is not a regular file");
  const std::string real = folder.write("a", "one\n");
  EXPECT_EQ(problem_of([&] { InputFile file(real + '\0' + ".csv"); }),
            real + ": cannot be opened: the path holds a NUL character");
}

TEST(InputFile, SaysWhenAFileChangesUnderItsReader) {
  const TemporaryFolder folder;
  const std::string path = folder.write("a", std::string(1'000'000, 'x'));
  InputFile file(path);
  std::filesystem::resize_file(path, 700'000);
  std::string_view line;
  EXPECT_EQ(problem_of([&] { file.next(line); }), path + ": has changed while it was being read");
}

TEST(InputFile, RefusesALineWithoutEnd) {
  const TemporaryFolder folder;
  const std::string path = folder.write_gzip("long.gz", std::string(20'000'000, 'x'));
  EXPECT_EQ(problem_of([&] { lines_of(path); }), path + ":1: the line is too long");
}

}  // namespace
}  // namespace headroom
