#include "training/held_curve.hpp"

#include <algorithm>
#include <cmath>

#include "headroom/elementary.hpp"

namespace headroom {

double HeldCurve::at(std::uint32_t reconfigurations, double time_constant) const {
  return portable::exp(-static_cast<double>(every_epochs) * reconfigurations / time_constant);
}

double HeldCurve::mean(double time_constant) const {
  double sum = 0;
  for (std::uint32_t stage = 0, epoch = 0; epoch < epochs; ++stage) {
    const std::uint32_t held = std::min(every_epochs, epochs - epoch);
    sum += held * at(stage, time_constant);
    epoch += held;
  }
  return sum / epochs;
}

double HeldCurve::lowest_mean() const {
  return static_cast<double>(std::min(every_epochs, epochs)) / epochs;
}

/// Halves a range of seventeen decades, on which the mean rises.
std::optional<double> HeldCurve::time_constant(double wanted) const {
  double low = 1e-3, high = 1e14;
  if (!(wanted > mean(low)) || !(wanted < mean(high))) return std::nullopt;
  constexpr int kHalvings = 200;
  for (int i = 0; i < kHalvings && low < high; ++i) {
    const double middle = std::sqrt(low * high);
    (mean(middle) < wanted ? low : high) = middle;
  }
  return high;
}

}  // namespace headroom
