#include "recording/record_updates.hpp"

#include <algorithm>
#include <cmath>
#include <vector>

namespace headroom {
namespace {

constexpr std::size_t kFewestHolds = 4;
constexpr double kNearlyAll = 0.9;
/// A hold of two rows may look up to half a row longer or shorter.
constexpr double kLeastRows = 1.5;

/// Times from one change of value to the next, none of which the record cuts.
std::vector<double> holds_of(std::span<const PowerSample> samples) {
  std::vector<double> holds;
  double changed_s = -1;
  for (std::size_t i = 1; i < samples.size(); ++i) {
    if (samples[i].power == samples[i - 1].power) continue;
    if (changed_s >= 0) holds.push_back(samples[i].time_s - changed_s);
    changed_s = samples[i].time_s;
  }
  return holds;
}

}  // namespace

Seconds update_period(std::span<const PowerSample> samples) {
  auto holds = holds_of(samples);
  if (holds.size() < kFewestHolds) return {};
  std::ranges::sort(holds);
  const double row_s = samples.back().time_s / static_cast<double>(samples.size() - 1);
  const auto few = static_cast<std::size_t>((1 - kNearlyAll) * static_cast<double>(holds.size()));
  const double shortest_s = holds[few];
  if (shortest_s < kLeastRows * row_s) return {};
  const auto longer = std::ranges::find_if(holds, [&](double hold_s) { return hold_s > 1.5 * shortest_s; });
  const auto once = static_cast<std::size_t>(longer - holds.begin());
  const double period_s = holds[few + (once - few) / 2];
  const auto is_multiple = [&](double hold_s) {
    const double times = std::max(1.0, std::round(hold_s / period_s));
    return std::abs(hold_s - times * period_s) <= row_s * (1 + 1e-6);
  };
  const auto multiples = std::ranges::count_if(holds, is_multiple);
  return Seconds(static_cast<double>(multiples) >= kNearlyAll * static_cast<double>(holds.size()) ? period_s : 0.0);
}

}  // namespace headroom
