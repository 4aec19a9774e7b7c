#include <algorithm>
#include <cmath>
#include <cstdint>
#include <memory>

#include "headroom/recipe.hpp"
#include "policy/smoothing/gpu_stage.hpp"

namespace headroom {

/// Firefly (arXiv 2508.14318): software that runs a secondary load of matrix products on the GPU while the job draws
/// little. It polls at whole multiples of the poll period and sees what the job wanted just before; a poll that sees
/// less than the threshold starts the load `engage_s` later, one that sees more ends it `back_off_s` later. The load
/// fills up to the target: draw = max(demand, target * TDP). It belongs to a job: it rests until the job has first been
/// above the threshold, and gives up after a trough of `give_up_s`, as if the next poll saw the job again.
///
/// The load costs the job `slowdown_fraction` of what it does beside it, whatever the phase: that share of the demand
/// is drawn for the load and counts as unserved and as burned. The load also pauses for `counter_duration_s` in every
/// `counter_period_s`, so that the counters show the job alone.
class Firefly : public GpuStage {
 public:
  void fields(Fields& f) override {
    f("threshold_fraction", threshold_, "demand over TDP below which the load runs", Range{0.0, 1.0, true});
    f("target_fraction", target_, "power over TDP that the load fills up to", Range{0.0, 1.0, true});
    f("poll_s", poll_, "time between looks at the job's power", Range::between(0.001, 0.1));
    f("engage_s", engage_, "from the poll to the load's power", Range::delay());
    f("back_off_s", back_off_, "from the poll to the end of the load", Range::delay());
    f("give_up_s", give_up_, "trough after which the job counts as stopped and the load ends", Range::period());
    f("slowdown_fraction", slowdown_, "share of the job's work that is lost while the load runs, below 0.05",
      Range::between(0.0, 0.0499));
    f("counter_period_s", counter_period_, "time between readings of the counters", Range::between(1e-3, 1e9));
    f("counter_duration_s", counter_duration_, "how long the load pauses for a reading", Range::delay());
  }

  void check(const Scope& scope) const override {
    if (counter_duration_ >= counter_period_) scope.at("counter_duration_s").problem("must be below counter_period_s");
    if (give_up_ <= poll_) scope.at("give_up_s").problem("must be above poll_s");
    if (target_ < threshold_) scope.at("target_fraction").problem("must not be below threshold_fraction");
  }

 private:
  enum class Next { nothing, poll, command };  ///< a poll that will see a crossing, or what it commanded

  void begin(Seconds now) override {
    start_ = now;
    running_ = false;
    pausing_ = false;
    gives_up_at_ = now;
    pause_changes_at_ = now + counter_period_;
    periods_ = 1;
    await_poll(now);
  }

  void demand_changed(Power before, Seconds now) override {
    if (below_threshold(wanted()) && !below_threshold(before)) gives_up_at_ = now + give_up_;
    if (next_ != Next::command) await_poll(now);
  }

  Held law(Seconds now) override {
    while (next_at_ <= now) step();
    while (pause_changes_at_ <= now) turn_pause();
    const Seconds until = std::min(next_at_, pause_changes_at_);
    if (!running_ || pausing_) return {wanted(), until};
    return {std::max(wanted(), tdp() * target_), until, wanted() * slowdown_};
  }

  [[nodiscard]] bool below_threshold(Power power) const { return power < tdp() * threshold_; }

  /// Waits for the first poll after `date` that will see anything new.
  void await_poll(Seconds date) {
    const bool in_trough = below_threshold(wanted()) && date < gives_up_at_;
    next_ = in_trough || running_ ? Next::poll : Next::nothing;
    if (next_ == Next::nothing) next_at_ = kNever;
    else next_at_ = poll_after(in_trough && running_ ? gives_up_at_ : date);
  }

  [[nodiscard]] Seconds poll_after(Seconds date) const {
    const double polls = std::floor((date - start_) / poll_) + 1.0;
    const Seconds at = start_ + poll_ * polls;
    return at > date ? at : start_ + poll_ * (polls + 1.0);
  }

  void step() {
    if (next_ == Next::poll) {
      next_ = Next::command;
      next_at_ += running_ ? back_off_ : engage_;
    } else {
      running_ = !running_;
      await_poll(next_at_);
    }
  }

  void turn_pause() {
    pausing_ = !pausing_;
    const Seconds reading = start_ + counter_period_ * static_cast<double>(periods_);
    if (!pausing_) ++periods_;
    pause_changes_at_ =
        pausing_ ? reading + counter_duration_ : start_ + counter_period_ * static_cast<double>(periods_);
  }

  double threshold_ = 0.7, target_ = 0.95, slowdown_ = 0.03;
  Seconds poll_{0.001}, engage_{0.005}, back_off_{0.002}, give_up_{60.0};
  Seconds counter_period_{10.0}, counter_duration_{0.01};

  Seconds start_{}, gives_up_at_{};
  bool running_ = false, pausing_ = false;
  Next next_ = Next::nothing;
  Seconds next_at_ = kNever, pause_changes_at_ = kNever;
  std::uint64_t periods_ = 1;
};

namespace kinds {
Kind<Smoother> firefly() {
  return kind_of<Smoother, Firefly>("firefly", "a software load beside the job that fills its troughs (Firefly)");
}
}  // namespace kinds

}  // namespace headroom
