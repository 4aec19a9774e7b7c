#include "study/remains.hpp"

#include <regex>
#include <vector>

namespace headroom {
namespace fs = std::filesystem;

std::optional<std::string> remains_of(const std::string& name) {
  static const std::regex remains(R"((.+)\.(?:tmp|old)\d+)");
  std::smatch match;
  return std::regex_match(name, match, remains) ? std::optional(match[1].str()) : std::nullopt;
}

void remove_remains(const fs::path& folder, const std::set<std::string>& kept) {
  std::vector<fs::path> found;
  for (const auto& entry : fs::directory_iterator(folder)) {
    const std::string name = entry.path().filename().string();
    if (remains_of(name) && !kept.contains(name)) found.push_back(entry.path());
  }
  for (const auto& path : found) fs::remove_all(path);
}

}  // namespace headroom
