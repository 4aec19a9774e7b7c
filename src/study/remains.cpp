#include "study/remains.hpp"

#include <string_view>
#include <vector>

namespace headroom {
namespace fs = std::filesystem;

std::optional<std::string> remains_of(const std::string& name) {
  const std::size_t dot = name.rfind('.');
  if (dot == std::string::npos || dot == 0) return std::nullopt;
  const std::string_view kind = std::string_view(name).substr(dot + 1);
  if (!kind.starts_with("tmp") && !kind.starts_with("old")) return std::nullopt;
  const std::string_view process = kind.substr(3);
  const bool is_number = !process.empty() && process.find_first_not_of("0123456789") == std::string_view::npos;
  return is_number ? std::optional(name.substr(0, dot)) : std::nullopt;
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
