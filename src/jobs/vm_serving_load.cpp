#include "jobs/vm_serving_load.hpp"

#include <algorithm>

#include "trace/rate_curve.hpp"

namespace headroom {
namespace {

/// Only its shape counts, whatever it is of.
RateCurve rates_of(const Scenario& scenario) {
  const auto& synthetic = scenario.workload.synthetic;
  if (!synthetic || !synthetic->rate_curve) return {};
  RateCurveConfig config = *synthetic->rate_curve;
  config.counts = CurveCounts::requests;
  config.normalise = Normalisation::peak;
  Warnings said_already;
  return RateCurve(config, said_already);
}

}  // namespace

LoadSeries expected_of_serving(const Scenario& scenario, const VmLoad& load, const GpuRange& gpu) {
  const RateCurve rates = rates_of(scenario);
  const Power peak = std::max(gpu.idle, gpu.tdp * scenario.workload.vms->serving_level_fraction);
  const std::uint64_t first = load.number_at(Seconds());
  LoadSeries series(load.steps());
  std::uint64_t at = 0;
  for (std::uint64_t number = first; number < first + load.steps(); ++number) {
    const Seconds middle = std::max(Seconds(), load.begin_of(number) + load.step() * 0.5);
    while (rates.segment(at).end_s <= middle.value()) ++at;
    const double rate = rates.segment(at).rate_at(middle.value());
    series[load.in_cycle(number)] = (gpu.idle + (peak - gpu.idle) * rate).value();
  }
  return series;
}

}  // namespace headroom
