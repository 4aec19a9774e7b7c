#include "study/point_selection.hpp"

#include <algorithm>
#include <charconv>

#include "base/problem.hpp"
#include "base/text.hpp"

namespace headroom {
namespace {

/// A whole number that is all of a text; 0 where it is none.
std::size_t count_in(std::string_view text) {
  std::size_t count = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), count);
  return error == std::errc() && end == text.data() + text.size() ? count : 0;
}

}  // namespace

bool PointSelection::has(std::size_t index, const std::string& name) const {
  return index % shards + 1 == shard && (only.empty() || std::ranges::find(only, name) != only.end());
}

void PointSelection::check(const SweepPlan& plan) const {
  std::vector<std::string> names;
  for (const PlannedPoint& point : plan.points) names.push_back(point.name);
  std::vector<Problem> problems;
  for (const auto& name : only)
    if (std::ranges::find(names, name) == names.end())
      problems.push_back({"--only " + name, "the study has no such point" + did_you_mean(name, names)});
  if (!problems.empty()) throw InputError(std::move(problems));
}

void read_shard(const std::string& text, PointSelection& selection) {
  const std::size_t slash = std::min(text.find('/'), text.size());
  selection.shard = count_in(std::string_view(text).substr(0, slash));
  selection.shards = count_in(std::string_view(text).substr(std::min(slash + 1, text.size())));
  if (selection.shard == 0 || selection.shard > selection.shards)
    throw InputError("--shard " + text, "must be like 2/5, the second of five parts");
}

}  // namespace headroom
