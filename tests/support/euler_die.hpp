#pragma once

#include <functional>
#include <vector>

#include "metrics/run_listener.hpp"
#include "model/thermal/die_sink.hpp"

namespace headroom::test {

/// Remembers what one GPU drew while it ran.
class DrawListener : public RunListener {
 public:
  struct Draw {
    double from, to, watts;
  };
  void ran(InstanceId, const StepShape&, Seconds from, Seconds to, std::uint64_t, Hertz, Power gpu_power) override {
    draws.push_back({from.value(), to.value(), gpu_power.value()});
  }
  std::vector<Draw> draws;
};

/// The slow, obvious integration of die and sink: Euler's rule in steps of `dt` over recorded draws, idle between them.
/// `each(t, die)` hears of every step.
inline void integrate_die(const ThermalSpec& spec, const std::vector<DrawListener::Draw>& draws, double idle_w,
                          double end, double dt, const std::function<double(double)>& ambient,
                          const std::function<void(double, double)>& each) {
  double sink = ambient(0) + spec.r_sink.value() * idle_w, rise = spec.r_die.value() * idle_w;
  std::size_t next = 0;
  for (long i = 0; static_cast<double>(i) * dt < end; ++i) {
    const double t = static_cast<double>(i) * dt;
    each(t, sink + rise);
    while (next < draws.size() && draws[next].to <= t) ++next;
    const double watts = next < draws.size() && draws[next].from <= t ? draws[next].watts : idle_w;
    sink += dt * (ambient(t) + spec.r_sink.value() * watts - sink) / spec.tau_sink.value();
    rise += dt * (spec.r_die.value() * watts - rise) / spec.tau_die.value();
  }
}

}  // namespace headroom::test
