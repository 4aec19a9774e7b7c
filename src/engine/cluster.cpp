#include "engine/cluster.hpp"

#include <algorithm>
#include <cmath>

#include "base/interrupt.hpp"
#include "base/residual.hpp"
#include "engine/pools.hpp"
#include "model/gpu_memory.hpp"

namespace headroom {
namespace {

/// The pools of a scenario; without any, one that serves everything.
std::vector<PoolConfig> pools_of(const ServingConfig& serving) {
  if (!serving.pools.empty()) return serving.pools;
  return {PoolConfig{"all", {Priority::low, Priority::high}, 1.0}};
}

}  // namespace

ServedModel::ServedModel(const HardwareConfig& hardware, const ServingConfig& serving)
    : performance(serving.model, hardware.gpu, serving.stack.on(hardware.gpu.name), serving.tensor_parallel),
      power(hardware.gpu_power, hardware.gpu, serving.tensor_parallel,
            flop_energy_ratio(hardware.gpu_power, hardware.gpu, serving.tensor_parallel, serving.input_data)),
      kv_capacity_tokens(static_cast<std::uint64_t>(std::floor(
          headroom::kv_capacity_tokens(serving.model, hardware.gpu, serving.stack, serving.tensor_parallel)))) {}

Cluster::Cluster(const Scenario& scenario, Site& site, BatchScheduler& scheduler, std::span<QuantileSketch> token_gaps,
                 InstanceObserver& observer)
    : site_(site),
      gpu_(scenario.hardware.gpu),
      server_power_(scenario.hardware.server, gpu_.tdp),
      idle_gpus_(scenario.hardware.gpu_power.idle * static_cast<double>(scenario.hardware.server.gpus)),
      servers_(site.servers()) {
  for (std::size_t i = 0; i < servers_.size(); ++i) servers_[i].node = site.server(i);
  if (!scenario.serving) return;
  model_.emplace(scenario.hardware, *scenario.serving);
  assign_pools(*scenario.serving, serving_servers(scenario));
  build_instances(scenario, scheduler, token_gaps, observer);
}

void Cluster::assign_pools(const ServingConfig& serving, std::size_t servers) {
  const auto pools = pools_of(serving);
  std::vector<double> fractions;
  fractions.reserve(pools.size());
  for (const PoolConfig& pool : pools) fractions.push_back(pool.server_fraction);
  const auto pool_of = pool_of_servers(fractions, servers);
  for (std::size_t i = 0; i < servers; ++i) {
    servers_[i].pool = PoolId(pool_of[i]);
    const auto& serves = pools[pool_of[i]].serves;
    const bool serves_high = std::ranges::find(serves, Priority::high) != serves.end();
    servers_[i].priority = serves_high ? Priority::high : Priority::low;
  }
}

void Cluster::build_instances(const Scenario& scenario, BatchScheduler& scheduler, std::span<QuantileSketch> token_gaps,
                              InstanceObserver& observer) {
  const ServingConfig& serving = *scenario.serving;
  const std::size_t servers = serving_servers(scenario);
  const auto pools = pools_of(serving);
  const std::uint32_t each = scenario.hardware.server.gpus / serving.tensor_parallel;
  const InstanceSpec spec{&model_->performance,
                          &model_->power,
                          &gpu_,
                          scenario.hardware.limits,
                          serving.tensor_parallel,
                          model_->kv_capacity_tokens,
                          serving.max_waiting_requests,
                          scenario.policy.batching.kind};
  instances_.reserve(servers * each);
  for (std::size_t p = 0; p < pools.size(); ++p) {
    const std::size_t first = instances_.size();
    for (std::size_t s = 0; s < servers; ++s) {
      if (servers_[s].pool != PoolId(p)) continue;
      servers_[s].first_instance = static_cast<std::uint32_t>(instances_.size());
      servers_[s].instances = each;
      stop_if_interrupted();
      for (std::uint32_t i = 0; i < each; ++i) {
        instances_.emplace_back(InstanceId(instances_.size()), spec, scheduler, token_gaps, observer);
        server_of_.push_back(ServerId(s));
      }
    }
    fleet_.add_pool(pools[p].name, pools[p].serves, instances_.size() - first);
  }
}

std::optional<Power> Cluster::update_power(ServerId id, Seconds now) {
  Server& server = servers_[id.index()];
  Power gpus = server.instances > 0 || server.down ? Power() : idle_gpus_;
  for (std::uint32_t i = 0; i < server.instances; ++i) gpus += instances_[server.first_instance + i].gpu_power();
  if (gpus.value() == server.gpu_power_w && !server.down) return std::nullopt;
  if (server.gpu_power_w >= 0) server.gpu_energy_j += server.gpu_power_w * (now.value() - server.since);
  server.since = now.value();
  server.gpu_power_w = gpus.value();
  return server.down ? Power() : server_power_.inlet(gpus);
}

double Cluster::gpu_energy_residual(Seconds now) const {
  double worst = 0;
  for (const Server& server : servers_) {
    double by_instances = 0;
    for (std::uint32_t i = 0; i < server.instances; ++i)
      by_instances += instances_[server.first_instance + i].gpu_energy(now).value();
    const double by_server = server.gpu_energy_j + server.gpu_power_w * (now.value() - server.since);
    if (!(by_instances <= 0)) worst = worse(worst, std::abs(by_server - by_instances) / by_instances);
  }
  return worst;
}

}  // namespace headroom
