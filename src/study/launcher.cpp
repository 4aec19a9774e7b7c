#include "study/launcher.hpp"

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

void remove_remains(const PointRun& run) {
  const std::string name = run.out.filename().string();
  std::vector<std::filesystem::path> remains;
  for (const auto& entry : std::filesystem::directory_iterator(run.out.parent_path()))
    for (const char* kind : {".tmp", ".old"})
      if (entry.path().filename().string().starts_with(name + kind)) remains.push_back(entry.path());
  for (const auto& path : remains) std::filesystem::remove_all(path);
}

}  // namespace headroom
