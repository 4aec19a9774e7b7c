#include "training/waveform_config.hpp"

#include "base/text.hpp"

namespace headroom {
namespace {

/// A run would hardly get on with shorter phases.
constexpr Seconds shortest_phase{1e-6};

void check_measured(const WaveformConfig& config, const Scope& scope) {
  const auto refuse = [&](const char* key, bool given) {
    if (given) scope.at(key).problem("does not go with path: a measured waveform stays as it is");
  };
  refuse("dips", config.dips.has_value());
  refuse("overshoot", config.overshoot.has_value());
  refuse("edge", config.edge.has_value());
  refuse("checkpoint", config.checkpoint.has_value());
}

void check_dips(const DipsConfig& dips, const std::vector<WaveStep>& iteration, const Scope& scope) {
  for (const auto& step : iteration) {
    const Seconds between = (step.duration - dips.width * dips.count) / (dips.count + 1.0);
    if (step.kind != PhaseKind::compute || between >= shortest_phase) continue;
    scope.problem(std::to_string(dips.count) + " dips of " + shortest(dips.width.value()) +
                  " s do not fit into a compute phase of " + shortest(step.duration.value()) +
                  " s with 0.000001 s between them");
    return;
  }
}

void check_overshoot(const OvershootConfig& overshoot, const std::vector<WaveStep>& iteration, Power tdp,
                     const Scope& scope) {
  for (const auto& step : iteration) {
    if (step.kind != PhaseKind::compute) continue;
    auto what = check_draw(step.power * overshoot.ratio, tdp);
    if (what.empty()) continue;
    scope.at("overshoot_ratio").problem(std::move(what));
    return;
  }
}

void check_phases(const std::vector<WaveStep>& iteration, const Scope& scope) {
  for (const auto& step : iteration) {
    if (step.duration >= shortest_phase) continue;
    scope.problem("has a phase of " + shortest(step.duration.value()) + " s, but 0.000001 s is the shortest");
    return;
  }
}

}  // namespace

void PhaseConfig::fields(Fields& f) {
  f.required("kind", kind, "what the job does");
  f.required("duration_s", duration, "how long, at the highest clock", Range::period());
  f.part(level);
}

void DipsConfig::fields(Fields& f) {
  f.required("count", count, "dips in each compute phase", Range::between(1, 1e6));
  f.required("width_s", width, "how long each lasts", Range::period());
  f.required("depth_fraction", depth_fraction, "share of the draw of compute that is missing meanwhile",
             Range{0.0, 1.0, true});
}

void OvershootConfig::fields(Fields& f) {
  f("overshoot_ratio", ratio, "draw over that of the compute phase that begins", Range::between(1.0, 2.0));
  f("duration_s", duration, "for how long", Range::between(1e-6, 10.0));
}

void EdgeConfig::fields(Fields& f) {
  f.required("time_constant_s", time_constant, "of the first-order response, 0.001 to 0.01 as measured",
             Range::between(1e-4, 10.0));
  f("stairs", stairs, "steps of constant draw that stand for it", Range::between(1, 64));
}

void CheckpointConfig::fields(Fields& f) {
  f.required("period_s", period, "time between the end of one and the next, rounded up to whole iterations",
             Range::period());
  f.required("duration_s", duration, "how long the job waits", Range::period());
  f.part(level);
}

void WaveformConfig::fields(Fields& f) {
  f("name", name, "what the waveform is called");
  f("source", source, "where the numbers come from");
  f("path", path, "measured: a table of times and powers of GPUs, as nvidia-smi, DCGM and others log them");
  f("repeat", repeat, "a measured waveform starts again at its end; else the job ends there");
  f("longest_step_s", longest_step,
    "a longer time between two samples is a gap in the measurement; absent: 100 times the median", Range::period());
  f.part(record);
  f("phases", phases, "the phases of one iteration, which repeats");
  f("training", training, "an iteration by the language model that is trained");
  f("convolution", convolution, "an iteration by the convolutional network that is trained");
  f("dips", dips, "micro-dips of compute; absent: none");
  f("overshoot", overshoot, "draw above that of compute when it begins; absent: none");
  f("edge", edge, "how the draw goes from one phase to the next; absent: at once");
  f("checkpoint", checkpoint, "absent: none is written");
}

void WaveformConfig::check(const Scope& scope) const {
  if (int{!path.empty()} + int{!phases.empty()} + int{training.has_value()} + int{convolution.has_value()} != 1)
    scope.problem("must have exactly one of path, phases, training and convolution");
  if (!path.empty()) check_measured(*this, scope);
  else if (longest_step) scope.at("longest_step_s").problem("goes with path only");
  else if (record.given()) scope.problem("columns, gpu, units and sample_s go with path only");
}

void WaveformConfig::check_on(std::uint32_t gpus, const GpuSpec& gpu, const Scope& scope) const {
  for (std::size_t i = 0; i < phases.size(); ++i) phases[i].level.check_on(gpu.tdp, scope.at("phases").at(i));
  if (training) training->check_on(gpus, scope.at("training"));
  if (checkpoint) checkpoint->level.check_on(gpu.tdp, scope.at("checkpoint"));
  if (!scope.sound()) return;
  check_iteration(iteration(gpus, gpu), gpu.tdp, scope);
}

void WaveformConfig::check_iteration(const std::vector<WaveStep>& steps, Power tdp, const Scope& scope) const {
  check_phases(steps, scope);
  if (overshoot) check_overshoot(*overshoot, steps, tdp, scope.at("overshoot"));
  if (dips) check_dips(*dips, steps, scope.at("dips"));
}

std::vector<WaveStep> WaveformConfig::iteration(std::uint32_t gpus, const GpuSpec& gpu) const {
  std::vector<WaveStep> steps;
  for (const auto& phase : phases) steps.push_back({phase.duration, phase.level.of(gpu.tdp), phase.kind});
  const auto add = [&](Seconds duration, double power_fraction, PhaseKind kind) {
    if (duration > Seconds{}) steps.push_back({duration, gpu.tdp * power_fraction, kind});
  };
  if (training) {
    add(training->compute_time(gpus, gpu), training->compute_power_fraction, PhaseKind::compute);
    add(training->exposed_communication(gpus), training->communication_power_fraction, PhaseKind::communication);
  }
  if (convolution) {
    add(convolution->compute_time(gpus, gpu), convolution->compute_power_fraction, PhaseKind::compute);
    add(convolution->memory_time(gpus, gpu), convolution->memory_power_fraction, PhaseKind::memory);
    add(convolution->exposed_communication(gpus), convolution->communication_power_fraction, PhaseKind::communication);
  }
  return steps;
}

}  // namespace headroom
