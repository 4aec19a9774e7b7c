#include <algorithm>
#include <optional>
#include <string>

#include "headroom/controller.hpp"
#include "headroom/profile.hpp"
#include "headroom/recipe.hpp"
#include "policy/dynamo/reading_rates.hpp"

namespace headroom {
namespace {

/// DynamoLLM's instance manager (arXiv 2408.00741, section IV-B): of the clocks at which an instance keeps its latency
/// targets under its present load, the one that draws least. An instance whose backlog it cannot read in time goes to
/// the highest clock for one period; if the backlog has not shrunk by the next, the newest of it goes elsewhere, and
/// what has waited too long is dropped (section IV-D).
class DynamoInstance final : public Controller {
 public:
  void fields(Fields& f) override {
    f("period_s", period_, "time between decisions", Range::between(1e-3, 1e6));
    f("set_clocks", set_clocks_, "whether clocks follow the load; without, all stay at the highest");
    f("stall_s", stall_, "time for which an instance makes no step when its clock is set", Range::delay());
    f("load_margin", margin_, "the present load counts so many times", Range::between(0.1, 10));
    f("emergencies", emergencies_, "whether it acts where a backlog cannot be read in time");
    f("squash_targets", squash_targets_, "requests that waited longer than so many times their target are dropped",
      Range::between(1, 1e6));
  }

  bool follows_power() const override { return false; }
  bool needs_profile() const override { return true; }
  bool decides_alone() const override { return true; }
  bool follows_arrivals() const override { return true; }
  Seconds period() const override { return period_; }

  void control(const ControlView& view, Actions& actions) override {
    backlogs_.resize(view.fleet.instances());
    for (std::size_t i = 0; i < view.fleet.instances(); ++i) {
      const InstanceState& state = view.fleet[InstanceId(i)];
      if (state.status == Status::up && state.load.up && view.reach.holds(state.pool))
        manage(InstanceId(i), state, view, actions);
    }
  }

 private:
  void manage(InstanceId id, const InstanceState& state, const ControlView& view, Actions& actions) {
    const bool is_late = emergencies_ && act_on_backlog(id, state, view, actions);
    if (!set_clocks_) return;
    const auto clocks = view.world.profile->clocks(state.variant);
    const Hertz clock = is_late ? clocks.back() : cheapest(id, state, view);
    if (clock == state.clock) return;
    actions.because(is_late ? "dynamo_instance: a backlog" : "dynamo_instance: load");
    actions.add(SetClock{id, clock, stall_});
  }

  /// The larger of the last half minute and the last five seconds, with the margin.
  [[nodiscard]] double load_of(InstanceId id, const ControlView& view) const {
    return margin_ * std::max(view.fleet.tokens_per_s(id, ArrivalWindow::kLongest, view.now),
                              view.fleet.tokens_per_s(id, Seconds(5), view.now));
  }

  [[nodiscard]] Hertz cheapest(InstanceId id, const InstanceState& state, const ControlView& view) const {
    const Profile& profile = *view.world.profile;
    const double load = load_of(id, view);
    Hertz best = profile.highest_clock(state.variant);
    Power least = profile.power(state.variant, state.pool, best, load);
    for (const Hertz clock : profile.clocks(state.variant)) {
      if (profile.largest_load(state.variant, state.pool, clock) < load) continue;
      const Power power = profile.power(state.variant, state.pool, clock, load);
      if (power < least) {
        least = power;
        best = clock;
      }
    }
    return best;
  }

  /// Whether requests wait whose prompts it cannot read within the shortest target of its pool, at its highest clock.
  [[nodiscard]] bool is_late(const InstanceState& state, const ControlView& view) {
    if (state.load.waiting == 0) return false;
    const Hertz highest = view.world.profile->highest_clock(state.variant);
    const double most = rates_(view.world, state.variant, highest);
    std::optional<Seconds> target;
    for (std::size_t i = 0; i < view.world.classes.size(); ++i)
      if (const auto& ttft = view.world.classes[i].ttft;
          ttft && view.fleet.own_pool(ClassId(i)) == state.pool && (!target || *ttft < *target))
        target = ttft;
    return target && static_cast<double>(state.load.pending_tokens) > most * target->value();
  }

  /// Returns whether there is an emergency.
  bool act_on_backlog(InstanceId id, const InstanceState& state, const ControlView& view, Actions& actions) {
    std::uint64_t& before = backlogs_[id.index()];
    if (!is_late(state, view)) {
      before = 0;
      return false;
    }
    actions.because("dynamo_instance: a backlog of " + std::to_string(state.load.pending_tokens) + " tokens");
    if (before > 0 && state.load.pending_tokens >= before && view.fleet.members(state.pool).size() > 1)
      actions.add(Requeue{id, 0.5});
    actions.add(Squash{id, squash_targets_});
    before = state.load.pending_tokens;
    return true;
  }

  Seconds period_{5.0};
  bool set_clocks_ = true;
  Seconds stall_{0.01};
  double margin_ = 1.1;
  bool emergencies_ = true;
  double squash_targets_ = 5.0;
  ReadingRates rates_;
  std::vector<std::uint64_t>
      backlogs_;  ///< by instance: pending tokens at the last decision, where those were too many
};

}  // namespace

namespace kinds {
Kind<Controller> dynamo_instance() {
  return kind_of<Controller, DynamoInstance>(
      "dynamo_instance", "the clock of least energy that keeps the latency targets, for each instance (DynamoLLM)");
}
}  // namespace kinds

}  // namespace headroom
