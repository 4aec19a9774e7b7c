#include <algorithm>
#include <memory>
#include <optional>

#include "headroom/recipe.hpp"
#include "policy/smoothing/gpu_stage.hpp"
#include "policy/smoothing/linear_ramp.hpp"

namespace headroom {

/// Power smoothing inside the GPU (Blackwell; arXiv 2508.14318 and NVML's parameters), by a ceiling C and a floor F:
///
///   active, or idle for less than the stop delay:  C rises at R_up to TDP,       F = min(MPF * TDP, C)
///   idle for longer:                               C falls at R_down to demand,  F = C, from what the floor held
///   draw = min(max(demand, F), C)
///
/// It is active where the demand is above (not at) `activity_fraction` of TDP. Demand above TDP passes a ceiling that
/// is at TDP for `overshoot_s` after it rose above, up to `overshoot_fraction` of TDP; it may do so again once it has
/// been at TDP or below (the one-second mean of such bursts is not watched). While idle the ceiling is never below the
/// demand, so that idle power is served at once.
///
/// At the start C = `initial_ceiling_fraction` of TDP: at 0 the GPU has been idle for long, so that a job that starts
/// ramps from the idle draw; above 0 it has been active until then.
///
/// C and F are exact functions of time. While the draw follows C it is a stair whose steps are the mean of the law over
/// the step; a change of demand within a step leaves up to rate x step^2 / 8 of energy as the error.
///
/// On standby, the law runs on, but the draw is the demand until a storage is exhausted. The profile has a lifetime
/// counter: after `lifetime_s` of drawing more than the demand it is worn out, and the demand is drawn.
class GpuPowerSmoothing : public GpuStage {
 public:
  void fields(Fields& f) override {
    f("floor_fraction", floor_, "power floor MPF over TDP", Range::between(0.0, 0.90));
    f("ramp_up_w_per_s", ramp_up_, "fastest rise of the ceiling", Range::ramp());
    f("ramp_down_w_per_s", ramp_down_, "fall of the ceiling after the stop delay", Range::ramp());
    f("stop_delay_s", stop_delay_, "time at the floor without activity before the draw ramps down", Range::delay());
    f("activity_fraction", activity_, "demand over TDP above which the GPU is active", Range::fraction());
    f("overshoot_s", overshoot_, "how long a demand above TDP passes", Range::delay());
    f("overshoot_fraction", overshoot_level_, "draw over TDP that passes meanwhile", Range::between(1.0, 2.0));
    f("initial_ceiling_fraction", initial_, "ceiling over TDP at the start; 0 after a long idle time",
      Range::fraction());
    f("step_s", step_, "longest step of the draw on a ramp", Range::between(1e-4, 10.0));
    f("standby", standby_, "acts only while a storage is exhausted");
    f("lifetime_s", lifetime_, "time of burning power after which the profile is worn out; absent: never",
      Range::period());
  }

  void take_over(bool on, Seconds now) override {
    if (!standby_ || exhausted_ == on) return;
    exhausted_ = on;
    advance(now);
  }

 private:
  void begin(Seconds now) override {
    const Power level = tdp() * initial_;
    ceiling_ = LinearRamp(level, level, ramp_up_, now);
    falls_at_ = initial_ > 0.0 ? now + stop_delay_ : now;
    overshoots_until_ = now;
    exhausted_ = burning_ = false;
    life_left_ = lifetime_.value_or(kNever);
    counted_at_ = now;
  }

  void demand_changed(Power before, Seconds now) override {
    const Power threshold = tdp() * activity_;
    if (wanted() > threshold) falls_at_ = kNever;
    else if (before > threshold) falls_at_ = now + stop_delay_;
    if (wanted() > tdp() && before <= tdp()) overshoots_until_ = now + overshoot_;
  }

  Held law(Seconds now) override {
    count_life(now);
    if (now + life_left_ <= now) return {wanted()};
    Held held = now < falls_at_ ? rise(now) : fall(now);
    if (standby_ && !exhausted_) held.draw = wanted();
    burning_ = held.draw > wanted();
    if (burning_) held.until = std::min(held.until, now + life_left_);
    return held;
  }

  void count_life(Seconds now) {
    if (burning_) life_left_ -= now - counted_at_;
    counted_at_ = now;
  }

  Held rise(Seconds now) {
    ceiling_ = LinearRamp(ceiling_.at(now), tdp(), ramp_up_, now);
    if (wanted() > tdp() && ceiling_.end() <= now && now < overshoots_until_)
      return {std::min(wanted(), tdp() * overshoot_level_), overshoots_until_};
    const Power goal = std::min(tdp(), std::max(wanted(), tdp() * floor_));
    const bool below_demand = wanted() < goal && ceiling_.date_of(wanted()) > now;
    return follow_ceiling(below_demand ? wanted() : goal, falls_at_, now);
  }

  Held fall(Seconds now) {
    const Power held = std::min(ceiling_.at(now), tdp() * floor_);
    ceiling_ = LinearRamp(std::max(held, wanted()), wanted(), ramp_down_, now);
    return follow_ceiling(wanted(), kNever, now);
  }

  /// One step of the stair that ends at `goal`; no step passes the date at which the law turns.
  [[nodiscard]] Held follow_ceiling(Power goal, Seconds turn, Seconds now) const {
    const Seconds reached = ceiling_.date_of(goal);
    if (reached <= now) return {goal, turn};
    const Seconds until = std::min({now + step_, reached, turn});
    return {ceiling_.at(now + (until - now) / 2.0), until};
  }

  double floor_ = 0.90, activity_ = 0.3, overshoot_level_ = 1.1, initial_ = 0.0;
  PowerRamp ramp_up_{70.0}, ramp_down_{70.0};
  Seconds stop_delay_{5.0}, overshoot_{0.05}, step_{0.01};
  bool standby_ = false;
  std::optional<Seconds> lifetime_;

  LinearRamp ceiling_{Power(), Power(), PowerRamp(1.0), Seconds()};
  Seconds falls_at_{}, overshoots_until_{};
  bool exhausted_ = false, burning_ = false;
  Seconds life_left_ = kNever, counted_at_{};
};

namespace kinds {
Kind<Smoother> gpu_power_smoothing() {
  return kind_of<Smoother, GpuPowerSmoothing>("gpu_power_smoothing",
                                              "a power floor and limited ramps in each GPU (Blackwell's profile)");
}
}  // namespace kinds

}  // namespace headroom
