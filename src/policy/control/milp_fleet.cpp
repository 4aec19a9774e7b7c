#include <algorithm>
#include <cmath>
#include <cstdint>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "headroom/controller.hpp"
#include "headroom/recipe.hpp"
#include "policy/control/server_edits.hpp"

namespace headroom {
namespace {

/// Murakkab (arXiv 2508.18298): the registry's program says each epoch how many instances of which operating point
/// there are and who is sent where; what an epoch lacks starts ahead of it, since a start takes long. Between epochs
/// the instances of each pool follow their load, one at a time.
class MilpFleet final : public Controller {
 public:
  void fields(Fields& f) override {
    f("deployment", how_,
      "static: one configuration, for the largest minute of the day; autoscaled: the same by the epoch; optimised: the "
      "program of each workflow by itself; jointly: of all together");
    f("period_s", period_, "time between decisions, over which a pool's load is looked at",
      Range::between(10.0, 600.0));
    f("grow_above_fraction", grow_above_,
      "of the sequences that a pool's instances take, those that start too: one more", Range::between(0.01, 100.0));
    f("shrink_below_fraction", shrink_below_, "likewise, for shrink_after_s: one fewer; 0: never",
      Range::between(0.0, 100.0));
    f("shrink_after_s", shrink_after_, "how long its load is low before a pool gets one fewer", Range::delay());
    f("deviation_ratio", deviation_,
      "five minutes above so many times the largest one that was planned for plan anew, early",
      Range::between(1.0, 1e6));
  }
  void check(const Scope& scope) const override {
    if (shrink_below_ >= grow_above_) scope.at("shrink_below_fraction").problem("must be below grow_above_fraction");
  }
  void check_in(const PolicyContext& context, const Scope& scope) const override {
    if (!context.has_registry) scope.problem("plans by a registry, and the scenario has no /registry");
  }

  bool follows_power() const override { return false; }
  bool decides_alone() const override { return true; }
  Seconds period() const override { return period_; }

  void begin(const ControlView& view, Actions& actions) override {
    const std::size_t classes = view.world.classes.size();
    planned_for_ = known(view, 0);
    mean_ = planned_for_;
    peaks_.assign(classes, 0.0);
    now_ = view.world.planner->plan(how_, planned_for_);
    actions.because("milp_fleet: the first epoch");
    ServerEdits edits(view);
    for (const auto& group : now_.groups) edits.add(group.pool, group.variant, group.instances);
    edits.add_to(actions);
    route(view, actions);
  }

  void control(const ControlView& view, Actions& actions) override {
    measure(view);
    if (how_ != Deployment::fixed) {
      begin_epoch(view);
      plan_ahead(view);
      plan_early(view);
      follow_load(view);
    }
    actions.because("milp_fleet: " + std::to_string(now_.groups.size()) + " pools planned");
    if (waits_for_pools_ && all_are_up(view)) route(view, actions);
    reconcile(view, actions);
  }

 private:
  static constexpr Seconds kMinute{60.0};
  static constexpr Seconds kDeviation{300.0};  ///< a minute of few requests is far from many a plan by chance

  [[nodiscard]] static std::vector<double> known(const ControlView& view, std::size_t epoch) {
    std::vector<double> loads;
    for (std::size_t i = 0; i < view.world.classes.size(); ++i)
      loads.push_back(view.world.planner->peak(ClassId(i), epoch));
    return loads;
  }

  [[nodiscard]] static double asked(const ControlView& view, std::size_t id, Seconds window) {
    return static_cast<double>(view.demand.over(ClassId(id), window, view.now).requests) / window.value();
  }

  void measure(const ControlView& view) {
    for (std::size_t i = 0; i < peaks_.size(); ++i) peaks_[i] = std::max(peaks_[i], asked(view, i, kMinute));
  }

  /// The weighted mean of the largest minutes up to now.
  [[nodiscard]] std::vector<double> mean_with_present(const ControlView& view) const {
    const double weight = view.world.planner->forecast_weight();
    std::vector<double> loads(mean_.size());
    for (std::size_t i = 0; i < loads.size(); ++i) loads[i] = weight * peaks_[i] + (1 - weight) * mean_[i];
    return loads;
  }

  void begin_epoch(const ControlView& view) {
    const Seconds epoch = view.world.planner->epoch();
    if (view.now < epoch * static_cast<double>(epoch_ + 1)) return;
    if (!next_) plan_next(view);
    mean_ = mean_with_present(view);
    std::ranges::fill(peaks_, 0.0);
    ++epoch_;
    now_ = *std::exchange(next_, std::nullopt);
    planned_for_ = next_for_;
    waits_for_pools_ = true;
  }

  /// As long before the next epoch as the slowest start takes.
  void plan_ahead(const ControlView& view) {
    Seconds slowest{};
    for (const Variant& variant : view.world.variants) slowest = std::max(slowest, variant.start);
    const Seconds next = view.world.planner->epoch() * static_cast<double>(epoch_ + 1);
    if (!next_ && view.now + slowest >= next) plan_next(view);
  }

