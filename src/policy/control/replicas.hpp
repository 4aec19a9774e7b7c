#pragma once

#include <algorithm>
#include <cstdint>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "headroom/controller.hpp"

namespace headroom {

/// How many instances a controller may keep.
class InstanceBounds {
 public:
  void fields(Fields& f) {
    f("least_instances", least_, "never fewer; of those that serve", Range::between(1, 1e6));
    f("most_instances", most_, "never more", Range::between(1, 1e6));
  }
  void check(const Scope& scope) const {
    if (least_ > most_) scope.at("least_instances").problem("must not be above most_instances");
  }
  [[nodiscard]] std::size_t within(double wanted) const {
    return static_cast<std::size_t>(std::clamp<double>(wanted, least_, most_));
  }

 private:
  std::uint32_t least_ = 1, most_ = 1'000'000;
};

/// The instances of a pool that a controller adds and removes: new ones take the lowest free GPUs of any server where
/// the service may stand, the one with the fewest requests goes. A server where an instance starts or drains is left
/// alone.
class Replicas {
 public:
  void fields(Fields& f) {
    f("pool", pool_, "whose instances; empty: the first pool of its scope");
    f("variant", variant_, "what new instances are, by its name in the service; empty: as the service says");
  }
  void check_in(const PolicyContext& context, const Scope& scope) const {
    if (!pool_.empty()) check_name(pool_, context.pools, "pool", scope.at("pool"));
    if (!variant_.empty()) check_name(variant_, context.variants, "variant", scope.at("variant"));
  }
  [[nodiscard]] const std::string& pool() const { return pool_; }

  [[nodiscard]] std::optional<PoolId> find_pool(const ControlView& view) const {
    for (std::size_t i = 0; i < view.fleet.pools(); ++i)
      if (pool_.empty() ? view.reach.holds(PoolId(i)) : view.fleet.name(PoolId(i)) == pool_) return PoolId(i);
    return std::nullopt;
  }

  /// Those that serve or start, and what they hold.
  struct Count {
    std::size_t instances = 0, serving = 0;
    std::uint64_t requests = 0;
  };
  [[nodiscard]] static Count count(const ControlView& view, PoolId pool) {
    Count count;
    for (const InstanceId id : view.fleet.members(pool)) {
      const InstanceState& state = view.fleet[id];
      if (state.status == Status::draining || !view.fleet.server(state.server).up) continue;
      ++count.instances;
      count.serving += state.status == Status::up;
      count.requests += state.load.outstanding;
    }
    return count;
  }

  /// As many of those missing as find GPUs; whether any does.
  bool add(const ControlView& view, PoolId pool, std::size_t missing, Actions& actions) const {
    bool any = false;
    for (std::size_t s = 0; s < view.fleet.servers() && missing > 0; ++s) {
      const ServerId id(s);
      const ServerState& server = view.fleet.server(id);
      const auto variant = find_variant(view.world, pool, server.type);
      if (!variant || !view.reach.holds(id) || !is_usable(view.fleet, id)) continue;
      if (!view.world.services[view.world.variants[variant->index()].service.index()].may_stand_on(id)) continue;
      const std::uint16_t gpus = view.world.variants[variant->index()].gpus;
      Deploy deploy{{id}, members_of(view.fleet, id)};
      const std::size_t before = deploy.members.size();
      for (std::uint16_t first = 0; first + gpus <= server.gpus && missing > 0;
           first = static_cast<std::uint16_t>(first + gpus)) {
        const bool is_free = std::ranges::none_of(
            server.slices, [&](const SliceState& slice) { return overlap(first, gpus, slice.first_gpu, slice.gpus); });
        if (!is_free) continue;
        deploy.members.push_back({*variant, pool, id, first});
        --missing;
      }
      if (deploy.members.size() == before) continue;
      actions.add(std::move(deploy));
      any = true;
    }
    return any;
  }

  /// So many of the idlest of the pool, one on a server at most; whether there is any.
  static bool remove(const ControlView& view, PoolId pool, std::size_t excess, Actions& actions) {
    std::vector<InstanceId> idlest;
    for (const InstanceId id : view.fleet.members(pool))
      if (view.reach.holds(view.fleet[id].server) && is_usable(view.fleet, view.fleet[id].server)) idlest.push_back(id);
    std::ranges::stable_sort(idlest, {}, [&](InstanceId id) { return view.fleet[id].load.outstanding; });
    std::vector<ServerId> touched;
    for (const InstanceId id : idlest) {
      const ServerId server = view.fleet[id].server;
      if (touched.size() == excess) break;
      if (std::ranges::find(touched, server) != touched.end()) continue;
      touched.push_back(server);
      actions.add(Deploy{{server}, members_of(view.fleet, server, id)});
    }
    return !touched.empty();
  }

 private:
  /// The variant by which new instances of a pool run on servers of this type.
  [[nodiscard]] std::optional<VariantId> find_variant(const World& world, PoolId pool, TypeId type) const {
    for (std::size_t i = 0; i < world.variants.size(); ++i) {
      const Variant& variant = world.variants[i];
      const auto& pools = world.services[variant.service.index()].pools;
      if (variant.name == variant_ && variant.server_type == type && std::ranges::find(pools, pool) != pools.end())
        return VariantId(i);
    }
    return std::nullopt;
  }

  static bool is_usable(const FleetView& fleet, ServerId id) {
    return fleet.server(id).up && !fleet.server(id).leaving && !fleet.is_in_transition(id);
  }

  /// What stands on a server, but for one instance, as members of a deployment.
  static std::vector<Member> members_of(const FleetView& fleet, ServerId id, std::optional<InstanceId> but = {}) {
    std::vector<Member> members;
    for (const SliceState& slice : fleet.server(id).slices)
      if (slice.instance && slice.instance != but)
        members.push_back({fleet[*slice.instance].variant, fleet[*slice.instance].pool, id, slice.first_gpu});
    return members;
  }

  std::string pool_, variant_;
};

}  // namespace headroom
