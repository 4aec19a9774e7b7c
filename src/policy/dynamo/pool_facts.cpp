#include "policy/dynamo/pool_facts.hpp"

#include <algorithm>

namespace headroom {

PoolFacts::PoolFacts(const ControlView& view, PoolId pool) : view_(view), pool_(pool) {
  const auto& services = view.world.services;
  const auto mine = std::ranges::find_if(
      services, [&](const Service& service) { return std::ranges::find(service.pools, pool) != service.pools.end(); });
  service_ = ServiceId(static_cast<std::size_t>(mine - services.begin()));
  const ServerState& server = view.fleet.server(mine->servers.front());
  type_ = server.type;
  gpus_of_a_server_ = server.gpus;
  for (std::size_t i = 0; i < view.world.variants.size(); ++i) {
    const Variant& variant = view.world.variants[i];
    if (variant.service != service_ || variant.server_type != server.type) continue;
    if (std::ranges::find(sizes_, variant.gpus, &Size::gpus) == sizes_.end())
      sizes_.push_back({VariantId(i), variant.gpus});
  }
  std::ranges::sort(sizes_, {}, &Size::gpus);
}

std::vector<ServerId> PoolFacts::servers() const {
  std::vector<ServerId> list;
  for (const ServerId id : view_.world.services[service_.index()].servers) {
    const ServerState& server = view_.fleet.server(id);
    if (server.pool == pool_ && server.type == type_ && server.up && !server.leaving && !has_strangers(view_.fleet, id))
      list.push_back(id);
  }
  return list;
}

std::vector<ClassId> PoolFacts::classes() const {
  std::vector<ClassId> list;
  for (std::size_t i = 0; i < view_.world.classes.size(); ++i)
    if (view_.fleet.own_pool(ClassId(i)) == pool_) list.emplace_back(i);
  return list;
}

double PoolFacts::largest_load_of_a_server() const {
  const std::uint32_t instances = gpus_of_a_server_ / largest().gpus;
  return instances * view_.world.profile->largest_load(largest().variant, pool_, highest_clock());
}

double PoolFacts::foreseen_peak(Seconds from, Seconds length) const {
  const auto load = view_.world.foresight->load(classes(), from, length);
  return load ? load->peak_tokens_per_s : 0.0;
}

std::vector<Member> PoolFacts::full_of_the_largest(ServerId server) const {
  std::vector<Member> members;
  for (std::uint32_t first = 0; first + largest().gpus <= gpus_of_a_server_; first += largest().gpus)
    members.push_back({largest().variant, pool_, server, static_cast<std::uint16_t>(first)});
  return members;
}

bool has_strangers(const FleetView& fleet, ServerId server) {
  return std::ranges::any_of(fleet.server(server).slices, [](const SliceState& slice) { return !slice.instance; });
}

std::vector<PoolId> pools_in_reach(const ControlView& view) {
  std::vector<PoolId> list;
  for (std::size_t i = 0; i < view.fleet.pools(); ++i)
    if (view.reach.holds(PoolId(i))) list.emplace_back(i);
  return list;
}

void check_dynamo(const PolicyContext& context, const Scope& scope) {
  if (context.pools.empty()) scope.problem("needs a service whose servers, splits and clocks it decides");
  const auto service_of = [](const std::string& pool) { return pool.substr(0, pool.find('/')); };
  for (const std::string& pool : context.pools)
    if (pool.find('/') != std::string::npos && service_of(pool) != service_of(context.pools.front()))
      return scope.problem("decides for one service, and there are several: a scope says for which");
  if (context.foresight == Seconds()) scope.problem("needs /foresight, which says how well loads are known ahead");
}

}  // namespace headroom
