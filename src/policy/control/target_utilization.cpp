#include <algorithm>
#include <cmath>
#include <limits>
#include <optional>
#include <vector>

#include "headroom/controller.hpp"
#include "headroom/recipe.hpp"
#include "policy/control/replicas.hpp"

namespace headroom {
namespace {

constexpr Seconds kLongAgo{-std::numeric_limits<double>::infinity()};

/// Adds and removes instances so that each has as many requests in flight as is wanted: of the instances that serve or
/// start, n x (mean in flight / target), rounded up, are kept, between bounds. More come at once, fewer one at a time
/// and not before a cooldown, as horizontal autoscalers do (Kubernetes' algorithm). With foresight the requests count
/// as many times as the pool's load is about to grow.
class TargetUtilization final : public Controller {
 public:
  void fields(Fields& f) override {
    f("period_s", period_, "time between decisions", Range::between(1e-3, 1e6));
    replicas_.fields(f);
    f.required("target_requests", target_, "requests in flight wanted at each instance", Range::between(1e-3, 1e6));
    f("ahead_s", ahead_, "time within which it counts the growth of the load that /foresight sees; 0: none",
      Range::between(0.0, 1e6));
    f("cooldown_s", cooldown_, "time after any change before an instance is removed", Range::delay());
    bounds_.fields(f);
  }
  void check(const Scope& scope) const override { bounds_.check(scope); }

  void check_in(const PolicyContext& context, const Scope& scope) const override {
    replicas_.check_in(context, scope);
    if (ahead_ > Seconds() && context.foresight == Seconds()) scope.at("ahead_s").problem("needs /foresight");
    else if (ahead_ > context.foresight) scope.at("ahead_s").problem("must not be above /foresight/lead_s");
  }

  bool follows_power() const override { return false; }
  std::optional<std::string> scaled_pool() const override { return replicas_.pool(); }
  Seconds period() const override { return period_; }

  void control(const ControlView& view, Actions& actions) override {
    const std::optional<PoolId> pool = replicas_.find_pool(view);
    if (!pool) return;
    if (view.now - changed_ <= view.world.order_delay) return;  // what was ordered is not to be seen yet
    const auto [instances, serving, requests] = Replicas::count(view, *pool);
    const double wanted = std::ceil(static_cast<double>(requests) * growth(view, *pool) / target_);
    const std::size_t keep = bounds_.within(wanted);
    actions.because("target_utilization: " + std::to_string(requests) + " requests at " + std::to_string(instances) +
                    " instances");
    bool changes = false;
    if (keep > instances) changes = replicas_.add(view, *pool, keep - instances, actions);
    else if (keep < serving && view.now - changed_ >= cooldown_) changes = Replicas::remove(view, *pool, 1, actions);
    if (changes) changed_ = view.now;
  }

 private:
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

  Seconds period_{30.0};
  Replicas replicas_;
  double target_ = 0;
  Seconds ahead_{}, cooldown_{300.0};
  InstanceBounds bounds_;
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
