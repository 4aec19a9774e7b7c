#include "scenario/control_config.hpp"

#include "base/text.hpp"

namespace headroom {
namespace {

constexpr Range delay_range = Range::between(0.0, 1e6);

}  // namespace

void TelemetryConfig::fields(Fields& f) {
  f("levels", levels, "levels of the power tree whose nodes are sampled");
  f("period_s", period, "time between samples", Range::between(1e-3, 1e6));
  f("window_s", window, "a sample is the mean over this time before it", Range::between(1e-3, 1e6));
  f("delay_s", delay, "time from a sample to its delivery", delay_range);
  f("warmup_s", warmup, "samples until then do not count in telemetry_peak_w and max_rise_fraction: a run starts empty",
    Range::delay());
}

void TelemetryConfig::check(const Scope& scope) const {
  const std::string periods = " periods of " + shortest(period.value()) + " s";
  if (window / period > 1e4) scope.at("window_s").problem("must be at most 10,000" + periods);
  if (delay / period > 1e6) scope.at("delay_s").problem("must be at most 1,000,000" + periods);
}

void ActuationConfig::fields(Fields& f) {
  f("clock_lock_s", clock_lock, "time from a clock lock or its release to its effect", delay_range);
  f("power_cap_s", power_cap, "time from a power cap or its release to its effect", delay_range);
  f("power_brake_s", power_brake, "time from a power brake or its release to its effect", delay_range);
  f("clock_set_s", clock_set, "time that setting the clock of an instance in band takes", delay_range);
  f("order_s", order, "time until a deployment begins, and of every other order to instances", delay_range);
}

}  // namespace headroom
