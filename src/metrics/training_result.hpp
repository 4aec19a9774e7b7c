#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "headroom/fields.hpp"
#include "headroom/smoother.hpp"

namespace headroom {

/// How a training job shrank.
struct ShrinkResult {
  std::uint64_t reconfigurations = 0;
  Seconds first_iteration{}, last_iteration{};
  double compute_fraction = 1, memory_fraction = 1, communication_fraction = 1;

  void fields(Fields& f) const {
    f("reconfigurations", reconfigurations, "that happened");
    f("first_iteration_s", first_iteration, "how long the job's first iteration takes at the highest clock");
    f("last_iteration_s", last_iteration, "the same of an iteration after the last of these reconfigurations");
    f("compute_fraction", compute_fraction,
      "operations of all epochs, over those without reconfigurations; of a run to the job's end");
    f("memory_fraction", memory_fraction, "the same of the traffic of layers that memory bounds");
    f("communication_fraction", communication_fraction, "the same of the bytes of gradients");
  }
};

/// What became of a training job.
struct JobResult {
  std::string name;
  std::uint32_t gpus = 0;
  std::uint32_t servers = 0;
  double submitted_s = 0;
  std::optional<double> started_s{}, ended_s{};
  double energy_j = 0;  ///< at the inlets of its servers
  std::optional<ShrinkResult> shrink{};

  void fields(Fields& f) const {
    f("gpus", gpus, "that it asked for");
    f("servers", servers, "that it takes");
    f("submitted_s", submitted_s, "when it came");
    f("started_s", started_s, "when it got its servers, if it did");
    f("ended_s", ended_s, "when it was done, if it was");
    f("energy_kwh", Energy(energy_j), "of its servers while they had the job, at their inlets");
    f("shrink", shrink, "of a job with `shrink`");
  }
};

/// The training jobs of a run. Energies of smoothing are summed over GPUs, from the end of the warm-up on.
struct TrainingResult {
  std::vector<JobResult> jobs;
  SmoothingBooks gpu;                 ///< of all stages at GPUs
  SmoothingBooks rack;                ///< of all stages at racks
  std::optional<StorageUse> storage;  ///< of one GPU's share, the largest of all cohorts
  double residual = 0;                ///< of the books of the stages, relative

  /// Over the whole run, beside what the leaves of the power tree hold: drawn by servers of jobs, and beyond that by
  /// their storages.
  Energy servers{}, storages{};

  /// What smoothing did.
  void fields(Fields& f) const {
    const Energy useful = gpu.demand - gpu.unserved;
    f("useful_kwh", useful, "GPU energy that the jobs wanted and got");
    f("burned_kwh", gpu.burned, "GPU energy drawn beyond what the jobs wanted");
    f("burned_fraction", useful > Energy() ? gpu.burned / useful : 0.0, "the same over the useful");
    f("lost_work_fraction", gpu.demand > Energy() ? gpu.unserved / gpu.demand : 0.0,
      "GPU energy that the jobs wanted and did not get, over what they wanted");
    f("stored_kwh", rack.stored, "by how much the charge of the storages rose; at the racks");
    f("lost_kwh", rack.lost, "what the storages lost; at the racks");
    f("drawn_kwh", gpu.drawn + rack.drawn - rack.demand,
      "what the GPUs drew and the storages took, measured by itself: useful + burned + stored + lost, to 1e-9");
    const StorageUse use = storage.value_or(StorageUse());
    const auto of_a_storage = [this](auto value) { return storage ? std::optional(value) : std::nullopt; };
    f("storage_used_j_per_gpu", of_a_storage(use.used),
      "most less least energy in a storage, of which charging has lost its share; without a capacity largest less "
      "smallest integral of its power at its terminals");
    f("storage_peak_charge_w_per_gpu", of_a_storage(use.peak_charge), "largest power into a storage");
    f("storage_peak_discharge_w_per_gpu", of_a_storage(use.peak_discharge), "largest power out of a storage");
    f("storage_lowest_charge_fraction", use.lowest_charge_fraction, "of a storage that has a capacity");
    f("storage_highest_charge_fraction", use.highest_charge_fraction, "of a storage that has a capacity");
  }
};

}  // namespace headroom
