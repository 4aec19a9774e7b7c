#include "model/thermal/die_sink.hpp"

#include <algorithm>

#include "headroom/elementary.hpp"

namespace headroom {

void ThermalSpec::fields(Fields& f) {
  f.required("r_die_k_per_w", r_die, "from the GPU's die to its heatsink", Range::between(1e-6, 1));
  f.required("r_sink_k_per_w", r_sink, "from its heatsink to the air around it", Range::between(1e-6, 1));
  f("die_time_constant_s", tau_die, "of the die on its heatsink; below that of the heatsink",
    Range::between(1e-3, 1e3));
  f("sink_time_constant_s", tau_sink, "of the heatsink", Range::between(1e-2, 1e5));
  f("ambient_at_zero_c", ambient_at_zero, "air around the heatsinks where the inlet has 0 degC",
    Range::between(-50, 100));
  f("ambient_per_inlet_fraction", ambient_per_inlet, "rise of that air per rise of the inlet", Range::between(0, 2));
  f("position_offsets_fraction", position_offsets,
    "by GPU of a server: how much higher its thermal resistances are; empty: all alike", Range::between(-0.9, 2));
  f("gpu_sd_fraction", gpu_sd, "standard deviation of the same between GPUs, cut at three of it",
    Range::between(0, 0.2));
  f("server_sd_fraction", server_sd, "standard deviation of the same between servers, cut at three of it",
    Range::between(0, 0.2));
  f("throttle_c", throttle, "die temperature at which the GPU lowers its power", Range::between(20, 150));
  f("release_c", release, "die temperature at which it may have its power back", Range::between(20, 150));
  f("hold_s", hold, "shortest time that it keeps its power low", Range::between(0.001, 1e6));
  f("hbm_rise_k", hbm_rise, "memory above the air around the heatsinks, without GPU power; none: not followed",
    Range::between(0, 60));
  f("hbm_k_per_w", r_hbm, "from the memory to that air", Range::between(0, 1));
  f("source", source, "where the numbers come from");
}

void ThermalSpec::check(const Scope& scope) const {
  if (release >= throttle) scope.at("release_c").problem("must be below throttle_c");
  if (tau_die >= tau_sink) scope.at("die_time_constant_s").problem("must be below sink_time_constant_s");
}

std::size_t ThermalSpec::hottest(std::size_t first, std::size_t count) const {
  std::size_t hottest = first;
  for (std::size_t i = first; i < first + count; ++i)
    if (position_offset(i) > position_offset(hottest)) hottest = i;
  return hottest;
}

DieSinkState DieSink::after(const DieSinkState& from, Power power, Celsius ambient, Seconds elapsed) const {
  const auto [sink, die_rise] = steady(power, ambient);
  return {sink + (from.sink - sink) * portable::exp(-(elapsed / tau_sink_)),
          die_rise + (from.die_rise - die_rise) * portable::exp(-(elapsed / tau_die_))};
}

/// Each exponential has the integral of its end, and its time constant times what it has lost on the way.
double DieSink::degree_seconds(const DieSinkState& from, const DieSinkState& to, Power power, Celsius ambient,
                               Seconds elapsed) const {
  return steady(power, ambient).die().value() * elapsed.value() + (from.sink - to.sink).value() * tau_sink_.value() +
         (from.die_rise - to.die_rise).value() * tau_die_.value();
}

Trajectory DieSink::die_from(const DieSinkState& from, Power power, Celsius ambient) const {
  const DieSinkState to = steady(power, ambient);
  return {to.die(), from.sink - to.sink, from.die_rise - to.die_rise, tau_sink_, tau_die_};
}

/// At the equilibrium power of `release` both nodes end low enough, but a sink that is still hotter than that would let
/// the die pass the limit on its way: so the die's own rise may not exceed what the sink leaves of the limit either.
Power DieSink::holding_power(const DieSinkState& from, Celsius limit, Celsius release, Celsius ambient) const {
  const Power settles = (release - ambient) / (r_die_ + r_sink_);
  const Power passes = (limit - from.sink) / r_die_;
  return std::max(Power(), std::min(settles, passes));
}

}  // namespace headroom
