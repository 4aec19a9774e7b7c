#include "fit/fit_limit.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstdlib>
#include <optional>
#include <set>
#include <string_view>

#include "base/problem.hpp"
#include "base/text.hpp"
#include "report/lookup.hpp"
#include "report/power_facts.hpp"
#include "report/wording.hpp"

namespace headroom {
namespace {

constexpr std::array<std::string_view, 3> kTimes = {"ttft", "tbt", "e2e"};
constexpr std::array<std::string_view, 5> kDigests = {"mean", "p50", "p90", "p99", "max"};

const std::vector<FitLimit>& standing_limits() {
  static const std::vector<FitLimit> limits = {{LimitKind::trips, "trips", 0, ""},
                                               {LimitKind::brakes, "brakes", 0, ""},
                                               {LimitKind::peak, "peak", 1, ""},
                                               {LimitKind::rejected, "rejected", 0, ""}};
  return limits;
}

/// `low.e2e_p99` or `low.e2e_p99_s`; without a class, of all requests.
std::optional<FitLimit> latency_limit(const std::string& name) {
  const std::size_t dot = name.rfind('.');
  const std::string of = dot == std::string::npos ? "" : name.substr(0, dot);
  const std::string owner = dot == std::string::npos ? "" : "/classes/" + pointer_step(of);
  const std::string rest = name.substr(dot == std::string::npos ? 0 : dot + 1);
  for (const std::string_view time : kTimes)
    for (const std::string_view digest : kDigests)
      for (const bool absolute : {false, true})
        if (rest == std::string(time) + "_" + std::string(digest) + (absolute ? "_s" : ""))
          return FitLimit{absolute ? LimitKind::latency : LimitKind::rise, name, 0,
                          owner + "/latency/" + std::string(time) + "_s/" + std::string(digest), of};
  return std::nullopt;
}

/// All text a number, and that one a limit.
std::optional<double> limit_value(const std::string& text) {
  char* end = nullptr;
  const double value = std::strtod(text.c_str(), &end);
  const bool is_number = !text.empty() && *end == '\0' && std::isfinite(value) && value >= 0;
  return is_number ? std::optional(value) : std::nullopt;
}

std::vector<std::string> limit_names() {
  std::vector<std::string> names;
  for (const FitLimit& limit : standing_limits()) names.push_back(limit.name);
  for (const std::string_view time : kTimes)
    for (const std::string_view digest : kDigests)
      for (const char* unit : {"", "_s"}) names.push_back(std::string(time) + "_" + std::string(digest) + unit);
  return names;
}

void put(const std::string& assignment, std::vector<FitLimit>& limits, std::set<std::string>& given,
         std::vector<Problem>& problems) {
  const std::string where = "--limit " + assignment;
  const std::size_t equals = assignment.find('=');
  const std::string name = assignment.substr(0, equals);
  auto limit = latency_limit(name);
  if (const auto known = std::ranges::find(standing_limits(), name, &FitLimit::name); known != standing_limits().end())
    limit = *known;
  if (!limit) {
    problems.push_back({where,
                        "must be NAME=VALUE with a name like low.e2e_p99 (the rise over no controller), low.e2e_p99_s "
                        "(seconds), brakes, trips, peak or rejected" +
                            did_you_mean(name.substr(name.rfind('.') + 1), limit_names())});
    return;
  }
  const auto value = equals == std::string::npos ? std::nullopt : limit_value(assignment.substr(equals + 1));
  if (!value) problems.push_back({where, "needs a number from 0 on behind ="});
  limit->most = value.value_or(0);
  if (!given.insert(name).second) problems.push_back({where, "is about " + name + ", which has a limit already"});
  const auto before = std::ranges::find(limits, name, &FitLimit::name);
  if (before == limits.end()) limits.push_back(*limit);
  else *before = *limit;
}

double latency_at(const FitLimit& limit, const Json& summary) {
  const auto value = number_at(summary, limit.pointer);
  if (!value) throw InputError("--limit " + limit.name, "no request of a run has this latency (" + limit.pointer + ")");
  return *value;
}

double largest_load(const Json& summary) {
  const auto nodes = budgeted_nodes(summary);
  return nodes.empty() ? 0 : nodes.front().load_fraction;
}

}  // namespace

std::vector<FitLimit> fit_limits(const std::vector<std::string>& assignments) {
  std::vector<FitLimit> limits = standing_limits();
  std::vector<Problem> problems;
  std::set<std::string> given;
  for (const auto& assignment : assignments) put(assignment, limits, given, problems);
  if (!problems.empty()) throw InputError(std::move(problems));
  return limits;
}

void check_classes(const std::vector<FitLimit>& limits, const std::vector<std::string>& classes) {
  std::vector<Problem> problems;
  for (const FitLimit& limit : limits)
    if (!limit.of.empty() && std::ranges::find(classes, limit.of) == classes.end())
      problems.push_back({"--limit " + limit.name, "there is no class \"" + printable(limit.of, 60) + "\"; there is " +
                                                       join(classes, ", ") + did_you_mean(limit.of, classes)});
  if (!problems.empty()) throw InputError(std::move(problems));
}

bool needs_reference(const std::vector<FitLimit>& limits) {
  return std::ranges::find(limits, LimitKind::rise, &FitLimit::kind) != limits.end();
}

double measured(const FitLimit& limit, const Json& summary, const Json& reference) {
  switch (limit.kind) {
    case LimitKind::trips:
    case LimitKind::brakes:
      return count_at(summary, "/throttle/" + limit.name);
    case LimitKind::peak:
      return largest_load(summary);
    case LimitKind::rejected:
      return count_at(summary, "/requests/rejected") / std::max(1.0, count_at(summary, "/requests/arrived"));
    case LimitKind::rise:
      return latency_at(limit, summary) / latency_at(limit, reference) - 1;
    case LimitKind::latency:
      return latency_at(limit, summary);
  }
  return 0;
}

std::string value_text(const FitLimit& limit, double value) {
  switch (limit.kind) {
    case LimitKind::trips:
    case LimitKind::brakes:
      return whole(value);
    case LimitKind::peak:
      return rounded(value, 3);
    case LimitKind::rejected:
      return digits(100 * value, 3) + " %";
    case LimitKind::rise:
      return (value < 0 ? "" : "+") + rounded(100 * value, 1) + " %";
    case LimitKind::latency:
      return digits(value, 4) + " s";
  }
  return "";
}

}  // namespace headroom
