#include <algorithm>
#include <cmath>
#include <limits>
#include <optional>
#include <vector>

#include "headroom/controller.hpp"
#include "headroom/recipe.hpp"

namespace headroom {
namespace {

constexpr Seconds kLongAgo{-std::numeric_limits<double>::infinity()};

/// Adds and removes instances so that each has as many requests in flight as is wanted: of the instances that serve or
/// start, n x (mean in flight / target), rounded up, are kept, between bounds. More come at once, fewer one at a time
/// and not before a cooldown, as horizontal autoscalers do (Kubernetes' algorithm). New ones take the lowest free GPUs;
/// the one with the fewest requests goes. A server where an instance starts or drains is left alone. With foresight
/// the requests count as many times as the pool's load is about to grow.
class TargetUtilization final : public Controller {
 public:
  void fields(Fields& f) override {
    f("period_s", period_, "time between decisions", Range::between(1e-3, 1e6));
    f("pool", pool_, "whose instances; empty: the first pool of its scope");
    f("variant", variant_, "what new instances are, by its name in the service; empty: as the service says");
    f.required("target_requests", target_, "requests in flight wanted at each instance", Range::between(1e-3, 1e6));
    f("ahead_s", ahead_, "time within which it counts the growth of the load that /foresight sees; 0: none",
      Range::between(0.0, 1e6));
    f("cooldown_s", cooldown_, "time after any change before an instance is removed", Range::delay());
    f("least_instances", least_, "never fewer; of those that serve", Range::between(1, 1e6));
    f("most_instances", most_, "never more", Range::between(1, 1e6));
  }
  void check(const Scope& scope) const override {
    if (least_ > most_) scope.at("least_instances").problem("must not be above most_instances");
  }

  void check_in(const PolicyContext& context, const Scope& scope) const override {
    if (!pool_.empty()) check_name(pool_, context.pools, "pool", scope.at("pool"));
    if (!variant_.empty()) check_name(variant_, context.variants, "variant", scope.at("variant"));
    if (ahead_ > Seconds() && context.foresight == Seconds()) scope.at("ahead_s").problem("needs /foresight");
    else if (ahead_ > context.foresight) scope.at("ahead_s").problem("must not be above /foresight/lead_s");
  }

  bool follows_power() const override { return false; }
  std::optional<std::string> scaled_pool() const override { return pool_; }
  Seconds period() const override { return period_; }

  void control(const ControlView& view, Actions& actions) override {
    const std::optional<PoolId> pool = find_pool(view);
    if (!pool) return;
    if (view.now - changed_ <= view.world.order_delay) return;  // what was ordered is not to be seen yet
    std::size_t instances = 0, serving = 0;
    std::uint64_t requests = 0;
    for (const InstanceId id : view.fleet.members(*pool)) {
      const InstanceState& state = view.fleet[id];
      if (state.status == Status::draining || !view.fleet.server(state.server).up) continue;
      ++instances;
      serving += state.status == Status::up;
      requests += state.load.outstanding;
    }
    const double wanted = std::ceil(static_cast<double>(requests) * growth(view, *pool) / target_);
    const auto keep = static_cast<std::size_t>(std::clamp<double>(wanted, least_, most_));
    actions.because("target_utilization: " + std::to_string(requests) + " requests at " + std::to_string(instances) +
                    " instances");
    if (keep > instances) add(view, *pool, keep - instances, actions);
    else if (keep < serving && view.now - changed_ >= cooldown_) remove(view, *pool, actions);
  }

 private:
  [[nodiscard]] std::optional<PoolId> find_pool(const ControlView& view) const {
    for (std::size_t i = 0; i < view.fleet.pools(); ++i)
      if (pool_.empty() ? view.reach.holds(PoolId(i)) : view.fleet.name(PoolId(i)) == pool_) return PoolId(i);
    return std::nullopt;
  }

  /// The largest minute of a pool's input tokens within `ahead_s` over the last one; at least 1.
  [[nodiscard]] double growth(const ControlView& view, PoolId pool) const {
    constexpr Seconds minute(60);
    if (ahead_ == Seconds() || view.world.foresight == nullptr) return 1.0;
    double foreseen = 0, present = 0;
    for (std::size_t i = 0; i < view.world.classes.size(); ++i) {
      if (view.fleet.own_pool(ClassId(i)) != pool) continue;
      if (const auto load = view.world.foresight->load(ClassId(i), view.now, ahead_))
        foreseen += load->peak_tokens_per_s;
      present += static_cast<double>(view.demand.over(ClassId(i), minute, view.now).input_tokens) / minute.value();
    }
    return present > 0 ? std::max(1.0, foreseen / present) : 1.0;
  }

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

  void add(const ControlView& view, PoolId pool, std::size_t missing, Actions& actions) {
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
      changed_ = view.now;
    }
  }

  void remove(const ControlView& view, PoolId pool, Actions& actions) {
    std::optional<InstanceId> idlest;
    for (const InstanceId id : view.fleet.members(pool)) {
      if (!view.reach.holds(view.fleet[id].server) || !is_usable(view.fleet, view.fleet[id].server)) continue;
      if (!idlest || view.fleet[id].load.outstanding < view.fleet[*idlest].load.outstanding) idlest = id;
    }
    if (!idlest) return;
    const ServerId server = view.fleet[*idlest].server;
    actions.add(Deploy{{server}, members_of(view.fleet, server, idlest)});
    changed_ = view.now;
  }

  Seconds period_{30.0};
  std::string pool_, variant_;
  double target_ = 0;
  Seconds ahead_{}, cooldown_{300.0};
  std::uint32_t least_ = 1, most_ = 1'000'000;
  Seconds changed_ = kLongAgo;
};

}  // namespace

namespace kinds {
Kind<Controller> target_utilization() {
  return kind_of<Controller, TargetUtilization>(
      "target_utilization", "as many instances as give each the wanted number of requests in flight; reactive");
}
}  // namespace kinds

}  // namespace headroom
