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

}  // namespace headroom
