#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include "headroom/quantity.hpp"

namespace headroom {

/// One way to run an instance of a model.
struct WorkerOption {
  std::string variant;   ///< of its service
  std::size_t type = 0;  ///< of server, by number
  std::uint32_t gpus = 1;
  double usd_per_h = 0;         ///< of all its GPUs or cores
  Seconds all{};                ///< of all stages that the model does for a job, one after the other
  Seconds one{}, first{};       ///< of one of these, or of those that wait for each other together; and of the first
  Energy work{};                ///< of its GPUs or cores in `all`
  Power idle{};                 ///< of these where they wait, GPUs with their model loaded
  std::uint32_t cpu_cores = 0;  ///< in place of GPUs
};

/// A model that does stages of a job.
struct WorkerModel {
  std::string pool;
  bool in_order = false;  ///< all its stages wait for each other: more instances do not help one job
  std::vector<WorkerOption> options;
};

/// What servers of a type have for the instances of a job.
struct FreeDevices {
  std::uint32_t gpus = 0, cpu_cores = 0;
};

/// Instances, by model and option.
using Allocation = std::vector<std::vector<std::uint32_t>>;

/// What StreamWise's estimator (arXiv 2603.05800 and its code) says of a job: models work one after the other, each
/// spread over its instances by how fast these are, and never for less than one stage. It knows no pipelining, so a run
/// takes less.
struct JobEstimate {
  Seconds total{};
  Seconds first{};  ///< the first item of what is played, alone
  Seconds ttff{};   ///< the larger of that, and the total less the length of what is played
  double cost_usd = 0;
  /// Of the GPUs: at work for its stages, each instance for as many as its speed gives it (of a model in order, the
  /// fastest for all), and idle for the rest of `total`.
  Energy energy{};
};
[[nodiscard]] JobEstimate estimate_job(const std::vector<WorkerModel>& models, const Allocation& allocation,
                                       Seconds content);

/// What a provisioner makes small.
enum class Objective : std::uint8_t { cost_ttff, ttff, total, cost, energy, energy_ttff };
[[nodiscard]] double value_of(const JobEstimate& estimate, Objective objective);

/// One instance of each model on its smallest option of least time; then, while GPUs or cores of its type are left and
/// the objective falls, the step that makes it fall most for each GPU that it takes: one instance more, or one on the
/// next larger number of GPUs in place of one on fewer, or one on as many GPUs of another type in place of one (which
/// counts as one GPU). `free` by type. An InputError where there are not enough for one of each.
[[nodiscard]] Allocation provision(const std::vector<WorkerModel>& models, std::vector<FreeDevices> free,
                                   Seconds content, Objective objective);

}  // namespace headroom
