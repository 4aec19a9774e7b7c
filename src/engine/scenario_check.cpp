#include <algorithm>
#include <cmath>
#include <set>
#include <string>

#include "base/text.hpp"
#include "engine/scenario.hpp"
#include "model/gpu_memory.hpp"
#include "model/power/gpu_power.hpp"

namespace headroom {
namespace {

using Problems = std::vector<Problem>;

void check_hardware(const HardwareConfig& hardware, Problems& problems) {
  const GpuSpec& gpu = hardware.gpu;
  if (gpu.min_clock > gpu.max_clock)
    problems.push_back({"/hardware/gpu/min_clock_mhz", "must not be above max_clock_mhz"});
  if (gpu.brake_clock > gpu.max_clock)
    problems.push_back({"/hardware/gpu/brake_clock_mhz", "must not be above max_clock_mhz"});
  if (hardware.gpu_power.idle_loaded >= gpu.tdp)
    problems.push_back({"/hardware/gpu/tdp_w", "must be above the idle draw of the GPU"});
  if (hardware.server.gpus == 0) problems.push_back({"/hardware/server/gpus", "must be at least 1"});
  try {
    const ServerPower probe(hardware.server, gpu.tdp);
  } catch (const InputError& error) {
    for (const auto& problem : error.problems()) problems.push_back({"/hardware/server", problem.what});
  }
}

/// The least that a node's servers draw: their hosts, and GPUs that wait with a model loaded.
Power idle_power(const Scenario& scenario, std::size_t servers) {
  const auto& hardware = scenario.hardware;
  const double gpus = hardware.server.gpus;
  return ServerPower(hardware.server, hardware.gpu.tdp).inlet(hardware.gpu_power.idle_loaded * gpus) *
         static_cast<double>(servers);
}

void check_budgets(const Scenario& scenario, const Site& site, Problems& problems) {
  for (std::size_t i = 0; i < scenario.site.levels.size(); ++i) {
    const LevelConfig& level = scenario.site.levels[i];
    if (!level.budget) continue;
    const auto first = std::ranges::find(site.nodes(), &site.config().levels[i], &SiteNode::level);
    if (first == site.nodes().end()) continue;
    std::size_t servers = 0;
    for (std::size_t s = 0; s < site.servers(); ++s)
      if (site.tree().is_under(site.server(s), first->id)) ++servers;
    const Power idle = idle_power(scenario, servers);
    if (*level.budget < idle)
      problems.push_back({"/site/levels/" + std::to_string(i) + "/budget_w",
                          "is below the idle power of its " + std::to_string(servers) + " servers (" +
                              shortest(std::round(idle.value())) + " W)"});
  }
}

void check_site(const Scenario& scenario, Problems& problems) {
  std::set<std::string> names{"site", "server"};
  for (std::size_t i = 0; i < scenario.site.levels.size(); ++i) {
    const LevelConfig& level = scenario.site.levels[i];
    const std::string pointer = "/site/levels/" + std::to_string(i);
    if (level.name.empty() || level.name.find('/') != std::string::npos)
      problems.push_back({pointer + "/name", "must be a word without a slash"});
    else if (!names.insert(level.name).second)
      problems.push_back({pointer + "/name", "\"" + level.name + "\" is taken"});
    if (level.protection && !level.rating)
      problems.push_back({pointer + "/rating_w", "missing: a protection device needs a rating"});
    if (!level.protection) continue;
    const auto& curve = level.protection->curve;
    if (curve.empty()) problems.push_back({pointer + "/protection/curve", "must have at least one point"});
    for (std::size_t p = 1; p < curve.size(); ++p)
      if (curve[p].load_fraction <= curve[p - 1].load_fraction || curve[p].time > curve[p - 1].time)
        problems.push_back({pointer + "/protection/curve/" + std::to_string(p),
                            "must have a higher load and no longer time than the point before"});
  }
}

void check_serving(const Scenario& scenario, Problems& problems) {
  const ServingConfig& serving = scenario.serving;
  const std::uint32_t gpus = scenario.hardware.server.gpus;
  const std::uint32_t degree = serving.tensor_parallel;
  const std::string pointer = "/serving/tensor_parallel";
  if (gpus % degree != 0)
    problems.push_back({pointer, "must divide the " + std::to_string(gpus) + " GPUs of a server"});
  if (serving.model.heads % degree != 0)
    problems.push_back({pointer, "must divide the " + std::to_string(serving.model.heads) + " heads of the model"});
  if (!serving.stack.gpus.contains(scenario.hardware.gpu.name) && !serving.stack.gpus.contains("default"))
    problems.push_back({"/serving/stack/gpus", "has neither \"" + scenario.hardware.gpu.name + "\" nor \"default\""});
  if (kv_capacity_tokens(serving.model, scenario.hardware.gpu, serving.stack, degree) < 2)
    problems.push_back({pointer, "the weights of " + serving.model.name + " do not fit into the memory of " +
                                     std::to_string(degree) + " GPUs"});
}

void check_pools(const Scenario& scenario, Problems& problems) {
  const auto& pools = scenario.serving.pools;
  if (pools.empty()) return;
  double share = 0;
  std::set<Priority> served;
  for (std::size_t i = 0; i < pools.size(); ++i) {
    const std::string pointer = "/serving/pools/" + std::to_string(i);
    share += pools[i].server_fraction;
    if (pools[i].serves.empty()) problems.push_back({pointer + "/serves", "must name a priority"});
    for (const Priority priority : pools[i].serves)
      if (!served.insert(priority).second)
        problems.push_back({pointer + "/serves", "another pool serves this priority already"});
    if (std::floor(pools[i].server_fraction * scenario.site.servers + 0.5) < 1)
      problems.push_back({pointer + "/server_fraction", "leaves the pool without a server"});
  }
  if (served.size() < 2) problems.push_back({"/serving/pools", "must serve both priorities, high and low"});
  if (std::abs(share - 1.0) > 1e-6)
    problems.push_back({"/serving/pools", "server_fraction must add up to 1, but adds up to " + shortest(share)});
}

void check_level_names(const Scenario& scenario, Problems& problems) {
  std::vector<std::string> names{"site"};
  for (const auto& level : scenario.site.levels) names.push_back(level.name);
  for (std::size_t i = 0; i < scenario.telemetry.levels.size(); ++i) {
    const auto& name = scenario.telemetry.levels[i];
    if (std::ranges::find(names, name) == names.end())
      problems.push_back({"/telemetry/levels/" + std::to_string(i),
                          "the site has no level \"" + name + "\"" + did_you_mean(name, names)});
  }
  const bool budgeted = std::ranges::any_of(scenario.site.levels, [&](const LevelConfig& level) {
    return level.budget && std::ranges::find(scenario.telemetry.levels, level.name) != scenario.telemetry.levels.end();
  });
  const bool controlled =
      std::ranges::any_of(scenario.policy.controllers, [](const ControllerConfig& c) { return c.kind != "none"; });
  if (controlled && !budgeted)
    problems.push_back({"/policy/controllers", "act on nodes with telemetry and a budget, but the site has none"});
}

void check_output_nodes(const Scenario& scenario, const Site& site, Problems& problems) {
  std::vector<std::string> known{"server"};
  for (const auto& level : scenario.site.levels) known.push_back(level.name);
  for (std::size_t i = 0; i < site.tree().size(); ++i) known.push_back(site.tree().path(NodeId(i)));
  for (std::size_t i = 0; i < scenario.output.power.nodes.size(); ++i) {
    const auto& name = scenario.output.power.nodes[i];
    if (std::ranges::find(known, name) == known.end())
      problems.push_back({"/output/power/nodes/" + std::to_string(i),
                          "the site has no node \"" + name + "\"" + did_you_mean(name, known)});
  }
}

}  // namespace

std::vector<Problem> check(const Scenario& scenario) {
  Problems problems;
  check_hardware(scenario.hardware, problems);
  check_site(scenario, problems);
  if (problems.empty()) {
    const Site site(scenario.site);
    check_budgets(scenario, site, problems);
    check_output_nodes(scenario, site, problems);
  }
  check_serving(scenario, problems);
  check_pools(scenario, problems);
  check_level_names(scenario, problems);
  for (auto& problem : check(scenario.workload)) problems.push_back(std::move(problem));
  return problems;
}

}  // namespace headroom
