#include <algorithm>
#include <array>
#include <cmath>
#include <cstdint>
#include <limits>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

#include "headroom/controller.hpp"
#include "headroom/recipe.hpp"
#include "policy/control/replicas.hpp"

namespace headroom {
namespace {

/// Which tokens of a pool's prompts are its load.
enum class CountedTokens : std::uint8_t { all, text };
inline std::array<std::string_view, 2> words_of(CountedTokens) {
  return {"all", "text"};
}

constexpr Seconds kLook{60.0};  ///< between looks at what is pending, and whose load counts then
constexpr Seconds kBefore{-std::numeric_limits<double>::infinity()};

/// As many instances of a pool as its tokens of the last period need, each of which takes so many a second
/// (ModServe, arXiv 2502.00937: ceil(ML / MC)). More come at once; fewer when the load of two periods, one after the
/// other, needs no more. ModServe adds instances at once, too, when a minute misses its targets: no controller sees
/// those, so here it is when prompts that wait take too long.
class TokenAutoscale final : public Controller {
 public:
  void fields(Fields& f) override {
    f("period_s", period_, "time between decisions, whose load is what arrived since the one before",
      Range::between(10.0, 3600.0));
    replicas_.fields(f);
    f("counts", counts_,
      "which tokens of the pool's prompts: `all`, of images too; or `text`, of a model with cross-attention");
    f.required("tokens_per_s", most_tokens_per_s_, "what one instance takes and keeps its targets, as profile runs say",
               Range::between(1e-6, 1e12));
    f("backlog_s", backlog_,
      "with it the controller looks at the pool every minute between its decisions: where the tokens that are pending "
      "there take its instances longer than this, at `tokens_per_s` each, as many more come at once as the tokens of "
      "the last minute need",
      Range::period());
    bounds_.fields(f);
  }
  void check(const Scope& scope) const override {
    bounds_.check(scope);
    if (backlog_ && std::fmod(period_.value(), kLook.value()) != 0)
      scope.at("period_s").problem("must be whole minutes where `backlog_s` is given");
  }
  void check_in(const PolicyContext& context, const Scope& scope) const override { replicas_.check_in(context, scope); }

  bool follows_power() const override { return false; }
  std::optional<std::string> scaled_pool() const override { return replicas_.pool(); }
  Seconds period() const override { return backlog_ ? kLook : period_; }

  void control(const ControlView& view, Actions& actions) override {
    const std::optional<PoolId> pool = replicas_.find_pool(view);
    if (!pool) return;
    if (backlog_ && std::fmod(std::round(view.now.value()), period_.value()) != 0) return look(view, *pool, actions);
    const double load = tokens_per_s(view, *pool, period_);
    const std::size_t wanted = bounds_.within(needed(load));
    const std::size_t before = std::exchange(wanted_before_, wanted);
    if (view.now - changed_ <= view.world.order_delay) return;  // what was ordered is not to be seen yet
    const auto [instances, serving, requests] = Replicas::count(view, *pool);
    actions.because("token_autoscale: " + std::to_string(std::llround(load)) + " tokens/s at " +
                    std::to_string(instances) + " instances");
    if (wanted > instances) {
      if (replicas_.add(view, *pool, wanted - instances, actions)) changed_ = view.now;
      return;
    }
    const std::size_t keep = std::max(wanted, before);
    if (keep < serving && replicas_.remove(view, *pool, serving - keep, actions)) changed_ = view.now;
  }

 private:
  /// Instances; a rate that is a multiple but for rounding needs no further one.
  [[nodiscard]] double needed(double load) const { return std::ceil(load / most_tokens_per_s_ * (1 - 1e-12)); }

  void look(const ControlView& view, PoolId pool, Actions& actions) {
    if (view.now - changed_ <= view.world.order_delay) return;
    const auto [instances, serving, requests] = Replicas::count(view, pool);
    const double pending = pending_tokens(view, pool);
    if (pending <= backlog_->value() * most_tokens_per_s_ * static_cast<double>(serving)) return;
    const std::size_t wanted = bounds_.within(needed(tokens_per_s(view, pool, kLook)));
    if (wanted <= instances) return;
    actions.because("token_autoscale: " + std::to_string(std::llround(pending)) + " tokens pending at " +
                    std::to_string(serving) + " instances");
    wanted_before_ = std::max(wanted_before_, wanted);
    if (replicas_.add(view, pool, wanted - instances, actions)) changed_ = view.now;
  }

  [[nodiscard]] double pending_tokens(const ControlView& view, PoolId pool) const {
    std::uint64_t tokens = 0;
    for (const InstanceId id : view.fleet.members(pool)) {
      const InstanceLoad& load = view.fleet[id].load;
      tokens += load.pending_tokens - (counts_ == CountedTokens::text ? load.pending_image_tokens : 0);
    }
    return static_cast<double>(tokens);
  }

  [[nodiscard]] double tokens_per_s(const ControlView& view, PoolId pool, Seconds window) const {
    std::uint64_t tokens = 0;
    for (std::size_t i = 0; i < view.world.classes.size(); ++i) {
      if (view.fleet.own_pool(ClassId(i)) != pool) continue;
      const Asked asked = view.demand.over(ClassId(i), window, view.now);
      tokens += asked.input_tokens - (counts_ == CountedTokens::text ? asked.image_tokens : 0);
    }
    return static_cast<double>(tokens) / window.value();
  }

  Seconds period_{300.0};
  Replicas replicas_;
  CountedTokens counts_ = CountedTokens::all;
  double most_tokens_per_s_ = 0;
  std::optional<Seconds> backlog_;
  InstanceBounds bounds_;
  std::size_t wanted_before_ = 0;
  Seconds changed_ = kBefore;
};

}  // namespace

namespace kinds {
Kind<Controller> token_autoscale() {
  return kind_of<Controller, TokenAutoscale>(
      "token_autoscale", "as many instances as the prompt tokens of the last period need (ModServe)");
}
}  // namespace kinds

}  // namespace headroom
