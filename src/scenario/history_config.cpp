#include "scenario/history_config.hpp"

#include <algorithm>
#include <cmath>
#include <set>

#include "headroom/demand.hpp"

namespace headroom {
namespace {

bool is_whole(double ratio) {
  return std::abs(ratio - std::round(ratio)) < 1e-9 * ratio;
}

}  // namespace

void HistoryConfig::fields(Fields& f) {
  f("step_s", step, "a template has one load for each such step of a cycle: whole tens of seconds",
    Range::between(10.0, 1800.0));
  f("cycle_s", cycle, "after which loads come again; the run begins at the beginning of one",
    Range::between(10.0, 366 * 86400.0));
  f("cycles", cycles, "that are remembered, the newest", Range::between(1, 1000));
  f("path", path, "a table of loads before the run, with the columns time_s, name (a class, or path of a node), load");
}

void HistoryConfig::check(const Scope& scope) const {
  if (!is_whole(step / Demand::kBin)) scope.at("step_s").problem("must be a multiple of 10 s");
  if (!is_whole(cycle / step)) scope.at("cycle_s").problem("must be a multiple of step_s");
}

void ForesightConfig::fields(Fields& f) {
  f("seed", seed, "of its errors");
  f("class_accuracy_fraction", class_accuracy, "part of requests that are taken for what they are", Range::fraction());
  f("alike", alike, "lists of request types that may be taken for each other, each as likely");
  f("load_error_fraction", load_error, "standard deviation of a foreseen load over the load",
    Range::between(0.0, 10.0));
  f("lead_s", lead, "how far ahead loads are foreseen", Range::between(10.0, 1e6));
}

void ForesightConfig::check(const Scope& scope) const {
  if (class_accuracy < 1 && alike.empty())
    scope.at("alike").problem(
        "missing: says which types are taken for each other where class_accuracy_fraction is below 1");
  std::set<std::string> named;
  for (std::size_t i = 0; i < alike.size(); ++i) {
    if (alike[i].size() < 2) scope.at("alike").at(i).problem("must name two types or more");
    for (std::size_t j = 0; j < alike[i].size(); ++j)
      if (!named.insert(alike[i][j]).second) scope.at("alike").at(i).at(j).problem("is named twice");
  }
}

}  // namespace headroom
