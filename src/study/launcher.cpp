#include "study/launcher.hpp"

#include <regex>
#include <unordered_set>

namespace headroom {

std::vector<std::string> command_of(const PointRun& run) {
  return {std::filesystem::read_symlink("/proc/self/exe").string(),
          "run",
          run.scenario.string(),
          "--out",
          run.out.string(),
          "--force",
          "--quiet"};
}

void remove_remains(std::span<const PointRun> runs) {
  static const std::regex remains(R"((.+)\.(?:tmp|old)\d+)");
  if (runs.empty()) return;
  std::unordered_set<std::string> names;
  for (const PointRun& run : runs) names.insert(run.out.filename().string());
  std::vector<std::filesystem::path> found;
  for (const auto& entry : std::filesystem::directory_iterator(runs.front().out.parent_path())) {
    const std::string name = entry.path().filename().string();
    if (std::smatch match; std::regex_match(name, match, remains) && names.contains(match[1]))
      found.push_back(entry.path());
  }
  for (const auto& path : found) std::filesystem::remove_all(path);
}

}  // namespace headroom
