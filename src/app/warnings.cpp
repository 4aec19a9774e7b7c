#include "app/warnings.hpp"

#include <utility>

#include "base/log.hpp"

namespace headroom {

void say(const Warnings& warnings, bool strict) {
  if (!strict) {
    for (const Warning& warning : warnings) log::warn(warning.where + ": " + warning.what);
    return;
  }
  std::vector<Problem> problems;
  for (const Warning& warning : warnings) problems.push_back({warning.where, warning.what});
  if (!problems.empty()) throw InputError(std::move(problems));
}

}  // namespace headroom
