#include "workflow/growth.hpp"

#include <algorithm>

namespace headroom {

void GrowthConfig::fields(Fields& f) {
  f("for_each", for_each, "parameters, the outer ones first: a value for each of theirs; empty: one for the job");
  f.required("after", after, "the stage that finds it out, which is there for each of these");
  f.required("counts", counts, "what it finds out, in turn; the n-th job begins with the n-th", Range::between(1, 1e6));
}

void GrowthConfig::check(const Scope& scope) const {
  if (counts.empty()) scope.at("counts").problem("must have at least one number");
}

const GrowthConfig* find_growth(const Growths& growths, const std::string& parameter) {
  const auto found = std::ranges::find(growths, parameter, [](const auto& one) { return one.first; });
  return found != growths.end() ? &found->second : nullptr;
}

const GrowthConfig* last_growth(const Growths& growths, const std::vector<std::string>& per) {
  const GrowthConfig* last = nullptr;
  for (const std::string& parameter : per)
    if (const GrowthConfig* growth = find_growth(growths, parameter)) last = growth;
  return last;
}

}  // namespace headroom
