#include "study/study.hpp"

#include <algorithm>
#include <cctype>
#include <set>

#include "base/text.hpp"
#include "compare/result_table.hpp"
#include "config/reader.hpp"
#include "study/axis.hpp"

namespace headroom {
namespace {

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

void check_pointer(const std::string& pointer, const Scope& scope) {
  if (!is_pointer(pointer)) scope.problem("must be a JSON pointer into the scenario, like /site/servers");
}

/// A name that stands beside `point` and `outcome` in a table, and in the names of points.
bool is_axis_name(const std::string& key) {
  static const std::set<std::string> taken = {"point", "outcome", "reference"};
  const auto fits = [](char c) { return std::isalnum(static_cast<unsigned char>(c)) != 0 || c == '_'; };
  return !key.empty() && std::ranges::all_of(key, fits) && !taken.contains(key);
}

std::string no_key_of_axis(const std::string& key) {
  if (key.find('/') != std::string::npos && is_pointer('/' + key))
    return "must begin with a slash, as a JSON pointer into the scenario: /" + key;
  return "must be a JSON pointer into the scenario, like /site/servers, or the name of an axis whose variants have "
         "names: letters, digits and _, not point, outcome or reference";
}

void check_axes(const PointerValues& axes, const Scope& scope) {
  for (const auto& [key, text] : axes) {
    const Scope here = scope.at(key);
    if (!is_named_axis(key)) {
      check_pointer(key, here);
      continue;
    }
    if (!is_axis_name(key)) {
      here.problem(no_key_of_axis(key));
      continue;
    }
    for (const AxisValue& variant : variants(Json::parse(text.text), here)) {
      const Scope there = here.at(variant.shown.get<std::string>());
      for (auto put = variant.puts.begin(); put != variant.puts.end(); ++put) {
        check_pointer(put->first, there.at(put->first));
        for (auto before = variant.puts.begin(); before != put; ++before)
          if (is_at_or_below(before->first, put->first))
            there.at(put->first).problem("would overwrite " + before->first);
      }
    }
  }
}

bool is_axis(const Study& study, const std::string& pointer) {
  return std::ranges::any_of(study.axes, [&](const auto& axis) { return axis.first == pointer; });
}

void check_axis(const Study& study, const std::string& axis, const Scope& scope) {
  if (is_axis(study, axis)) return;
  std::vector<std::string> axes;
  for (const auto& [key, unused] : study.axes) axes.push_back(key);
  scope.problem("\"" + axis + "\" is no axis" + did_you_mean(axis, axes));
}

void check_linked(const Study& study, const Scope& scope) {
  std::set<std::string> seen;
  for (std::size_t g = 0; g < study.linked.size(); ++g) {
    const Scope group = scope.at(g);
    if (study.linked[g].size() < 2) group.problem("must name two axes at least");
    for (std::size_t i = 0; i < study.linked[g].size(); ++i) {
      const std::string& axis = study.linked[g][i];
      check_axis(study, axis, group.at(i));
      if (!seen.insert(axis).second) group.at(i).problem("\"" + axis + "\" is linked already");
    }
  }
}

void check_columns(const Study& study, const std::vector<std::string>& columns, const Scope& scope) {
  std::set<std::string> seen;
  for (std::size_t i = 0; i < columns.size(); ++i) {
    const Scope here = scope.at(i);
    if (!is_pointer(columns[i])) here.problem("must be a JSON pointer into summary.json, like /throttle/brakes");
    if (!seen.insert(columns[i]).second) here.problem("is named twice");
    if (is_at_or_below(columns[i], "/impact_fraction")) here.problem("is where the columns of impacts are");
    if (std::ranges::any_of(kLeftAside, [&](const char* aside) { return is_at_or_below(columns[i], aside); }))
      here.problem("is about the execution of a run, not its result");
    if (is_axis(study, columns[i])) here.problem("is an axis, which has a column already");
  }
}

/// An axis comes after `set` and the axes before it, so what it puts must not lie above what they put.
void check_order(const Study& study, const Scope& scope) {
  struct Put {
    std::string pointer, by;
  };
  std::vector<Put> before;
  for (const auto& [pointer, unused] : study.set) before.push_back({pointer, "/set's " + pointer});
  for (const auto& [key, text] : study.axes) {
    const auto pointers = put_by(key, text);
    for (const auto& pointer : pointers)
      for (const Put& put : before)
        if (is_at_or_below(put.pointer, pointer)) scope.at(key).problem("would overwrite " + put.by);
    for (const auto& pointer : pointers)
      before.push_back({pointer, "the axis " + key + (is_named_axis(key) ? "'s " + pointer : "")});
  }
}

/// Conditions name axes before the one that they are about, and values that those have.
void check_conditions(const Study& study, const Scope& scope) {
  const auto place = [&](const std::string& key) {
    return std::ranges::find(study.axes, key, &PointerValues::value_type::first) - study.axes.begin();
  };
  for (const auto& [key, conditions] : study.only_where) {
    const Scope here = scope.at(key);
    check_axis(study, key, here);
    if (conditions.empty()) here.problem("must name an axis before this one, and its values");
    for (const auto& [other, values] : conditions) {
      check_axis(study, other, here.at(other));
      if (is_axis(study, other) && place(other) >= place(key)) here.at(other).problem("must be an axis before " + key);
      if (values.empty()) here.at(other).problem("must list values of this axis");
    }
  }
}

}  // namespace

bool is_at_or_below(std::string_view pointer, std::string_view other) {
  return pointer.starts_with(other) && (pointer.size() == other.size() || pointer[other.size()] == '/');
}

std::vector<std::string> put_by(const std::string& key, const JsonText& axis) {
  if (!is_named_axis(key)) return {key};
  std::vector<Problem> unused;
  std::set<std::string> pointers;
  for (const AxisValue& variant : variants(Json::parse(axis.text), Scope(unused, "")))
    for (const auto& [pointer, value] : variant.puts) pointers.insert(pointer);
  return {pointers.begin(), pointers.end()};
}

void Study::fields(Fields& f) {
  f.required("name", name, "what the study is called");
  f("description", description, "what it asks");
  f.required("scenario", scenario, "name of a scenario, or a path relative to the study");
  f("set", set, "values that hold in every point, by JSON pointer into the scenario");
  f.required(
      "axes", axes,
      "by JSON pointer into the scenario: a list of values, or {\"from\", \"to\", \"step\"}, which includes `to`; by a "
      "name of their own: variants by name, each with values by JSON pointer");
  f("linked", linked, "groups of axes that advance together");
  f("only_where", only_where,
    "for an axis, the values of axes before it at which it applies; elsewhere a point goes without it");
  f("metrics", metrics, "JSON pointers into summary.json that become columns; empty: a selection");
  f("impacts", impacts, "JSON pointers into summary.json whose change against the reference becomes a column");
  f("reference", reference, "values of some axes: a point is compared with the one that differs from it in these only");
}

void Study::check(const Scope& scope) const {
  if (name.empty()) scope.at("name").problem("must not be empty");
  if (axes.empty()) scope.at("axes").problem("must have at least one axis");
  for (const auto& [pointer, unused] : set) check_pointer(pointer, scope.at("set").at(pointer));
  check_axes(axes, scope.at("axes"));
  check_order(*this, scope.at("axes"));
  check_linked(*this, scope.at("linked"));
  check_conditions(*this, scope.at("only_where"));
  check_columns(*this, metrics, scope.at("metrics"));
  check_columns(*this, impacts, scope.at("impacts"));
  for (const auto& [axis, unused] : reference) check_axis(*this, axis, scope.at("reference").at(axis));
  if (reference.empty() && !impacts.empty()) scope.at("impacts").problem("need a reference: the values of some axes");
  if (!reference.empty() && impacts.empty()) scope.at("reference").problem("is there for impacts, but there are none");
}

LoadedStudy load_study(const std::string& name, const ConfigFolders& folders) {
  LoadedStudy loaded;
  loaded.file = is_path(name) ? name : folders.find("study", name, "study").string();
  loaded.folder = std::filesystem::absolute(loaded.file).parent_path();
  const Document document(loaded.file, folders);
  if (!document.json().contains("axes") && document.json().contains("hardware"))
    throw InputError(loaded.file, "is a scenario, use: headroom run " + loaded.file);
  read_config(document, loaded.study);
  if (loaded.study.metrics.empty()) loaded.study.metrics = default_metrics();
  return loaded;
}

}  // namespace headroom
