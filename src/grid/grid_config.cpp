#include "grid/grid_config.hpp"

#include <algorithm>

#include "base/text.hpp"

namespace headroom {
namespace {

constexpr Range sample_range = Range::between(1e-3, 0.02);  // 50 Hz and more
constexpr double kSamplesPerTop = 2.5;                      // training_power.md, "Checks"
constexpr double kRounding = 1e-9;

}  // namespace

void GridConfig::fields(Fields& f) {
  f("nodes", nodes, "nodes that are watched, by path; a level's name stands for all its nodes");
  f("sample_s", sample, "time between samples of power; at most 1 / (2.5 band top)", sample_range);
  f("warmup_s", warmup, "samples begin here: a run starts empty", Range::delay());
  f("band", band, "critical band, where the specification has none");
  f("instrument", instrument, "through what power is seen: as it is, or as a mean over the second before, like NVML's");
  f("spec", spec, "a utility's limits; absent: power is described, and not judged");
}

Need move_need(Seconds within) {
  const Hertz to(1 / within.value());
  return {to, "moves within " + shortest(within.value()) + " s take " + shortest(to.value()) + " Hz"};
}

Need GridConfig::band_need() const {
  return {critical_band().to, "the band ends at " + shortest(critical_band().to.value()) + " Hz"};
}

Need GridConfig::highest_need() const {
  return std::ranges::max({band_need(), move_need(ramp_horizon()), move_need(kRangeTime)}, {}, &Need::to);
}

void GridConfig::check(const Scope& scope) const {
  if (nodes.empty()) scope.at("nodes").problem("must name a node");
}

void GridConfig::check_sampling(const Scope& scope) const {
  const double top = critical_band().to.value(), slowest = 1 / (kSamplesPerTop * top);
  if (sample.value() > slowest * (1 + kRounding))
    scope.at("sample_s")
        .problem("must be at most " + shortest(slowest) + " for a band up to " + shortest(top) + " Hz, not " +
                 shortest(sample.value()));
  if (ramp_horizon() < sample)
    scope.at("spec").at("horizon_s").problem("must be at least sample_s (" + shortest(sample.value()) + ")");
}

}  // namespace headroom
