#include "fit/fit_study.hpp"

#include <algorithm>
#include <array>
#include <filesystem>

#include "report/lookup.hpp"
#include "scenario/graph_classes.hpp"
#include "scenario/scenario.hpp"
#include "trace/classes.hpp"
#include "workload/make_source.hpp"

namespace headroom {
namespace {

constexpr const char* kServers = "/site/servers";
constexpr const char* kPolicy = "/policy";
constexpr const char* kControllers = "/policy/controllers";
constexpr const char* kUncontrolled = "uncontrolled";
constexpr std::array<const char*, 2> kLoads = {"/workload/trace/copies", "/workload/synthetic/rate_per_s"};
constexpr std::array<const char*, 9> kMetrics = {
    "/throttle/clock_locks",        "/throttle/brakes",   "/throttle/trips",
    "/throttle/throttled_server_s", "/requests/arrived",  "/requests/completed",
    "/requests/rejected",           "/power/site/peak_w", "/energy/facility_kwh"};

/// The number that the load of a scenario grows by.
void find_load(const Json& scenario, const std::string& where, FitBase& base) {
  for (const char* pointer : kLoads)
    if (const auto load = number_at(scenario, pointer)) {
      base.load_pointer = pointer;
      base.load = *load;
      return;
    }
  throw InputError(where, "its load has neither " + std::string(kLoads[0]) + " nor " + kLoads[1] +
                              " to grow by; with --load fixed it stays as it is");
}

/// By what name limits may ask for the requests of a scenario.
std::vector<std::string> classes_of(const Scenario& scenario) {
  ClassTable classes;
  (void)make_source(scenario.workload, classes, scenario.seed, scenario.where("/workload"), scenario.duration,
                    scenario.prompt_blocks());
  add_stage_classes(scenario, classes);
  std::vector<std::string> names;
  for (std::size_t i = 0; i < classes.size(); ++i) names.push_back(classes.name(ClassId(i)));
  return names;
}

}  // namespace

FitBase fit_base(const FitQuestion& question, const ConfigFolders& folders) {
  auto overrides = parse_overrides(question.sets);
  if (!question.policy.empty() && std::ranges::find(overrides, kPolicy, &Override::pointer) != overrides.end())
    throw InputError("--policy " + question.policy, "stands beside --set /policy: leave out one of them");
  if (!question.policy.empty())
    overrides.insert(overrides.begin(), parse_override(std::string(kPolicy) + "=" + question.policy));
  const auto loaded = resolve_scenario(question.scenario, folders, overrides);
  const Json scenario = Json::parse(loaded.resolved);
  FitBase base;
  base.name = text_at(scenario, "/name");
  base.servers = scenario.at(Json::json_pointer(kServers)).get<std::uint64_t>();
  const Json levels = scenario.at("site").value("levels", Json::array());
  base.has_budget = std::ranges::any_of(levels, [](const Json& level) { return level.contains("budget_w"); });
  if (question.load_grows) find_load(scenario, question.scenario, base);
  base.classes = classes_of(loaded.scenario);
  return base;
}

FitStudy::FitStudy(FitQuestion question, FitBase base, const std::vector<FitLimit>& limits)
    : question_(std::move(question)),
      base_(std::move(base)),
      policy_(question_.policy.empty() ? "own" : std::filesystem::path(question_.policy).stem().string()),
      has_reference_(needs_reference(limits)) {
  sort_sets();
  for (const FitLimit& limit : limits)
    if (!limit.pointer.empty() && std::ranges::find(latencies_, limit.pointer) == latencies_.end())
      latencies_.push_back(limit.pointer);
}

/// Overrides of the policy are the policy's, those of the size and the load are in the base already.
void FitStudy::sort_sets() {
  if (!question_.policy.empty()) own_[kPolicy] = question_.policy;
  for (const auto& text : question_.sets) {
    const Override set = parse_override(text);
    const bool is_base = set.pointer == kServers || (!base_.load_pointer.empty() && set.pointer == base_.load_pointer);
    if (is_at_or_below(set.pointer, kPolicy)) own_[set.pointer] = set.value;
    else if (!is_base) sets_.push_back(text);
  }
  if (policy_ == kUncontrolled) policy_ = "own";  // that is what the reference is called
}

/// The same router, batching and placement, and nothing that acts on power.
Json FitStudy::uncontrolled() const {
  Json puts = Json::object();
  for (const auto& [pointer, value] : own_.items())
    if (!is_at_or_below(pointer, kControllers)) puts[pointer] = value;
  puts[kControllers] = Json::array();
  return puts;
}

/// The reference first.
Json FitStudy::policies() const {
  Json policies = Json::object();
  if (has_reference_) policies[kUncontrolled] = uncontrolled();
  policies[policy_] = own_;
  return policies;
}

LoadedStudy FitStudy::study(const std::vector<std::uint64_t>& sizes, std::uint64_t draw,
                            const std::vector<std::string>& nodes) const {
  LoadedStudy loaded{{}, "headroom fit", std::filesystem::current_path()};
  Study& study = loaded.study;
  study.name = "fit_" + base_.name + "_" + policy_;
  study.scenario = question_.scenario;
  if (draw > 0) study.set = {{"/model_draw", {Json(draw).dump()}}};
  study.axes = {{"policy", {policies().dump()}}, {kServers, {Json(sizes).dump()}}};
  if (!base_.load_pointer.empty()) {
    Json loads = Json::array();
    for (const std::uint64_t size : sizes)
      loads.push_back(base_.load * static_cast<double>(size) / static_cast<double>(base_.servers));
    study.axes.emplace_back(base_.load_pointer, JsonText{loads.dump()});
    study.linked = {{kServers, base_.load_pointer}};
  }
  study.metrics.assign(kMetrics.begin(), kMetrics.end());
  for (const auto& node : nodes)
    for (const char* value : {"telemetry_peak_w", "budget_w"})
      study.metrics.push_back("/power/" + pointer_step(node) + "/" + value);
  study.metrics.insert(study.metrics.end(), latencies_.begin(), latencies_.end());
  if (!has_reference_) return loaded;
  study.impacts = latencies_;
  study.reference = {{"policy", {Json(kUncontrolled).dump()}}};
  return loaded;
}

}  // namespace headroom
