#include "study/study.hpp"

#include <algorithm>
#include <set>

#include "base/text.hpp"
#include "config/reader.hpp"
#include "study/result_table.hpp"

namespace headroom {
namespace {

using Problems = std::vector<Problem>;

const std::vector<std::string>& default_metrics() {
  static const std::vector<std::string> metrics = {
      "/requests/arrived",     "/requests/completed", "/requests/rejected", "/tokens/output",
      "/latency/ttft_s/p50",   "/latency/ttft_s/p99", "/latency/tbt_s/p50", "/latency/tbt_s/p99",
      "/latency/e2e_s/p50",    "/latency/e2e_s/p99",  "/power/site/mean_w", "/power/site/peak_w",
      "/throttle/clock_locks", "/throttle/brakes",    "/throttle/trips",    "/throttle/throttled_server_s",
      "/energy/facility_kwh"};
  return metrics;
}

/// Whether text is a JSON pointer to some value within a document.
bool is_pointer(const std::string& text) {
  try {
    return !Json::json_pointer(text).empty();
  } catch (const Json::exception&) {
    return false;
  }
}

std::string below(const std::string& pointer, const std::string& key) {
  return pointer + "/" + pointer_step(key);
}

void check_pointers(const PointerValues& values, const std::string& pointer, Problems& problems) {
  for (const auto& [key, unused] : values)
    if (!is_pointer(key))
      problems.push_back({below(pointer, key), "must be a JSON pointer into the scenario, like /site/servers"});
}

bool is_axis(const Study& study, const std::string& pointer) {
  return std::ranges::any_of(study.axes, [&](const auto& axis) { return axis.first == pointer; });
}

void check_axis(const Study& study, const std::string& axis, const std::string& pointer, Problems& problems) {
  if (is_axis(study, axis)) return;
  std::vector<std::string> axes;
  for (const auto& [key, unused] : study.axes) axes.push_back(key);
  problems.push_back({pointer, "\"" + axis + "\" is no axis" + did_you_mean(axis, axes)});
}

void check_linked(const Study& study, Problems& problems) {
  std::set<std::string> seen;
  for (std::size_t g = 0; g < study.linked.size(); ++g) {
    const std::string pointer = "/linked/" + std::to_string(g);
    if (study.linked[g].size() < 2) problems.push_back({pointer, "must name two axes at least"});
    for (std::size_t i = 0; i < study.linked[g].size(); ++i) {
      const std::string& axis = study.linked[g][i];
      check_axis(study, axis, pointer + "/" + std::to_string(i), problems);
      if (!seen.insert(axis).second)
        problems.push_back({pointer + "/" + std::to_string(i), "\"" + axis + "\" is linked already"});
    }
  }
}

void check_columns(const Study& study, const std::vector<std::string>& columns, const std::string& pointer,
                   Problems& problems) {
  std::set<std::string> seen;
  for (std::size_t i = 0; i < columns.size(); ++i) {
    const std::string where = pointer + "/" + std::to_string(i);
    if (!is_pointer(columns[i]))
      problems.push_back({where, "must be a JSON pointer into summary.json, like /throttle/brakes"});
    if (!seen.insert(columns[i]).second) problems.push_back({where, "is named twice"});
    if (is_at_or_below(columns[i], "/impact_fraction"))
      problems.push_back({where, "is where the columns of impacts are"});
    if (std::ranges::any_of(kLeftAside, [&](const char* aside) { return is_at_or_below(columns[i], aside); }))
      problems.push_back({where, "is about the execution of a run, not its result"});
    if (is_axis(study, columns[i])) problems.push_back({where, "is an axis, which has a column already"});
  }
}

/// An axis comes after `set` and the axes before it, so it must not lie above them.
void check_order(const Study& study, Problems& problems) {
  const auto check = [&](const std::string& axis, const auto& before, const std::string& what) {
    if (is_at_or_below(before.first, axis))
      problems.push_back({below("/axes", axis), "would overwrite " + what + before.first});
  };
  for (auto axis = study.axes.begin(); axis != study.axes.end(); ++axis) {
    for (const auto& value : study.set) check(axis->first, value, "/set's ");
    for (auto before = study.axes.begin(); before != axis; ++before) check(axis->first, *before, "the axis ");
  }
}

Problems check(const Study& study) {
  Problems problems;
  if (study.name.empty()) problems.push_back({"/name", "must not be empty"});
  if (study.axes.empty()) problems.push_back({"/axes", "must have at least one axis"});
  check_pointers(study.set, "/set", problems);
  check_pointers(study.axes, "/axes", problems);
  check_order(study, problems);
  check_linked(study, problems);
  check_columns(study, study.metrics, "/metrics", problems);
  check_columns(study, study.impacts, "/impacts", problems);
  for (const auto& [axis, unused] : study.reference) check_axis(study, axis, below("/reference", axis), problems);
  if (study.reference.empty() != study.impacts.empty())
    problems.push_back(study.reference.empty() ? Problem{"/impacts", "need a reference: the values of some axes"}
                                               : Problem{"/reference", "is there for impacts, but there are none"});
  return problems;
}

}  // namespace

bool is_at_or_below(std::string_view pointer, std::string_view other) {
  return pointer.starts_with(other) && (pointer.size() == other.size() || pointer[other.size()] == '/');
}

void Study::fields(Fields& f) {
  f.required("name", name, "what the study is called");
  f("description", description, "what it asks");
  f.required("scenario", scenario, "name of a scenario, or a path relative to the study");
  f("set", set, "values that hold in every point, by JSON pointer into the scenario");
  f.required(
      "axes", axes,
      "by JSON pointer into the scenario: a list of values, or {\"from\", \"to\", \"step\"}, which includes `to`");
  f("linked", linked, "groups of axes that advance together");
  f("metrics", metrics, "JSON pointers into summary.json that become columns; empty: a selection");
  f("impacts", impacts, "JSON pointers into summary.json whose change against the reference becomes a column");
  f("reference", reference, "values of some axes: a point is compared with the one that differs from it in these only");
}

LoadedStudy load_study(const std::string& name, const ConfigFolders& folders) {
  LoadedStudy loaded;
  loaded.file = is_path(name) ? name : folders.find("study", name, "study").string();
  loaded.folder = std::filesystem::absolute(loaded.file).parent_path();
  const Document document(loaded.file, folders);
  read_config(document, loaded.study);
  Problems problems;
  for (auto& problem : check(loaded.study)) problems.push_back({document.where(problem.where), problem.what});
  if (!problems.empty()) throw InputError(std::move(problems));
  if (loaded.study.metrics.empty()) loaded.study.metrics = default_metrics();
  return loaded;
}

}  // namespace headroom
