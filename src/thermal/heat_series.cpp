#include "thermal/heat_series.hpp"

#include <algorithm>
#include <cmath>
#include <limits>
#include <optional>
#include <utility>

namespace headroom {
namespace {

constexpr std::size_t kMostBins = 10'000;
constexpr Celsius kNothing(-std::numeric_limits<double>::infinity());

/// To a hundredth of a degree: no sensor tells more, and files stay small.
double hundredths(Celsius temperature) {
  return std::round(temperature.value() * 100) / 100;
}

}  // namespace

HeatSeries::HeatSeries(const Site& site, Seconds update) {
  result_.bin = update;
  const PowerTree& tree = site.tree();
  std::optional<NodeId> last;
  for (std::size_t i = 0; i < site.servers(); ++i) {
    const NodeId rack = *tree.parent(site.server(i));
    if (rack != last) result_.racks.push_back({tree.path(rack), {}, {}});
    last = rack;
    rack_of_.push_back(static_cast<std::uint32_t>(result_.racks.size() - 1));
  }
  die_.assign(result_.racks.size(), kNothing);
  inlet_ = die_;
}

void HeatSeries::saw(ServerId server, Celsius die, Celsius inlet) {
  const std::size_t rack = rack_of_[server.index()];
  die_[rack] = std::max(die_[rack], die);
  inlet_[rack] = std::max(inlet_[rack], inlet);
  any_ = true;
}

void HeatSeries::updated() {
  if (++updates_ % updates_of_bin_ == 0) close();
  if (result_.racks.front().gpu_c.size() == kMostBins) double_bins();
}

void HeatSeries::close() {
  for (std::size_t i = 0; i < result_.racks.size(); ++i) {
    result_.racks[i].gpu_c.push_back(hundredths(die_[i]));
    result_.racks[i].inlet_c.push_back(hundredths(inlet_[i]));
  }
  std::ranges::fill(die_, kNothing);
  std::ranges::fill(inlet_, kNothing);
  any_ = false;
}

/// Two become one, the warmer.
void HeatSeries::double_bins() {
  const auto halve = [](std::vector<double>& series) {
    for (std::size_t i = 0; i < kMostBins / 2; ++i) series[i] = std::max(series[2 * i], series[2 * i + 1]);
    series.resize(kMostBins / 2);
  };
  for (HeatResult::Rack& rack : result_.racks) {
    halve(rack.gpu_c);
    halve(rack.inlet_c);
  }
  updates_of_bin_ *= 2;
  result_.bin = result_.bin * 2.0;
}

HeatResult HeatSeries::finish() {
  if (any_) close();
  return std::move(result_);
}

}  // namespace headroom
