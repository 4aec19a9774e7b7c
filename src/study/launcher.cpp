#include "study/launcher.hpp"

namespace headroom {

std::vector<std::string> arguments_of(const PointRun& run) {
  std::vector<std::string> words = {"run", run.scenario.string(), "--out", run.out.string(), "--force", "--quiet"};
  if (run.strict) words.emplace_back("--strict");
  return words;
}

}  // namespace headroom
