#include "model/placement_check.hpp"
#include "scenario/fleet_plan.hpp"
#include "scenario/section_check.hpp"

namespace headroom {
namespace {

void check_pool_sizes(const Scenario& scenario, const Scope& scope) {
  if (scenario.serving->pools.empty()) return;
  const FleetPlan plan = plan_fleet(scenario);
  for (std::size_t i = 0; i < plan.pools.size(); ++i)
    if (plan.pools[i].servers == 0) scope.at(i).at("server_fraction").problem("leaves the pool without a server");
}

}  // namespace

void check_serving(const Scenario& scenario, const Scope& root) {
  const ServingConfig& serving = *scenario.serving;
  const HardwareConfig& hardware = scenario.hardware;
  const Scope scope = root.at("serving");
  for (auto& problem :
       check_placement({serving.model, serving.stack, hardware.gpu, hardware.server.gpus}, serving.tensor_parallel))
    scope.at("tensor_parallel").problem(std::move(problem));
  if (!serving.stack.gpus.contains(hardware.gpu.name) && !serving.stack.gpus.contains("default"))
    scope.at("stack").at("gpus").problem("has neither \"" + hardware.gpu.name + "\" nor \"default\"");
  if (auto problem = check_operands(hardware.gpu_power, serving.input_data))
    scope.at("input_data").problem(std::move(*problem));
  check_pool_sizes(scenario, scope.at("pools"));
}

}  // namespace headroom
