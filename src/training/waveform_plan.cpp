#include "training/waveform_plan.hpp"

#include <utility>
#include <vector>

#include "training/edges.hpp"
#include "training/failures.hpp"
#include "training/measured_waveform.hpp"
#include "training/overshoot.hpp"

namespace headroom {
namespace {

std::vector<Cycle> shrinking_cycles(const JobShape& shape, std::span<const WaveStep> iteration, const GpuSpec& gpu,
                                    Power idle) {
  const ShrinkConfig& shrink = *shape.shrink;
  std::vector<Cycle> cycles;
  for (const ShrinkStage& stage : stages_of(shrink)) {
    Cycle& cycle =
        cycles.emplace_back(iteration_cycle(shape.waveform, shrunk(iteration, shrink, stage.left, idle), gpu));
    cycle.rounds = stage.epochs * shrink.iterations_per_epoch;
    if (stage.epoch > 0) cycle.pause = {shrink.pause, idle, PhaseKind::idle};
  }
  return cycles;
}

std::vector<Cycle> cycles_of(const JobShape& shape, std::uint32_t gpus, const GpuSpec& gpu, Power idle,
                             const std::string& where, Warnings& warnings) {
  std::vector<Problem> problems;
  shape.check_on(gpus, gpu, Scope(problems, where));
  if (!problems.empty()) throw InputError(std::move(problems));
  if (!shape.waveform.path.empty()) return {measured_cycle(shape.waveform, {gpu.tdp, idle}, warnings)};
  const std::vector<WaveStep> iteration = shape.waveform.iteration(gpus, gpu);
  if (shape.shrink) return shrinking_cycles(shape, iteration, gpu, idle);
  return {iteration_cycle(shape.waveform, iteration, gpu)};
}

}  // namespace

WaveformPlan::WaveformPlan(const JobShape& shape, std::uint32_t gpus, const GpuSpec& gpu, Power idle,
                           const std::string& where, Warnings& warnings)
    : cycles_(cycles_of(shape, gpus, gpu, idle, where, warnings)),
      failures_(shape.failures),
      overshoot_(shape.waveform.overshoot),
      edge_(shape.waveform.edge),
      idle_(idle) {
  if (shape.shrink) work_ = mean_work(stages_of(*shape.shrink));
}

std::unique_ptr<Waveform> WaveformPlan::play(std::uint64_t seed, std::string_view job, OnCycle on_cycle) const {
  CyclePlayer player(cycles_, std::move(on_cycle));
  std::unique_ptr<Waveform> wave;
  if (failures_) wave = std::make_unique<Failures>(std::move(player), *failures_, idle_, seed, job);
  else wave = std::make_unique<CyclePlayer>(std::move(player));
  if (overshoot_) wave = std::make_unique<Overshoot>(std::move(wave), *overshoot_);
  if (edge_) wave = std::make_unique<Edges>(std::move(wave), *edge_, idle_);
  return wave;
}

}  // namespace headroom
