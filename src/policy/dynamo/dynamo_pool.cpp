#include <algorithm>
#include <cmath>
#include <optional>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include "headroom/controller.hpp"
#include "headroom/recipe.hpp"
#include "policy/dynamo/arrange.hpp"
#include "policy/dynamo/best_split.hpp"
#include "policy/dynamo/pool_facts.hpp"

namespace headroom {
namespace {

/// DynamoLLM's pool manager (arXiv 2408.00741, section IV-B): how the GPUs of each pool are split into instances,
/// by equation 1 at the highest clock, or over all clocks, for the largest minute of the last period. A split changes
/// where what it saves until the next decision is more than what the change costs; a few servers at a time. It decides
/// at the first call behind the beginning of a period, so that what the cluster manager decided at that date is done.
class DynamoPool final : public Controller {
 public:
  void fields(Fields& f) override {
    f("period_s", period_, "time between decisions on splits", Range::between(1, 1e7));
    f("call_s", call_, "time between calls, at which what was decided is carried on", Range::between(1e-3, 1e6));
    f("load_margin", margin_, "the largest minute of the last period counts so many times", Range::between(0.1, 10));
    f("unused_gpus_count", unused_count_, "whether GPUs on which no instance stands count in what a split draws");
    f("free_clocks", free_clocks_,
      "whether a split is chosen together with its clocks (the joint problem), in place of at the highest");
    f("weigh_costs", weigh_costs_, "whether a split changes only where it saves more than the change costs");
    f("in_transition_fraction", in_transition_, "of a pool's instances, at most, and at least one", Range::fraction());
  }
  void check(const Scope& scope) const override {
    if (call_ > period_) scope.at("call_s").problem("must not be above period_s");
  }
  void check_in(const PolicyContext& context, const Scope& scope) const override { check_dynamo(context, scope); }

  bool follows_power() const override { return false; }
  bool needs_profile() const override { return true; }
  bool follows_arrivals() const override { return true; }
  bool decides_alone() const override { return true; }
  Seconds period() const override { return call_; }

  void begin(const ControlView& view, Actions& actions) override {
    changes_.resize(view.fleet.pools());
    for (const PoolId pool : pools_in_reach(view)) {
      decide(view, pool, first_load(view, pool));
      for (const auto& [server, layout] : changes_[pool.index()]) actions.add(deployment(view, pool, server, layout));
      changes_[pool.index()].clear();
    }
  }

  void control(const ControlView& view, Actions& actions) override {
    const bool is_time = view.now > period_ * static_cast<double>(periods_);
    if (is_time) ++periods_;
    changes_.resize(view.fleet.pools());
    for (const PoolId pool : pools_in_reach(view)) {
      if (is_time) decide(view, pool, margin_ * largest_minute(view, pool));
      carry_on(view, pool, actions);
    }
  }

 private:
  /// What is to change, by server.
  using Changes = std::vector<std::pair<ServerId, Layout>>;

  /// Of its own requests, as foreseen; where it has more servers than these need, others pass on what fills them.
  [[nodiscard]] double first_load(const ControlView& view, PoolId pool) const {
    const PoolFacts facts(view, pool);
    const double own = facts.foreseen_peak(Seconds(), period_), of_a_server = facts.largest_load_of_a_server();
    const auto servers = static_cast<double>(facts.servers().size());
    return own > (servers - 1) * of_a_server ? margin_ * own : servers * of_a_server;
  }

  static double largest_minute(const ControlView& view, PoolId pool) {
    constexpr Seconds minute(60);
    constexpr int kLooks = 24;  // windows that end in the last period, each a bin earlier
    double most = 0;
    for (int i = 0; i <= kLooks; ++i) {
      const Asked asked = view.pool_demand.over(pool, minute, view.now - PoolDemand::kBin * i);
      most = std::max(most, static_cast<double>(asked.input_tokens) / minute.value());
    }
    return most;
  }

