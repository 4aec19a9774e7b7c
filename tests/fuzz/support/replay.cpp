#include "fuzz/support/replay.hpp"

#include <algorithm>
#include <cstdio>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <string>
#include <vector>

namespace {

int usage() {
  std::fprintf(stderr, "headroom_fuzz_replay TARGET FOLDER; targets:");
  for (const auto& target : headroom::fuzz::targets()) std::fprintf(stderr, " %s", target.name.data());
  std::fprintf(stderr, "\n");
  return 2;
}

std::vector<std::filesystem::path> files_of(const char* folder) {
  std::vector<std::filesystem::path> files;
  for (const auto& entry : std::filesystem::directory_iterator(folder)) files.push_back(entry.path());
  std::ranges::sort(files);
  return files;
}

}  // namespace

/// Feeds every file of a folder to a target; a fault ends the program, and the last name printed is the input.
int main(int count, char** words) {
  if (count != 3) return usage();
  const auto targets = headroom::fuzz::targets();
  const auto target = std::ranges::find(targets, std::string_view(words[1]), &headroom::fuzz::Target::name);
  if (target == targets.end()) return usage();
  const auto files = files_of(words[2]);
  for (const auto& path : files) {
    std::printf("%s\n", path.c_str());
    std::fflush(stdout);
    std::ifstream file(path, std::ios::binary);
    const std::vector<char> bytes(std::istreambuf_iterator<char>(file), {});
    target->run(reinterpret_cast<const std::uint8_t*>(bytes.data()), bytes.size());
  }
  return files.empty() ? 1 : 0;
}
