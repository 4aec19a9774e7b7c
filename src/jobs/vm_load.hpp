#pragma once

#include <cstdint>
#include <vector>

#include "base/problem.hpp"
#include "headroom/quantity.hpp"
#include "headroom/vm.hpp"
#include "jobs/vm_list.hpp"

namespace headroom {

/// What a GPU draws at rest and at most.
struct GpuRange {
  Power idle{}, tdp{};
};

/// The load of opaque machines by step of the cycle: idle + (level x TDP - idle) x shape x (1 + noise), held for a step
/// and kept between idle and TDP; or what a record says, the mean over the step. The noise of a machine at a step is
/// always the same, wherever it stands. Templates say the same of the week before: with the level and the noise of
/// then.
class VmLoad {
 public:
  /// Reads the file of the shape (InputError).
  VmLoad(const VmsConfig& config, std::uint64_t seed, Warnings& warnings);

  [[nodiscard]] std::size_t steps() const { return shape_.size(); }
  [[nodiscard]] Seconds step() const { return step_; }
  /// Steps of the run: the one that a date is in, and when one begins. The first may have begun before the run.
  [[nodiscard]] std::uint64_t number_at(Seconds date) const;
  [[nodiscard]] Seconds begin_of(std::uint64_t number) const;
  /// The step of the cycle that a step of the run is.
  [[nodiscard]] std::size_t in_cycle(std::uint64_t number) const;

  /// Of each GPU of a machine that has stood since `since`, within a step of the run.
  [[nodiscard]] Power drawn(const VmSpec& machine, const VmGroup& group, std::uint32_t which, std::uint64_t number,
                            Seconds since, const GpuRange& gpu) const;
  /// Of each GPU of a group's machines, by step of the cycle.
  [[nodiscard]] LoadSeries expected(const VmGroup& group, std::uint32_t which, const GpuRange& gpu) const;

 private:
  [[nodiscard]] double shape_at(std::size_t step, Seconds phase) const;
  [[nodiscard]] Power power(double level, double load, double noise, const GpuRange& gpu) const;
  [[nodiscard]] double noise(std::uint64_t of, std::uint64_t number) const;

  double noise_;
  Seconds step_;  ///< of the run
  double begun_;  ///< steps of the cycle before the run
  std::uint64_t seed_;
  std::vector<double> shape_;  ///< by step of the cycle
};

}  // namespace headroom
