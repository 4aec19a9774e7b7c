#include "scenario/fleet_plan.hpp"

#include <algorithm>
#include <map>
#include <optional>
#include <utility>

#include "facility/site.hpp"
#include "scenario/variants.hpp"

namespace headroom {
namespace {

/// Paths of all servers; none where nobody asks for them.
std::vector<std::string> paths_of(const Scenario& scenario) {
  std::vector<std::string> paths(scenario.site.servers);
  if (!names_nodes(scenario)) return paths;
  const Site site(scenario.site);
  for (std::size_t i = 0; i < paths.size(); ++i) paths[i] = site.tree().path(site.server(i));
  return paths;
}

bool is_in(const std::string& server, const std::vector<std::string>& nodes) {
  return std::ranges::any_of(nodes, [&](const std::string& node) { return is_at_or_under(server, node); });
}

std::vector<TypeId> types_by_server(const Scenario& scenario, const std::vector<std::string>& paths) {
  std::vector<TypeId> types(paths.size());
  std::size_t number = 1;
  for (const auto& [name, type] : scenario.server_types) {
    for (std::size_t i = 0; i < paths.size(); ++i)
      if (is_in(paths[i], type.nodes)) types[i] = TypeId(number);
    ++number;
  }
  return types;
}

class FleetPlanner {
 public:
  explicit FleetPlanner(const Scenario& scenario) : scenario_(scenario), paths_(paths_of(scenario)) {
    plan_.type_of_server = types_by_server(scenario, paths_);
    plan_.pool_of_server.assign(paths_.size(), FleetPlan::kNone);
    used_gpus_.assign(paths_.size(), 0);
    used_cores_.assign(paths_.size(), 0);
  }

  FleetPlan plan() {
    for (const auto& service : scenario_.all_services()) give_servers(service);
    place_counted();
    for (std::size_t i = 0; i < paths_.size(); ++i) {
      if (is_used(i)) continue;
      if (scenario_.workload.vms && plan_.pool_of_server[i] == FleetPlan::kNone) plan_.vm_servers.emplace_back(i);
      else if (is_for_jobs(i)) plan_.job_servers.emplace_back(i);
    }
    note_where_services_may_stand();
    if (plan_.serving_servers() > 0) count_instances();
    return std::move(plan_);
  }

 private:
  /// Whether counted instances stand on it.
  [[nodiscard]] bool is_used(std::size_t server) const { return used_gpus_[server] > 0 || used_cores_[server] > 0; }

  [[nodiscard]] bool is_for_jobs(std::size_t server) const {
    if (is_used(server)) return false;
    if (plan_.pool_of_server[server] != FleetPlan::kNone || plan_.type_of_server[server] != TypeId(0)) return false;
    return std::ranges::none_of(scenario_.workload.tenants,
                                [&](const TenantConfig& tenant) { return is_in(paths_[server], tenant.nodes); });
  }

  [[nodiscard]] std::size_t servers_for_jobs() const {
    const std::uint32_t each = scenario_.hardware.server.gpus;
    std::size_t servers = 0;
    for (const SiteJob& job : scenario_.workload.jobs) servers += (job.gpus + each - 1) / each;
    return servers;
  }

  /// Servers that a service may have, without those that only jobs can have.
  [[nodiscard]] std::vector<std::size_t> candidates(const ServiceConfig& service) const {
    std::vector<std::size_t> servers;
    std::size_t left_for_jobs = 0;
    for (std::size_t i = 0; i < paths_.size(); ++i) {
      const bool can_have = service.nodes.empty() || is_in(paths_[i], service.nodes);
      if (plan_.pool_of_server[i] != FleetPlan::kNone) continue;
      if (can_have) servers.push_back(i);
      else if (is_for_jobs(i)) ++left_for_jobs;
    }
    if (service.servers) return servers;
    for (std::size_t i = servers.size(); i-- > 0 && left_for_jobs < servers_for_jobs();) {
      if (!is_for_jobs(servers[i])) continue;
      servers.erase(servers.begin() + static_cast<std::ptrdiff_t>(i));
      ++left_for_jobs;
    }
    return servers;
  }

  void give_servers(const Scenario::NamedService& service) {
    const bool has_no_servers = scenario_.stands_on_vms(service) || service.config->counts_instances();
    auto servers = has_no_servers ? std::vector<std::size_t>{} : candidates(*service.config);
    const std::size_t asked = has_no_servers ? 0 : service.config->servers.value_or(servers.size());
    servers.resize(std::min(asked, servers.size()));
    const std::size_t first = plan_.pools.size();
    const auto pools = pools_of(scenario_, *service.config);
    for (const PoolConfig& pool : pools)
      plan_.pools.push_back({service.name.empty() ? pool.name : service.name + "/" + pool.name,
                             ServiceId(plan_.services.size()), pool.serves, pool.variant});
    plan_.services.push_back({asked, servers.size(), {}});
    const auto placement = scenario_.policy.placement.make();
    std::vector<PoolShare> shares;
    for (const PoolConfig& pool : pools) shares.push_back({pool.name, pool.server_fraction, 0, servers.size()});
    for (const std::size_t server : servers) {
      const std::size_t pool = placement->pool_of({ServerId(server), paths_[server]}, shares);
      if (pool >= shares.size())
        throw PolicyError("placement " + scenario_.policy.placement.kind + " broke its contract at 0 s: server " +
                          std::to_string(server) + " goes to pool " + std::to_string(pool) + ", but there are " +
                          std::to_string(shares.size()));
      ++shares[pool].servers;
      ++plan_.pools[first + pool].servers;
      plan_.pool_of_server[server] = first + pool;
    }
  }

