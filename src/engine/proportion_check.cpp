#include "engine/proportion_check.hpp"

#include <algorithm>
#include <cmath>
#include <utility>

#include "base/text.hpp"
#include "engine/cluster.hpp"
#include "model/power/clamp.hpp"

namespace headroom {
namespace {

constexpr double kPromptTokens = 2048;                  // compute-bound on any GPU
constexpr Range kStepTime = Range::between(1e-6, 1e6);  // s

}  // namespace

void check_losses(const Scenario& scenario, const Scope& root) {
  const auto& levels = scenario.site.levels;
  const double most = scenario.site.servers;
  double servers = 1;
  Power each = scenario.hardware.server.rated;  // of a server, with the losses below
  for (std::size_t i = levels.size(); i-- > 0;) {
    servers = std::min<double>(levels[i].holds == 0 ? most : servers * levels[i].holds, most);
    const Power load = each * servers;
    const Power loss = levels[i].loss.at(load) - levels[i].loss.fixed;
    if (loss > load)
      root.at("site").at("levels").at(i).at("loss").problem(
          "is more than what it passes on: " + shortest(std::round(loss.value())) + " W at the full load of " +
          shortest(std::round(load.value())) + " W");
    each += (std::min(loss, load) + levels[i].loss.fixed) / servers;
  }
}

void check_steps(const Scenario& scenario, const Scope& root) {
  const GpuSpec& gpu = scenario.hardware.gpu;
  const ServedModel model(scenario.hardware, *scenario.serving);
  StepShape step;
  step.decodes = 1;
  for (const Hertz clock : {gpu.max_clock, gpu.min_clock}) {
    const double time_s = model.performance.cost(step, clock).duration(1).value();
    if (time_s >= kStepTime.min && time_s <= kStepTime.max) continue;
    root.at("serving").problem("a decode step of one sequence would take " + shortest(time_s) + " s at " +
                               shortest(clock.value() / 1e6) + " MHz; steps take from 1e-6 to 1e6 s");
    return;
  }
  StepShape prefill;
  prefill.prefill_tokens = kPromptTokens;
  prefill.prefill_pairs = kPromptTokens * kPromptTokens / 2;
  for (const auto& [shape, what] : {std::pair{step, "a decode step of one sequence"}, {prefill, "a prefill"}}) {
    const Power draw = operate(model.performance, model.power, shape, gpu.min_clock).draw;
    if (draw <= gpu.tdp) continue;
    root.at("hardware")
        .at("gpu_power")
        .problem(what + (" would draw " + shortest(std::round(draw.value()))) +
                 " W at the lowest clock, more than the TDP: no limit could hold it");
    return;
  }
}

}  // namespace headroom
