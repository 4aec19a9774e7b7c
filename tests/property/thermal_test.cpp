// Laws of the thermal model on random powers: splitting a step changes nothing, and a crossing is where the solution
// says. What throttling makes of it in a run: busy_run_test.cpp.
#include <gtest/gtest.h>
#include <rapidcheck.h>
#include <rapidcheck/gtest.h>

#include <cmath>

#include "model/thermal/die_sink.hpp"
#include "support/thermal_fixtures.hpp"

namespace headroom {
namespace {

double draw(double low, double high) {
  return low + (high - low) * *rc::gen::inRange(0, 1000001) / 1e6;
}

DieSinkState any_state() {
  const Celsius sink(draw(20, 84));
  return {sink, Kelvin(draw(0, 85 - sink.value()))};
}

RC_GTEST_PROP(ThermalProperty, SplittingAStepChangesNothing, ()) {
  const DieSink gpu(test::a100_thermal(), draw(0.8, 1.2));
  const Power power(draw(0, 500));
  const Celsius ambient(draw(0, 60));
  const DieSinkState start = any_state();
  DieSinkState split = start;
  Seconds sum;
  for (int i = *rc::gen::inRange(1, 50); i > 0; --i) {
    const Seconds step(draw(0, 3));
    split = gpu.after(split, power, ambient, step);
    sum += step;
  }
  const DieSinkState whole = gpu.after(start, power, ambient, sum);
  RC_ASSERT(std::abs((split.die() - whole.die()).value()) < 1e-12 * 100);
  RC_ASSERT(std::abs((split.sink - whole.sink).value()) < 1e-12 * 100);
}

RC_GTEST_PROP(ThermalProperty, ACrossingIsTheFirstTimeAtTheLimit, ()) {
  const Trajectory way{Celsius(draw(60, 110)), Kelvin(draw(-40, 40)), Kelvin(draw(-20, 20)), Seconds(30),
                       Seconds(0.12)};
  const Celsius limit(85);
  const Seconds at = way.time_to_rise_to(limit);
  if (std::isfinite(at.value()) && at > Seconds()) {
    RC_ASSERT(std::abs((way.at(at) - limit).value()) < 1e-9);
    RC_ASSERT(way.highest(at) <= limit + Kelvin(1e-9));
  } else if (at > Seconds()) {
    RC_ASSERT(way.highest(Seconds(1000)) < limit + Kelvin(1e-9));
  } else {
    RC_ASSERT(way.at(Seconds()) >= limit);
  }
  RC_ASSERT(way.highest(Seconds(1000)) <= way.bound() + Kelvin(1e-9));
}

}  // namespace
}  // namespace headroom
