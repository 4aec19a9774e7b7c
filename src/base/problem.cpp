#include "base/problem.hpp"

#include <utility>

#include "base/text.hpp"

namespace headroom {
namespace {

constexpr std::size_t kMostShown = 20;
constexpr std::size_t kLongestWhere = 5000;  // a path has up to 4,095 bytes
constexpr std::size_t kLongestWhat = 600;

std::string joined(const std::vector<Problem>& problems) {
  return join(said(problems), "\n");
}

/// What the user wrote may stand in them.
std::vector<Problem> shown(std::vector<Problem> problems) {
  for (Problem& problem : problems)
    problem = {printable(problem.where, kLongestWhere), printable(problem.what, kLongestWhat)};
  return problems;
}

}  // namespace

void append(Warnings& warnings, const Warnings& more) {
  warnings.insert(warnings.end(), more.begin(), more.end());
}

std::vector<std::string> said(const std::vector<Problem>& problems) {
  std::vector<std::string> lines;
  for (const Problem& problem : problems) {
    if (lines.size() == kMostShown) {
      lines.push_back("and " + grouped(problems.size() - kMostShown) + " more");
      break;
    }
    lines.push_back(problem.where + ": " + problem.what);
  }
  return lines;
}

InputError::InputError(std::vector<Problem> problems) : InputError(Shown{shown(std::move(problems))}) {}

InputError::InputError(Shown shown)
    : std::runtime_error(joined(shown.problems)), problems_(std::move(shown.problems)) {}

InputError::InputError(std::string where, std::string what)
    : InputError(std::vector<Problem>{{std::move(where), std::move(what)}}) {}

}  // namespace headroom