  static Layout layout_of(const ControlView& view, ServerId server) {
    Layout layout;
    for (const SliceState& slice : view.fleet.server(server).slices) layout.push_back({slice.first_gpu, slice.gpus});
    return layout;
  }

  /// At which a split is planned: the highest alone, or all.
  [[nodiscard]] std::span<const Hertz> clocks(const Profile& profile, VariantId variant) const {
    return free_clocks_ ? profile.clocks(variant) : profile.clocks(variant).last(1);
  }

  /// A pool's sizes at these clocks.
  [[nodiscard]] std::vector<SizeOption> options_of(const ControlView& view, PoolId pool, const PoolFacts& facts) const {
    const Profile& profile = *view.world.profile;
    std::vector<SizeOption> options;
    for (const Size& size : facts.sizes()) {
      SizeOption& option = options.emplace_back(SizeOption{size.gpus, {}});
      for (const Hertz clock : clocks(profile, size.variant)) {
        PowerCurve& curve = option.curves.emplace_back(PowerCurve{clock.value() / 1e6, {}});
        for (const LoadPoint& point : profile.power_curve(size.variant, pool, clock))
          curve.knots.push_back({point.tokens_per_s, point.watts});
      }
    }
    return options;
  }

  /// The least at these clocks, of those that carry the load, which the highest does.
  [[nodiscard]] Power least_power(const Profile& profile, VariantId variant, PoolId pool, double load) const {
    Power least = profile.power(variant, pool, profile.highest_clock(variant), load);
    for (const Hertz clock : clocks(profile, variant))
      if (profile.largest_load(variant, pool, clock) >= load)
        least = std::min(least, profile.power(variant, pool, clock, load));
    return least;
  }

  [[nodiscard]] double unused_w(const ControlView& view, const Size& largest) const {
    return unused_count_ ? view.world.variants[largest.variant.index()].idle_gpu.value() : 0.0;
  }

  /// Notes what is to change on which server. Where no split carries the load, all GPUs go to the largest instances.
  void decide(const ControlView& view, PoolId pool, double load) {
    Changes& changes = changes_[pool.index()];
    changes.clear();
    const PoolFacts facts(view, pool);
    const auto servers = facts.servers();
    if (servers.empty()) return;
    const auto gpus = static_cast<unsigned>(servers.size()) * facts.gpus_of_a_server();
    const auto best = best_split({options_of(view, pool, facts), gpus, load, unused_w(view, facts.largest())});
    std::vector<Wanted> wanted;
    if (best && !best->sizes.empty())
      for (const SizeChoice& size : best->sizes) wanted.push_back({size.gpus, size.instances});
    else if (best) wanted.push_back({facts.sizes().front().gpus, 1});  // somebody may come
    else wanted.push_back({facts.largest().gpus, gpus / facts.largest().gpus});
    std::vector<Layout> present;
    for (const ServerId server : servers) present.push_back(layout_of(view, server));
    const auto arranged = arrange(present, wanted, facts.gpus_of_a_server());
    if (!arranged) return;
    if (weigh_costs_ && view.now > Seconds() && best && !is_worth_it(view, pool, facts, load, *best, arranged->size()))
      return;
    for (const Resplit& change : *arranged) changes.emplace_back(servers[change.server], change.to);
  }

  /// What the pool's instances would draw under a load, each in proportion to what it carries at the highest clock;
  /// none where they do not carry it.
  [[nodiscard]] std::optional<double> watts_as_it_is(const ControlView& view, PoolId pool, const PoolFacts& facts,
                                                     double load) const {
    const Profile& profile = *view.world.profile;
    const auto largest_of = [&](const InstanceState& state) {
      return profile.largest_load(state.variant, pool, profile.highest_clock(state.variant));
    };
    double carries = 0, watts = 0;
    std::uint32_t used = 0;
    for (const InstanceId id : view.fleet.members(pool)) carries += largest_of(view.fleet[id]);
    if (carries < load) return std::nullopt;
    for (const InstanceId id : view.fleet.members(pool)) {
      const InstanceState& state = view.fleet[id];
      const double own = carries > 0 ? load * largest_of(state) / carries : 0.0;
      watts += least_power(profile, state.variant, pool, own).value();
      used += view.world.variants[state.variant.index()].gpus;
    }
    const auto gpus = static_cast<std::uint32_t>(facts.servers().size()) * facts.gpus_of_a_server();
    return watts + unused_w(view, facts.largest()) * (gpus > used ? gpus - used : 0);
  }

