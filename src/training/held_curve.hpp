#pragma once

#include <cstdint>
#include <optional>

namespace headroom {

/// The staircase exp(-K floor(e / K) / tau) over epochs e = 0, 1, ..., held for K epochs at a time.
struct HeldCurve {
  std::uint32_t epochs = 1;        ///< of the run, at least 1
  std::uint32_t every_epochs = 1;  ///< K, at least 1
  /// In the stage that begins after so many reconfigurations.
  [[nodiscard]] double at(std::uint32_t reconfigurations, double time_constant) const;
  /// Over all epochs.
  [[nodiscard]] double mean(double time_constant) const;
  /// What the mean is above for every time constant: the first stage alone.
  [[nodiscard]] double lowest_mean() const;
  /// The time constant, in epochs, at which the mean is that; none outside (lowest_mean, 1).
  [[nodiscard]] std::optional<double> time_constant(double mean) const;
};

}  // namespace headroom
