#include "profile/profile_table.hpp"

#include <algorithm>
#include <cmath>
#include <limits>
#include <utility>

#include "base/text.hpp"
#include "facility/supported_clocks.hpp"

namespace headroom {
namespace {

std::string in_mhz(Hertz clock) {
  return shortest(clock.value() / 1e6) + " MHz";
}

/// The clocks of the grid as the nearest that a GPU supports, and its highest, rising.
std::vector<Hertz> grid_of(const Scenario& scenario, const GpuSpec& gpu) {
  const ProfileConfig config = scenario.profile_grid();
  const Hertz least = config.least_clock, step = config.clock_step;
  if (least > gpu.max_clock)
    throw InputError(scenario.where("/profile/least_clock_mhz"),
                     "is above " + in_mhz(gpu.max_clock) + ", the highest clock of " + gpu.name);
  const auto supported = supported_clocks(gpu);
  std::vector<Hertz> grid;
  const auto add_nearest = [&](Hertz clock) {
    const Hertz nearest =
        *std::ranges::min_element(supported, {}, [&](Hertz c) { return std::abs((c - clock).value()); });
    if (grid.empty() || !same_clock(grid.back(), nearest)) grid.push_back(nearest);
  };
  for (int i = 0; least + step * i < gpu.max_clock; ++i) add_nearest(least + step * i);
  add_nearest(gpu.max_clock);
  return grid;
}

/// Of values at rising loads; beyond both ends as there.
double interpolated(const std::vector<LoadPoint>& loads, const std::vector<double>& values, double load) {
  if (values.empty()) return std::numeric_limits<double>::infinity();
  const auto above = std::ranges::upper_bound(loads, load, {}, &LoadPoint::tokens_per_s);
  if (above == loads.begin()) return values.front();
  if (above == loads.end()) return values.back();
  const auto i = static_cast<std::size_t>(above - loads.begin());
  const double low = loads[i - 1].tokens_per_s;
  return std::lerp(values[i - 1], values[i], (load - low) / (loads[i].tokens_per_s - low));
}

}  // namespace

ProfileTable::ProfileTable(const Scenario& scenario, const ProfiledRequests& requests) {
  for (const PoolSample& pool : requests.pools) pools_.push_back({pool.name, pool.mean_input_tokens()});
  const auto services = scenario.all_services();
  for (const VariantSpec& variant : variants_of(scenario)) {
    const auto clocks = grid_of(scenario, variant.hardware.gpu);
    variants_.push_back({services[variant.service.index()].name,
                         variant.name,
                         variant.hardware.name,
                         variant.gpus,
                         clocks,
                         {pools_.size(), std::vector<ProfileCurve>(clocks.size())}});
  }
}

std::span<const Hertz> ProfileTable::clocks(VariantId variant) const {
  return variants_[variant.index()].clocks;
}

double ProfileTable::largest_load(VariantId variant, PoolId pool, Hertz clock) const {
  return curve(variant, pool, clock).largest_load();
}

std::span<const LoadPoint> ProfileTable::power_curve(VariantId variant, PoolId pool, Hertz clock) const {
  return curve(variant, pool, clock).power;
}

Seconds ProfileTable::ttft_p99(VariantId variant, PoolId pool, Hertz clock, double tokens_per_s) const {
  const ProfileCurve& at = curve(variant, pool, clock);
  return Seconds(interpolated(at.power, at.ttft_s, tokens_per_s));
}

Seconds ProfileTable::tbt_p99(VariantId variant, PoolId pool, Hertz clock, double tokens_per_s) const {
  const ProfileCurve& at = curve(variant, pool, clock);
  return Seconds(interpolated(at.power, at.tbt_s, tokens_per_s));
}

double ProfileTable::mean_input_tokens(PoolId pool) const {
  return pools_[pool.index()].mean_input_tokens;
}

void ProfileTable::put(VariantId variant, PoolId pool, std::vector<ProfileCurve> by_clock) {
  variants_[variant.index()].curves[pool.index()] = std::move(by_clock);
}

const ProfileCurve& ProfileTable::curve(VariantId variant, PoolId pool, Hertz clock) const {
  const Entry& entry = variants_[variant.index()];
  const auto found = std::ranges::find_if(entry.clocks, [&](Hertz c) { return same_clock(c, clock); });
  if (found == entry.clocks.end())
    throw PolicyError("the profile was asked for " + in_mhz(clock) + ", which is no clock of its grid for variant " +
                      std::to_string(variant.index()));
  return entry.curves[pool.index()][static_cast<std::size_t>(found - entry.clocks.begin())];
}

}  // namespace headroom