  /// Whether a server has room for an instance, or for its part of one: GPUs of servers that no pool holds, CPU cores
  /// of any.
  [[nodiscard]] bool has_room(std::size_t server, const VariantSpec& variant) const {
    if (variant.on_cores()) return used_cores_[server] + variant.cpu_cores <= variant.hardware.server.cpu_cores;
    return plan_.pool_of_server[server] == FleetPlan::kNone &&
           used_gpus_[server] + variant.gpus_on_each() <= variant.hardware.server.gpus;
  }

  /// Instances of pools that count them, each on the first server with room, side by side from its first GPU on.
  void place_counted() {
    const auto services = scenario_.all_services();
    if (std::ranges::none_of(services, [](const auto& service) { return service.config->counts_instances(); })) return;
    const auto variants = variants_of(scenario_);
    std::size_t pool = 0;
    for (const auto& service : services)
      for (const PoolConfig& config : pools_of(scenario_, *service.config)) {
        for (const auto& [name, count] : config.instances)
          for (std::uint32_t i = 0; i < count; ++i)
            if (!place(variants, *service.config, pool, name == kServiceItself ? "" : name))
              ++plan_.pools[pool].without_place[name];
        ++pool;
      }
  }

  bool place(const std::vector<VariantSpec>& variants, const ServiceConfig& service, std::size_t pool,
             const std::string& name) {
    std::map<TypeId, std::vector<ServerId>> found;
    for (std::size_t i = 0; i < paths_.size(); ++i) {
      if (!service.nodes.empty() && !is_in(paths_[i], service.nodes)) continue;
      const auto variant = std::ranges::find_if(variants, [&](const VariantSpec& one) {
        return one.service == plan_.pools[pool].service && one.name == name &&
               one.server_type == plan_.type_of_server[i];
      });
      if (variant == variants.end() || !has_room(i, *variant)) continue;
      std::vector<ServerId>& servers = found[variant->server_type];
      servers.emplace_back(i);
      if (servers.size() < variant->servers()) continue;
      begin_on(std::move(servers), *variant, pool, used_gpus_[i]);
      for (const ServerId server : plan_.starts.back().servers) {
        used_gpus_[server.index()] += variant->gpus_on_each();
        used_cores_[server.index()] += variant->cpu_cores;
      }
      return true;
    }
    return false;
  }

  void begin_on(std::vector<ServerId> servers, const VariantSpec& variant, std::size_t pool, std::uint32_t first_gpu) {
    plan_.starts.push_back({pool, variant.name, std::move(servers), static_cast<std::uint16_t>(first_gpu),
                            static_cast<std::uint16_t>(variant.gpus_on_each())});
    ++plan_.pools[pool].instances;
  }

  void note_where_services_may_stand() {
    const auto services = scenario_.all_services();
    for (std::size_t s = 0; s < services.size(); ++s)
      for (std::size_t i = 0; i < paths_.size(); ++i) {
        const auto& nodes = services[s].config->nodes;
        const bool is_for_a_job = scenario_.workload.has_jobs() && is_for_jobs(i);
        if (!is_for_a_job && (nodes.empty() || is_in(paths_[i], nodes))) plan_.services[s].servers.emplace_back(i);
      }
  }

  /// Those of several servers take the next ones of their pool and type.
  void count_instances() {
    const auto variants = variants_asked_for(scenario_);
    std::map<std::pair<std::size_t, TypeId>, std::vector<ServerId>> waiting;
    for (std::size_t i = 0; i < paths_.size(); ++i) {
      if (plan_.pool_of_server[i] == FleetPlan::kNone) continue;
      const std::size_t number = plan_.pool_of_server[i];
      FleetPlan::Pool& pool = plan_.pools[number];
      for (const VariantSpec& variant : variants) {
        if (variant.service != pool.service || variant.server_type != plan_.type_of_server[i] ||
            variant.name != pool.variant || variant.on_cores())
          continue;
        pool.instances += variant.hardware.server.gpus / variant.gpus;
        if (variant.servers() == 1) continue;
        std::vector<ServerId>& servers = waiting[{number, variant.server_type}];
        servers.emplace_back(i);
        if (servers.size() == variant.servers()) begin_on(std::exchange(servers, {}), variant, number, 0);
      }
    }
  }

  const Scenario& scenario_;
  std::vector<std::string> paths_;
  std::vector<std::uint32_t> used_gpus_, used_cores_;  ///< by counted instances, by server
  FleetPlan plan_;
};

}  // namespace

bool FleetPlan::Pool::serves_high() const {
  return serves.empty() ||
         !std::ranges::all_of(serves, [](const std::string& word) { return word == "low" || word.ends_with("_low"); });
}

std::size_t FleetPlan::serving_servers() const {
  std::size_t sum = 0;
  for (const Pool& pool : pools) sum += pool.servers;
  return sum;
}

bool names_nodes(const Scenario& scenario) {
  const auto services = scenario.all_services();
  return !scenario.server_types.empty() || !scenario.workload.tenants.empty() ||
         scenario.policy.placement.kind != "interleaved" ||
         std::ranges::any_of(services, [](const auto& service) { return !service.config->nodes.empty(); });
}

FleetPlan plan_fleet(const Scenario& scenario) {
  return FleetPlanner(scenario).plan();
}

}  // namespace headroom