  /// Whether what is saved until the next decision is more than what is drawn, and as much again for what is not done,
  /// while so many servers change.
  [[nodiscard]] bool is_worth_it(const ControlView& view, PoolId pool, const PoolFacts& facts, double load,
                                 const BestSplit& best, std::size_t changing) const {
    const auto now = watts_as_it_is(view, pool, facts, load);
    if (!now) return true;
    const double takes = view.world.variants[facts.largest().variant.index()].reshard.value();
    const double each = *now / static_cast<double>(facts.servers().size());
    return (*now - best.watts) * period_.value() > 2 * takes * each * static_cast<double>(changing);
  }

  void carry_on(const ControlView& view, PoolId pool, Actions& actions) {
    Changes& changes = changes_[pool.index()];
    std::size_t instances = 0, moving = 0;
    for (const InstanceId id : view.fleet.members(pool)) {
      ++instances;
      moving += view.fleet.is_in_transition(view.fleet[id].server);
    }
    const double most = std::max(1.0, std::floor(in_transition_ * static_cast<double>(instances)));
    actions.because("dynamo_pool: " + view.fleet.name(pool));
    for (auto next = changes.begin(); next != changes.end() && static_cast<double>(moving) < most;) {
      const ServerId server = next->first;
      const bool is_still_its =
          view.fleet.server(server).pool == pool && view.fleet.server(server).up && !has_strangers(view.fleet, server);
      if (is_still_its && (view.fleet.is_in_transition(server) || !others_carry(view, pool, server))) {
        ++next;
        continue;
      }
      if (is_still_its) {
        moving += view.fleet.server(server).slices.size();
        actions.add(deployment(view, pool, server, next->second));
      }
      next = changes.erase(next);
    }
  }

  /// Whether instances serve on while their server is split anew, or all others of the pool carry its present load.
  [[nodiscard]] bool others_carry(const ControlView& view, PoolId pool, ServerId but) const {
    if (view.world.variants[PoolFacts(view, pool).largest().variant.index()].reshards_live) return true;
    const Profile& profile = *view.world.profile;
    double most = 0;
    for (const InstanceId id : view.fleet.members(pool)) {
      const InstanceState& state = view.fleet[id];
      if (state.server == but || state.status != Status::up) continue;
      most += profile.largest_load(state.variant, pool, profile.highest_clock(state.variant));
    }
    const Asked asked = view.pool_demand.over(pool, Seconds(60), view.now);
    return most >= static_cast<double>(asked.input_tokens) / 60;
  }

  static Deploy deployment(const ControlView& view, PoolId pool, ServerId server, const Layout& layout) {
    const PoolFacts facts(view, pool);
    Deploy deploy{{server}, {}};
    for (const Block& block : layout) {
      const auto size = std::ranges::find(facts.sizes(), block.gpus, &Size::gpus);
      deploy.members.push_back({size->variant, pool, server, static_cast<std::uint16_t>(block.first)});
    }
    return deploy;
  }

  Seconds period_{300.0}, call_{5.0};
  double margin_ = 1.1;
  bool unused_count_ = true, free_clocks_ = false, weigh_costs_ = true;
  double in_transition_ = 0.25;
  std::vector<Changes> changes_;  ///< by pool
  std::uint64_t periods_ = 1;     ///< the number of the next one
};

}  // namespace

namespace kinds {
Kind<Controller> dynamo_pool() {
  return kind_of<Controller, DynamoPool>("dynamo_pool",
                                         "how the GPUs of each pool are split into instances (DynamoLLM)");
}
}  // namespace kinds

}  // namespace headroom
