#include "study/launcher.hpp"

namespace headroom {

std::vector<std::string> arguments_of(const PointRun& run) {
  return {"run", run.scenario.string(), "--out", run.out.string(), "--force", "--quiet"};
}

}  // namespace headroom
