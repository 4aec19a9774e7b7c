#include "config/folders.hpp"

#include <cstdlib>
#include <set>

#include "base/file.hpp"
#include "base/problem.hpp"
#include "base/program_files.hpp"
#include "base/text.hpp"

namespace headroom {

bool is_path(const std::string& name, const std::filesystem::path& folder) {
  return name.find('/') != std::string::npos || name.ends_with(".json") || is_file(folder / name);
}

ConfigFolders::ConfigFolders(const std::vector<std::string>& first) : folders_(first.begin(), first.end()) {
  if (const char* folder = std::getenv("HEADROOM_CONFIGS"); folder && *folder) folders_.emplace_back(folder);
  folders_.emplace_back("configs");
  folders_.emplace_back(program_file("configs"));
}

std::filesystem::path ConfigFolders::find(std::string_view kind, const std::string& name,
                                          const std::string& where) const {
  for (const auto& folder : folders_)
    if (auto file = folder / kind / (name + ".json"); is_file(file)) return file;
  if (const auto others = kinds_of(name); !others.empty())
    throw InputError(where, "\"" + printable(name, 60) + "\" is the name of a " + join(others, ", a ") + ", not of a " +
                                std::string(kind));
  const auto known = names(kind);
  throw InputError(where, "no " + std::string(kind) + " is called \"" + printable(name, 60) + "\"" +
                              (known.empty() ? "; no configuration folder was found, see --config-dir"
                                             : " (there are: " + join(known, ", ") + ")" + did_you_mean(name, known)));
}

std::filesystem::path ConfigFolders::file_of(std::string_view kind, const std::string& name,
                                             const std::filesystem::path& folder, const std::string& where) const {
  if (!is_path(name, folder)) return find(kind, name, where);
  auto file = folder / name;
  std::error_code absent;
  if (!std::filesystem::exists(file, absent)) throw InputError(where, "there is no file " + file.string());
  if (auto why = why_unreadable(file); !why.empty())
    throw InputError(where, "cannot read " + file.string() + ": " + why);
  return file;
}

std::filesystem::path ConfigFolders::included(const std::string& name, const std::filesystem::path& folder) const {
  if (is_file(folder / name)) return folder / name;
  for (const auto& own : folders_)
    if (is_file(own / name)) return own / name;
  return folder / name;
}

std::vector<std::string> ConfigFolders::kinds_of(const std::string& name) const {
  std::set<std::string> found;
  for (const auto& folder : folders_) {
    std::error_code absent;
    for (const auto& kind : std::filesystem::directory_iterator(folder, absent))
      if (is_file(kind.path() / (name + ".json"))) found.insert(kind.path().filename().string());
  }
  return {found.begin(), found.end()};
}

std::vector<std::string> ConfigFolders::names(std::string_view kind) const {
  std::set<std::string> found;
  for (const auto& folder : folders_) {
    std::error_code absent;
    for (const auto& entry : std::filesystem::directory_iterator(folder / kind, absent))
      if (entry.path().extension() == ".json") found.insert(entry.path().stem().string());
  }
  return {found.begin(), found.end()};
}

}  // namespace headroom
