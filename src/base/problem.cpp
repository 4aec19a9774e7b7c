#include "base/problem.hpp"

#include <utility>

namespace headroom {
namespace {

std::string joined(const std::vector<Problem>& problems) {
  std::string text;
  for (const auto& problem : problems) {
    if (!text.empty()) text += '\n';
    text += problem.where + ": " + problem.what;
  }
  return text;
}

}  // namespace

void append(Warnings& warnings, const Warnings& more) {
  warnings.insert(warnings.end(), more.begin(), more.end());
}

InputError::InputError(std::vector<Problem> problems)
    : std::runtime_error(joined(problems)), problems_(std::move(problems)) {}

InputError::InputError(std::string where, std::string what)
    : InputError(std::vector<Problem>{{std::move(where), std::move(what)}}) {}

}  // namespace headroom
