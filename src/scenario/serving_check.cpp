#include <algorithm>
#include <cmath>
#include <map>
#include <set>

#include "base/text.hpp"
#include "scenario/fleet_plan.hpp"
#include "scenario/section_check.hpp"
#include "scenario/variants.hpp"

namespace headroom {
namespace {

/// Types of the servers that a pool has at the start, or where its machines may stand.
std::set<TypeId> types_of(const Scenario& scenario, const FleetPlan& plan, std::size_t pool) {
  std::set<TypeId> types;
  const ServiceId service = plan.pools[pool].service;
  if (scenario.stands_on_vms(scenario.all_services()[service.index()]))
    for (const ServerId server : plan.services[service.index()].servers)
      types.insert(plan.type_of_server[server.index()]);
  for (std::size_t i = 0; i < plan.pool_of_server.size(); ++i)
    if (plan.pool_of_server[i] == pool) types.insert(plan.type_of_server[i]);
  return types;
}

/// What the pools run at the start must fit on their servers.
void check_starting_variants(const Scenario& scenario, const FleetPlan& plan, const Scope& root) {
  const auto services = scenario.all_services();
  std::set<std::pair<std::string, std::string>> said;
  for (std::size_t p = 0; p < plan.pools.size(); ++p)
    for (const TypeId type : types_of(scenario, plan, p))
      for (const VariantSpec& variant : variants_asked_for(scenario)) {
        const auto& pool = plan.pools[p];
        if (variant.service != pool.service || variant.name != pool.variant || variant.server_type != type) continue;
        const Scope service = services[variant.service.index()].at(root);
        const Scope scope = variant.name.empty() ? service : service.at("variants").at(variant.name);
        for (auto& problem : misfits_of(variant))
          if (said.emplace(scope.pointer(), problem).second) scope.at("tensor_parallel").problem(std::move(problem));
        if (auto problem = check_operands(variant.hardware.gpu_power, variant.config.input_data))
          if (said.emplace(scope.pointer(), *problem).second) service.at("input_data").problem(std::move(*problem));
      }
}

/// What does not go with instances of several servers, which stand there from the start; empty where nothing is.
std::string against_wide(const Scenario& scenario, const Scenario::NamedService& service) {
  if (scenario.stands_on_vms(service)) return "stands on a virtual machine, which has GPUs of one server";
  if (scenario.network) return "does not go with /network: by whose NIC its KV caches travel is not modelled";
  if (!scenario.incidents.evictions.empty())
    return "does not go with /incidents/evictions: it does not leave one of its servers";
  for (const ControllerConfig& controller : scenario.policy.controllers)
    if (controller.value->scaled_pool())
      return "does not go with the controller " + controller.kind + ", which starts and stops instances of one server";
  return "";
}

/// Instances of several servers must find them.
void check_wide(const Scenario& scenario, const FleetPlan& plan, const Scope& root) {
  const auto services = scenario.all_services();
  for (const VariantSpec& variant : variants_of(scenario)) {
    if (variant.servers() == 1) continue;
    const auto& service = services[variant.service.index()];
    const Scope own = variant.name.empty() ? service.at(root) : service.at(root).at("variants").at(variant.name);
    const std::string each = "an instance of " + std::to_string(variant.servers()) + " servers ";
    if (auto what = against_wide(scenario, service); !what.empty()) own.at("parallelism").problem(each + what);
    for (const FleetPlan::Pool& pool : plan.pools)
      if (pool.service == variant.service && pool.variant == variant.name && pool.servers > 0 && pool.instances == 0)
        own.at("parallelism")
            .problem(each + "finds no place in pool " + pool.name + ", which has " + counted(pool.servers, "server"));
  }
}

/// What an instance on CPU cores draws most, beside an idle host.
Power most_of_cores(const VariantSpec& variant) {
  Power most;
  for (const UnitTime& row : read_unit_times(variant.steps))
    if (row.is_of(variant.device())) most = std::max(most, row.power.value_or(Power()));
  return most;
}

/// Instances on CPU cores of a server stay within what it is rated for, by themselves.
void check_rated_cores(const Scenario& scenario, const FleetPlan& plan, const Scope& root) {
  const auto variants = variants_of(scenario);
  std::map<ServerId, Power> drawn;
  for (const FleetPlan::Start& start : plan.starts)
    for (const VariantSpec& variant : variants)
      if (variant.on_cores() && variant.service == plan.pools[start.pool].service && variant.name == start.variant &&
          variant.server_type == plan.type_of_server[start.servers.front().index()])
        drawn[start.servers.front()] += most_of_cores(variant);
  for (const auto& [server, cores] : drawn) {
    const HardwareConfig& type = *scenario.types()[plan.type_of_server[server.index()].index()];
    const Power inlet = ServerPower(type.server, type.gpu.tdp).inlet(Power(), cores);
    if (inlet > type.server.rated)
      return root.at("services")
          .problem("instances on CPU cores make a server of type " + type.name + " draw " +
                   shortest(std::round(inlet.value())) + " W, more than it is rated for (rated_w)");
  }
}

/// Instances on CPU cores stand where they began.
void check_cores(const Scenario& scenario, const FleetPlan& plan, std::size_t number, const Scope& scope) {
  const Scenario::NamedService service = scenario.all_services()[number];
  if (!service.config->uses_cores()) return;
  if (scenario.stands_on_vms(service))
    scope.at("cpu_cores").problem("cannot be used by a service on virtual machines, which have GPUs");
  for (const ControllerConfig& controller : scenario.policy.controllers) {
    const auto scaled = controller.value->scaled_pool();
    const auto is_scaled = [&](const FleetPlan::Pool& pool) {
      return pool.service == ServiceId(number) && (scaled->empty() || *scaled == pool.name);
    };
    if (scaled && std::ranges::any_of(plan.pools, is_scaled))
      scope.at("cpu_cores")
          .problem("does not go with the controller " + controller.kind + ", which starts and stops instances on GPUs");
  }
}

/// A variant that fits nowhere can never be used.
void check_other_variants(const Scenario& scenario, const Scope& root) {
  const auto services = scenario.all_services();
  const auto fitting = variants_of(scenario);
  for (std::size_t s = 0; s < services.size(); ++s)
    for (const auto& [name, unused] : services[s].config->variants)
      if (std::ranges::none_of(
              fitting, [&, &name = name](const VariantSpec& v) { return v.service == ServiceId(s) && v.name == name; }))
        services[s].at(root).at("variants").at(name).problem("fits on no server type");
}

void check_pool_sizes(const Scenario& scenario, const FleetPlan& plan, const Scenario::NamedService& service,
                      std::size_t index, const Scope& scope) {
  if (scenario.policy.pools.replace_those_of_the_service() || service.config->pools.empty()) return;
  std::size_t number = 0;
  for (const auto& pool : plan.pools) {
    if (pool.service != ServiceId(index)) continue;
    if (pool.servers == 0 && service.config->pools[number].server_fraction > 0)
      scope.at("pools").at(number).at("server_fraction").problem("leaves the pool without a server");
    ++number;
  }
}

/// What is wrong with a variant on the first type that cannot have it; empty where any has it.
std::string why_on_no_type(const Scenario& scenario, ServiceId service, const std::string& variant) {
  std::string why;
  for (const VariantSpec& one : variants_asked_for(scenario)) {
    if (one.service != service || one.name != variant) continue;
    const auto misfits = misfits_of(one);
    if (misfits.empty()) return "";
    if (why.empty()) why = misfits.front();
  }
  return why;
}

/// Whether an instance of a pool that counts them has CPU cores.
bool is_on_cores(const Scenario& scenario, ServiceId service, const std::string& instances) {
  const std::string variant = instances == kServiceItself ? std::string() : instances;
  return std::ranges::any_of(variants_asked_for(scenario), [&](const VariantSpec& one) {
    return one.service == service && one.name == variant && one.on_cores();
  });
}

/// Instances that pools count must find GPUs or CPU cores.
void check_counted(const Scenario& scenario, const FleetPlan& plan, std::size_t service, const Scope& scope) {
  std::size_t number = 0;
  for (const auto& pool : plan.pools) {
    if (pool.service != ServiceId(service)) continue;
    const Scope here = scope.at("pools").at(number++);
    for (const auto& [name, count] : pool.without_place) {
      const std::string why =
          why_on_no_type(scenario, ServiceId(service), name == kServiceItself ? std::string() : name);
      here.at("instances")
          .at(name)
          .problem(!why.empty() ? why
                                : counted(count, "instance") + (count == 1 ? " finds" : " find") +
                                      (is_on_cores(scenario, ServiceId(service), name)
                                           ? " no free CPU cores on its servers"
                                           : " no free GPUs on servers that no pool holds"));
    }
  }
}

void check_pools_of_the_policy(const Scenario& scenario, const Scope& root) {
  const PolicyPools& pools = scenario.policy.pools;
  const Scope here = root.at("policy").at("pools");
  if (!pools.replace_those_of_the_service()) return;
  if (scenario.all_services().size() > 1) here.problem("is for a scenario with one service, but there are several");
  else if (pools.by == PoolsBy::type && pools.groups.empty() && types_of(scenario).empty())
    here.at("by").problem(
        "needs types of requests that are known before the run: /workload/trace/types or a generated workload");
}

void check_prefix_cache(const Scenario& scenario, const Scenario::NamedService& service, const Scope& root) {
  if (!service.config->prefix_cache || scenario.policy.batching.value->looks_up_prefixes()) return;
  service.at(root)
      .at("prefix_cache")
      .problem("cannot be used with the batching policy " + scenario.policy.batching.kind +
               ", which looks none up: continuous and chunked_prefill (in order of arrival) do");
}

void check_servers(const FleetPlan::Service& service, const ServiceConfig& config, const Scope& scope) {
  if (service.given < service.asked)
    scope.at("servers").problem(config.nodes.empty()
                                    ? "is more than the servers of the site"
                                    : "is more than the servers of its nodes that no other service has");
  else if (service.given == 0) scope.problem("has no server: jobs and other services need them all");
}

}  // namespace

void check_services(const Scenario& scenario, const Scope& root) {
  if (names_nodes(scenario) && !root.at("site").sound()) return;
  check_pools_of_the_policy(scenario, root);
  const FleetPlan plan = plan_fleet(scenario);
  const auto services = scenario.all_services();
  for (std::size_t i = 0; i < services.size(); ++i) {
    const Scope scope = services[i].at(root);
    if (services.size() > 1 && services[i].config->pools.empty())
      scope.at("pools").problem("missing: where there are several services, they say which requests are theirs");
    if (services[i].config->counts_instances()) {
      check_counted(scenario, plan, i, scope);
    } else if (!scenario.stands_on_vms(services[i])) {
      check_servers(plan.services[i], *services[i].config, scope);
      check_pool_sizes(scenario, plan, services[i], i, scope);
    }
    if (root.at("policy").sound()) check_prefix_cache(scenario, services[i], root);
    if (root.at("policy").sound()) check_cores(scenario, plan, i, scope);
  }
  check_starting_variants(scenario, plan, root);
  check_rated_cores(scenario, plan, root);
  if (root.at("policy").sound()) check_wide(scenario, plan, root);
  check_other_variants(scenario, root);
}

}  // namespace headroom
