// What of a scenario is right but may surprise its user.
#include <algorithm>
#include <cmath>
#include <map>

#include "base/text.hpp"
#include "scenario/fleet_plan.hpp"
#include "scenario/scenario.hpp"
#include "trace/trace_facts.hpp"

namespace headroom {
namespace {

/// Of a run, the part in which requests arrive; the rest lets them end.
constexpr double kLeastOfTrace = 0.8;

void warn_of_telemetry(const Scenario& scenario, Warnings& warnings) {
  if (scenario.duration && scenario.telemetry.warmup >= *scenario.duration)
    warnings.push_back({"/telemetry/warmup_s", "no sample counts, since the run ends after " +
                                                   shortest(scenario.duration->value()) +
                                                   " s: telemetry_peak_w and max_rise_fraction are absent"});
  const TelemetryConfig& telemetry = scenario.telemetry;
  if (!telemetry.levels.empty() && telemetry.window < telemetry.period)
    warnings.push_back({"/telemetry/window_s", "is shorter than period_s (" + shortest(telemetry.window.value()) +
                                                   " of " + shortest(telemetry.period.value()) +
                                                   " s): what happens between windows is not seen"});
}

/// Two autoscalers of one pool: what one adds the other takes away.
void warn_of_autoscalers(const Scenario& scenario, Warnings& warnings) {
  const auto& controllers = scenario.policy.controllers;
  const auto scales = [](const ControllerConfig& c) { return c.value->scaled_pool().has_value(); };
  if (std::ranges::count_if(controllers, scales) < 2) return;
  const FleetPlan plan = plan_fleet(scenario);
  std::map<std::string, std::size_t> scaled_by;
  for (std::size_t i = 0; i < controllers.size(); ++i) {
    if (!scales(controllers[i])) continue;
    std::string pool = *controllers[i].value->scaled_pool();
    const Reach reach = reach_of(controllers[i].scope, scenario, plan);
    for (std::size_t p = 0; p < plan.pools.size() && pool.empty(); ++p)
      if (reach.holds(PoolId(p))) pool = plan.pools[p].name;
    const auto [first, is_new] = scaled_by.emplace(pool, i);
    if (!is_new)
      warnings.push_back({"/policy/controllers/" + std::to_string(i),
                          "starts and stops instances of pool \"" + pool + "\", as /policy/controllers/" +
                              std::to_string(first->second) + " does: what one adds the other may take away"});
  }
}

}  // namespace

Warning never_fit(std::uint64_t requests, std::uint64_t of, std::uint64_t longest_tokens, const std::string& pool,
                  std::uint64_t kv_capacity_tokens) {
  const bool one = requests == 1;
  return {"/workload", grouped(requests) + " of " + counted(of, "request") + (one ? " (" : " (the longest ") +
                           counted(longest_tokens, "token") + (one ? ") never fits" : ") never fit") +
                           " into the KV memory of an instance" + (pool.empty() ? "" : " of pool " + pool) +
                           ", which holds " + counted(kv_capacity_tokens, "token")};
}

std::optional<Warning> outlasts_trace(const Scenario& scenario, const TraceFacts& facts) {
  if (!scenario.duration || facts.last.value_or(Seconds()) <= Seconds())
    return std::nullopt;  // a burst at 0 is meant so
  const TraceConfig& trace = *scenario.workload.trace;
  const Seconds shift = trace.copies > 1 ? trace.shift : Seconds();
  const Seconds last = *facts.last * trace.time_stretch + shift;
  if (last >= *scenario.duration * kLeastOfTrace) return std::nullopt;
  return Warning{"/duration_s", "no request arrives after " + shortest(std::round(last.value())) + " s, the end of " +
                                    facts.name + ", in a run of " + shortest(scenario.duration->value()) + " s"};
}

Warnings warnings_of(const Scenario& scenario) {
  Warnings warnings;
  warn_of_telemetry(scenario, warnings);
  warn_of_autoscalers(scenario, warnings);
  return warnings;
}

}  // namespace headroom
