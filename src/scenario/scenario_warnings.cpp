// What of a scenario is right but may surprise its user.
#include <algorithm>
#include <cmath>
#include <map>
#include <set>

#include "base/text.hpp"
#include "facility/site.hpp"
#include "registry/day_plan.hpp"
#include "scenario/fleet_plan.hpp"
#include "scenario/scenario.hpp"
#include "scenario/variants.hpp"
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

/// A clock that an A100 hardly feels halves an H100.
void warn_of_clocks(const Scenario& scenario, Warnings& warnings) {
  const auto& controllers = scenario.policy.controllers;
  for (std::size_t i = 0; i < controllers.size(); ++i) {
    const std::string gpu = controllers[i].value->clocks_of();
    if (gpu.empty()) continue;
    const FleetPlan plan = plan_fleet(scenario);
    const Reach reach = reach_of(controllers[i].scope, scenario, plan);
    std::set<std::string> others;
    for (std::size_t s = 0; s < plan.type_of_server.size(); ++s) {
      const std::string& name = scenario.types()[plan.type_of_server[s].index()]->gpu.name;
      if (reach.holds(ServerId(s)) && !name.starts_with(gpu)) others.insert(name);
    }
    for (const std::string& other : others)
      warnings.push_back({"/policy/controllers/" + std::to_string(i) + "/clocks_of",
                          "locks clocks that were chosen for GPUs called \"" + gpu + "\", and acts on \"" + other +
                              "\": name clocks of that GPU, and it here"});
  }
}

/// The draw of another GPU.
void warn_of_borrowed_power(const Scenario& scenario, Warnings& warnings) {
  for (const HardwareConfig* type : scenario.types())
    if (auto doubts = type->gpu_power.doubts_on(type->gpu); !doubts.empty())
      warnings.push_back({"/hardware/gpu_power", "power of " + type->name + ": " + doubts});
}

/// Step times by the data sheet, of a stack that was measured on other GPUs.
void warn_of_borrowed_steps(const Scenario& scenario, Warnings& warnings) {
  for (const auto& [name, service] : scenario.all_services())
    for (const HardwareConfig* type : scenario.types()) {
      const auto& measured = service->stack.gpus;
      if (measured.size() < 2 || measured.contains(type->gpu.name)) continue;
      warnings.push_back({(name.empty() ? "/serving" : "/services/" + name) + "/stack/gpus",
                          "no step of " + service->stack.name + " was measured on \"" + type->gpu.name +
                              "\": it is taken to reach the shares of its data sheet that `default` has"});
    }
}

void warn_of_empty_pools(const Scenario& scenario, const FleetPlan& plan, Warnings& warnings) {
  const auto services = scenario.all_services();
  std::size_t service = 0, number = 0;  // of the pool in its service
  for (const auto& pool : plan.pools) {
    if (pool.service.index() != service) number = 0;
    service = pool.service.index();
    const std::string& name = services[service].name;
    const std::string where = (name.empty() ? "/serving" : "/services/" + name) + "/pools/" + std::to_string(number++);
    if (pool.servers == 0 && pool.instances == 0 && !pool.serves.empty() && !scenario.stands_on_vms(services[service]))
      warnings.push_back({where, "has no server, and no controller that could give it any: its requests are rejected"});
  }
}

/// GPUs of each server on which no instance stands at the start.
std::vector<std::size_t> free_gpus(const Scenario& scenario, const FleetPlan& plan) {
  std::vector<std::size_t> free;
  const auto types = scenario.types();
  const auto variants = variants_of(scenario);
  for (std::size_t i = 0; i < plan.type_of_server.size(); ++i) {
    const TypeId type = plan.type_of_server[i];
    free.push_back(types[type.index()]->server.gpus);
    if (plan.pool_of_server[i] == FleetPlan::kNone) continue;
    const FleetPlan::Pool& pool = plan.pools[plan.pool_of_server[i]];
    for (const VariantSpec& variant : variants)
      if (variant.service == pool.service && variant.server_type == type && variant.name == pool.variant)
        free.back() %= variant.gpus_on_each();
  }
  for (const FleetPlan::Start& start : plan.starts)
    for (const ServerId server : start.servers)
      if (plan.pool_of_server[server.index()] == FleetPlan::kNone) free[server.index()] -= start.gpus;
  return free;
}

void warn_of_tenants_without_room(const Scenario& scenario, const FleetPlan& plan, Warnings& warnings) {
  const auto& tenants = scenario.workload.tenants;
  if (tenants.empty()) return;
  const Site site(scenario.site);
  const auto free = free_gpus(scenario, plan);
  for (std::size_t i = 0; i < tenants.size(); ++i) {
    const auto has_room = [&](std::size_t server) {
      const std::string& path = site.tree().path(site.server(server));
      return free[server] >= tenants[i].gpus &&
             std::ranges::any_of(tenants[i].nodes, [&](const std::string& node) { return is_at_or_under(path, node); });
    };
    bool found = false;
    for (std::size_t server = 0; server < free.size() && !found; ++server) found = has_room(server);
    if (!found)
      warnings.push_back({"/workload/tenants/" + std::to_string(i) + "/nodes",
                          "its servers serve requests, and no controller that could stop instances there: \"" +
                              tenants[i].name + "\" never gets its GPUs"});
  }
}

/// Instances stay where they are but at the word of a controller.
void warn_of_fleet(const Scenario& scenario, Warnings& warnings) {
  const auto acts = [](const ControllerConfig& controller) { return controller.kind != "none"; };
  if (std::ranges::any_of(scenario.policy.controllers, acts)) return;
  const FleetPlan plan = plan_fleet(scenario);
  warn_of_empty_pools(scenario, plan, warnings);
  warn_of_tenants_without_room(scenario, plan, warnings);
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
  warn_of_clocks(scenario, warnings);
  warn_of_borrowed_power(scenario, warnings);
  warn_of_borrowed_steps(scenario, warnings);
  warn_of_fleet(scenario, warnings);
  if (scenario.registry)
    for (auto& [where, what] : registry_warnings(*scenario.registry)) warnings.push_back({"/registry" + where, what});
  return warnings;
}

}  // namespace headroom
