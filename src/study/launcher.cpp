#include "study/launcher.hpp"

namespace headroom {

std::vector<std::string> arguments_of(const PointRun& run) {
  std::vector<std::string> words{"run", run.scenario.string(), "--out", run.out.string(), "--force", "--quiet"};
  words.insert(words.end(), run.options.begin(), run.options.end());
  return words;
}

}  // namespace headroom
