#include "training/waveform_plan.hpp"

#include <utility>
#include <vector>

#include "training/edges.hpp"
#include "training/failures.hpp"
#include "training/measured_waveform.hpp"
#include "training/overshoot.hpp"

namespace headroom {
namespace {

Cycle cycle_of(const WaveformConfig& config, std::uint32_t gpus, const GpuSpec& gpu, Power idle,
               const std::string& where, Warnings& warnings) {
  std::vector<Problem> problems;
  config.check_on(gpus, gpu, Scope(problems, where).at("waveform"));
  if (!problems.empty()) throw InputError(std::move(problems));
  if (!config.path.empty()) return measured_cycle(config, {gpu.tdp, idle}, warnings);
  return iteration_cycle(config, gpus, gpu);
}

}  // namespace

WaveformPlan::WaveformPlan(const JobShape& shape, std::uint32_t gpus, const GpuSpec& gpu, Power idle,
                           const std::string& where, Warnings& warnings)
    : cycle_(cycle_of(shape.waveform, gpus, gpu, idle, where, warnings)),
      failures_(shape.failures),
      overshoot_(shape.waveform.overshoot),
      edge_(shape.waveform.edge),
      idle_(idle) {}

std::unique_ptr<Waveform> WaveformPlan::play(std::uint64_t seed, std::string_view job) const {
  std::unique_ptr<Waveform> wave = std::make_unique<CyclePlayer>(cycle_);
  if (failures_) wave = std::make_unique<Failures>(CyclePlayer(cycle_), *failures_, idle_, seed, job);
  if (overshoot_) wave = std::make_unique<Overshoot>(std::move(wave), *overshoot_);
  if (edge_) wave = std::make_unique<Edges>(std::move(wave), *edge_, idle_);
  return wave;
}

}  // namespace headroom
