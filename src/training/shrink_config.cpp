#include "training/shrink_config.hpp"

#include <algorithm>
#include <array>
#include <string>
#include <string_view>

#include "base/text.hpp"
#include "training/held_curve.hpp"

namespace headroom {
namespace {

/// A kind of work by its name, in a curve and in what is left.
struct Work {
  std::string_view name;
  WorkCurve ShrinkCurves::*curve;
  double WorkLeft::*left;
};
constexpr std::array kWork = {
    Work{"compute", &ShrinkCurves::compute, &WorkLeft::compute_fraction},
    Work{"memory", &ShrinkCurves::memory, &WorkLeft::memory_fraction},
    Work{"communication", &ShrinkCurves::communication, &WorkLeft::communication_fraction},
};

HeldCurve held_of(const ShrinkConfig& config) {
  return {config.epochs, config.curve->every_epochs};
}

/// The time constant that is given, or that takes compute from 1 to its end with its mean.
std::optional<double> time_constant_of(const ShrinkConfig& config) {
  const ShrinkCurves& curve = *config.curve;
  if (curve.time_constant) return curve.time_constant;
  const double end = *curve.compute.end_fraction;
  return held_of(config).time_constant((*curve.compute.mean_fraction - end) / (1 - end));
}

double end_of(const WorkCurve& curve, double held_mean) {
  if (curve.end_fraction) return *curve.end_fraction;
  return (*curve.mean_fraction - held_mean) / (1 - held_mean);
}

void check_steps(const ShrinkConfig& config, const Scope& scope) {
  WorkLeft before;
  std::uint32_t epoch = 0;
  for (std::size_t i = 0; i < config.steps.size(); ++i) {
    const ShrinkStep& step = config.steps[i];
    const Scope here = scope.at(i);
    if (step.epoch <= epoch)
      here.at("epoch").problem(i == 0 ? "must be at least 1: before it nothing has been removed"
                                      : "must be above the one before, " + std::to_string(epoch));
    if (step.epoch >= config.epochs)
      here.at("epoch").problem("is beyond the last epoch, " + std::to_string(config.epochs - 1) + " from 0");
    for (const Work& work : kWork)
      if (step.left.*work.left > before.*work.left)
        here.at(std::string(work.name) + "_fraction").problem("must not rise: it was " + shortest(before.*work.left));
    before = step.left;
    epoch = step.epoch;
  }
}

/// Whether what the curves are given determines them.
bool check_given(const ShrinkCurves& curve, const Scope& scope) {
  const bool by_compute = !curve.time_constant;
  for (const Work& work : kWork) {
    const WorkCurve& one = curve.*work.curve;
    const int given = int{one.end_fraction.has_value()} + int{one.mean_fraction.has_value()};
    const bool both = by_compute && work.left == &WorkLeft::compute_fraction;
    if (given != (both ? 2 : 1))
      scope.at(work.name).problem(both ? "must have both end_fraction and mean_fraction, which give the time constant"
                                       : "must have exactly one of end_fraction and mean_fraction, beside the time "
                                         "constant");
  }
  return scope.sound();
}

std::string out_of_range(double mean, double low) {
  return "no time constant gives a mean of " + shortest(mean) + ": it must lie between " + shortest(low) +
         " and 1, both excluded";
}

void check_curve(const ShrinkConfig& config, const Scope& scope) {
  const ShrinkCurves& curve = *config.curve;
  if (!check_given(curve, scope)) return;
  const auto time_constant = time_constant_of(config);
  if (!time_constant) {
    const double end = *curve.compute.end_fraction;
    return scope.at("compute")
        .at("mean_fraction")
        .problem(out_of_range(*curve.compute.mean_fraction, end + (1 - end) * held_of(config).lowest_mean()));
  }
  const double held = held_of(config).mean(*time_constant);
  for (const Work& work : kWork) {
    const WorkCurve& one = curve.*work.curve;
    if (one.end_fraction || !one.mean_fraction) continue;
    if (!(*one.mean_fraction < 1) || *one.mean_fraction < held)
      scope.at(work.name)
          .at("mean_fraction")
          .problem("no end of at least 0 gives a mean of " + shortest(*one.mean_fraction) +
                   " with a time constant of " + shortest(*time_constant) + " epochs: it must be at least " +
                   shortest(held) + " and below 1");
  }
}

double left_of(PhaseKind kind, const WorkLeft& left) {
  switch (kind) {
    case PhaseKind::compute:
      return left.compute_fraction;
    case PhaseKind::memory:
      return left.memory_fraction;
    case PhaseKind::communication:
      return left.communication_fraction;
    default:
      return 1;
  }
}

std::vector<ShrinkStage> listed_stages(const ShrinkConfig& config) {
  std::vector<ShrinkStage> stages{{0, 0, {}}};
  for (const ShrinkStep& step : config.steps) stages.push_back({step.epoch, 0, step.left});
  return stages;
}

std::vector<ShrinkStage> curve_stages(const ShrinkConfig& config) {
  const HeldCurve held = held_of(config);
  const double time_constant = *time_constant_of(config);
  const double mean = held.mean(time_constant);
  std::vector<ShrinkStage> stages;
  for (std::uint32_t epoch = 0; epoch < config.epochs; epoch += held.every_epochs) {
    ShrinkStage& stage = stages.emplace_back(ShrinkStage{epoch, 0, {}});
    const double left = held.at(static_cast<std::uint32_t>(stages.size() - 1), time_constant);
    for (const Work& work : kWork) {
      const double end = end_of((*config.curve).*work.curve, mean);
      stage.left.*work.left = end + (1 - end) * left;
    }
    if (config.epochs - epoch <= held.every_epochs) break;
  }
  return stages;
}

}  // namespace

void ShrinkStep::fields(Fields& f) {
  f.required("epoch", epoch, "at whose start the job is reconfigured, from 1 on", Range::between(0, 1e4));
  f.required("compute_fraction", left.compute_fraction, "operations left", Range::fraction());
  f.required("memory_fraction", left.memory_fraction, "traffic left, of layers that memory bounds", Range::fraction());
  f.required("communication_fraction", left.communication_fraction, "bytes of gradients left", Range::fraction());
}

void WorkCurve::fields(Fields& f) {
  f("end_fraction", end_fraction, "what the work left tends to", Range{0.0, 1.0, false});
  f("mean_fraction", mean_fraction, "its mean over all epochs", Range::fraction());
}

void ShrinkCurves::fields(Fields& f) {
  f("every_epochs", every_epochs, "between reconfigurations", Range::between(1, 1e4));
  f("time_constant_epochs", time_constant, "of the fall; absent: what end and mean of compute give",
    Range::between(1e-3, 1e9));
  f.required("compute", compute, "operations");
  f.required("memory", memory, "traffic of layers that memory bounds");
  f.required("communication", communication, "bytes of gradients");
}

void ShrinkConfig::fields(Fields& f) {
  f.required("epochs", epochs, "after which the job ends", Range::between(1, 1e4));
  f.required("iterations_per_epoch", iterations_per_epoch, "of the waveform", Range::between(1, 1e12));
  f("steps", steps, "reconfigurations, one by one");
  f("curve", curve, "in their place: an exponential fall, held between reconfigurations");
  f("pause_s", pause, "a reconfiguration, in which the GPUs idle: checkpoint and restart", Range::delay());
  f("floor_fraction", floor_fraction, "share of each phase that does not shrink, as of small layers",
    Range::fraction());
  f("occupancy_fraction", occupancy_fraction, "share of the draw of compute above idle that falls with the operations",
    Range::fraction());
}

void ShrinkConfig::check(const Scope& scope) const {
  if (steps.empty() == !curve) scope.problem("must have either steps or curve");
  else if (curve) check_curve(*this, scope.at("curve"));
  else check_steps(*this, scope.at("steps"));
}

std::vector<ShrinkStage> stages_of(const ShrinkConfig& config) {
  std::vector<ShrinkStage> stages = config.curve ? curve_stages(config) : listed_stages(config);
  for (std::size_t i = 0; i < stages.size(); ++i)
    stages[i].epochs = (i + 1 < stages.size() ? stages[i + 1].epoch : config.epochs) - stages[i].epoch;
  return stages;
}

std::vector<WaveStep> shrunk(std::span<const WaveStep> iteration, const ShrinkConfig& config, const WorkLeft& left,
                             Power idle) {
  std::vector<WaveStep> steps;
  for (WaveStep step : iteration) {
    const double work = left_of(step.kind, left);
    step.duration *= config.floor_fraction + (1 - config.floor_fraction) * work;
    if (step.kind == PhaseKind::compute && step.power > idle)
      step.power -= (step.power - idle) * (config.occupancy_fraction * (1 - work));
    if (step.duration > Seconds{}) steps.push_back(step);
  }
  return steps;
}

WorkLeft mean_work(const std::vector<ShrinkStage>& stages) {
  WorkLeft sum{0, 0, 0};
  double epochs = 0;
  for (const ShrinkStage& stage : stages) {
    epochs += stage.epochs;
    for (const Work& work : kWork) sum.*work.left += stage.epochs * (stage.left.*work.left);
  }
  for (const Work& work : kWork) sum.*work.left /= epochs;
  return sum;
}

}  // namespace headroom