  void plan_next(const ControlView& view) {
    next_for_ = view.world.planner->knows_load() ? known(view, epoch_ + 1) : mean_with_present(view);
    next_ = view.world.planner->plan(how_, next_for_);
  }

  /// The load is far from what was planned for.
  void plan_early(const ControlView& view) {
    bool deviates = false;
    for (std::size_t i = 0; i < planned_for_.size(); ++i)
      if (const double load = asked(view, i, kDeviation); load > deviation_ * planned_for_[i]) {
        planned_for_[i] = std::max(load, peaks_[i]);
        deviates = true;
      }
    if (!deviates) return;
    now_ = view.world.planner->plan(how_, planned_for_);
    waits_for_pools_ = true;
  }

  struct PoolCount {
    std::uint32_t instances = 0, up = 0;
    std::uint64_t requests = 0;
  };
  [[nodiscard]] static PoolCount count(const ControlView& view, PoolId pool) {
    PoolCount count;
    for (const InstanceId id : view.fleet.members(pool)) {
      const InstanceState& state = view.fleet[id];
      if (state.status == Status::draining || !view.fleet.server(state.server).up) continue;
      ++count.instances;
      count.up += state.status == Status::up;
      count.requests += state.load.outstanding;
    }
    return count;
  }

  void follow_load(const ControlView& view) {
    busy_at_.resize(view.fleet.pools());
    for (auto& group : now_.groups) {
      const PoolCount there = count(view, group.pool);
      const double takes =
          static_cast<double>(there.instances) * view.world.variants[group.variant.index()].most_sequences;
      const double used = takes > 0 ? static_cast<double>(there.requests) / takes : 0.0;
      if (used > grow_above_ && there.instances >= group.instances) ++group.instances;
      Seconds& since = busy_at_[group.pool.index()];
      if (used >= shrink_below_ || there.up < there.instances) since = view.now;
      if (view.now - since < shrink_after_ || group.instances <= 1) continue;
      --group.instances;
      since = view.now;
    }
  }

  [[nodiscard]] bool all_are_up(const ControlView& view) const {
    for (const auto& parts : now_.parts)
      for (const auto& part : parts)
        if (count(view, part.pool).up == 0) return false;
    return true;
  }

  /// Shares by the plan's fractions. The one said last is asked first, and each of what those asked before leave.
  void route(const ControlView& view, Actions& actions) {
    waits_for_pools_ = false;
    routed_.resize(view.world.classes.size());
    for (std::size_t i = 0; i < now_.parts.size(); ++i) {
      for (const PoolId pool : routed_[i]) actions.add(Share{ClassId(i), pool, 0.0});
      routed_[i].clear();
      double asked_later = 0;
      for (const auto& [pool, fraction] : now_.parts[i]) {
        asked_later += fraction;
        actions.add(Share{ClassId(i), pool, std::min(1.0, fraction / asked_later)});
        routed_[i].push_back(pool);
      }
    }
  }

  /// Starts what lacks, for the next epoch too, and stops what neither needs.
  void reconcile(const ControlView& view, Actions& actions) const {
    ServerEdits edits(view);
    for (std::size_t p = 0; p < view.fleet.pools(); ++p) {
      const PoolId pool(p);
      if (!view.reach.holds(pool)) continue;
      const std::uint32_t wanted = std::max(now_.instances(pool), next_ ? next_->instances(pool) : 0);
      const PoolCount there = count(view, pool);
      if (there.instances < wanted) edits.add(pool, variant_of(pool), wanted - there.instances);
      else if (there.up > wanted && !waits_for_pools_) edits.remove(pool, there.up - wanted);
    }
    edits.add_to(actions);
  }

  [[nodiscard]] VariantId variant_of(PoolId pool) const {
    for (const auto* plan : {&now_, next_ ? &*next_ : &now_})
      for (const auto& group : plan->groups)
        if (group.pool == pool) return group.variant;
    return {};
  }

  Deployment how_ = Deployment::jointly;
  Seconds period_{60.0}, shrink_after_{600.0};
  double grow_above_ = 0.9, shrink_below_ = 0.3, deviation_ = 1.5;

  std::size_t epoch_ = 0;
  std::vector<double> peaks_;                   ///< by class: the largest minute of the epoch so far
  std::vector<double> mean_;                    ///< the weighted mean of the epochs before
  std::vector<double> planned_for_, next_for_;  ///< requests/s by class
  PlannedDeployment now_;
  std::optional<PlannedDeployment> next_;    ///< once its instances are to start
  std::vector<Seconds> busy_at_;             ///< by pool: when its load was not low, or it changed
  std::vector<std::vector<PoolId>> routed_;  ///< by class
  bool waits_for_pools_ = false;             ///< the routes of the plan wait for instances
};

}  // namespace

namespace kinds {
Kind<Controller> milp_fleet() {
  return kind_of<Controller, MilpFleet>(
      "milp_fleet", "instances and routes by the registry's program each epoch, started ahead of it (Murakkab)");
}
}  // namespace kinds

}  // namespace headroom
