#include "engine/proportion_check.hpp"

#include <algorithm>
#include <cmath>
#include <utility>

#include "base/text.hpp"
#include "engine/served_model.hpp"
#include "model/draw_check.hpp"

namespace headroom {
namespace {

constexpr std::size_t kMostLevels = 16, kMostNodes = 4'000'000;
constexpr double kMostSequences = 65536;                // that a batching policy may admit
constexpr Range kStepTime = Range::between(1e-6, 1e6);  // s

/// At full load a node may lose as much as it passes on, not more.
void check_losses(const Scenario& scenario, std::vector<Problem>& problems) {
  const auto& levels = scenario.site.levels;
  const double most = scenario.site.servers;
  double servers = 1;
  Power each = scenario.hardware.server.rated;  // of a server, with the losses below
  for (std::size_t i = levels.size(); i-- > 0;) {
    servers = std::min<double>(levels[i].holds == 0 ? most : servers * levels[i].holds, most);
    const Power load = each * servers;
    const Power loss = levels[i].loss.at(load);
    if (loss > load)
      problems.push_back({"/site/levels/" + std::to_string(i) + "/loss",
                          "is more than what it passes on: " + shortest(std::round(loss.value())) +
                              " W at the full load of " + shortest(std::round(load.value())) + " W"});
    each += std::min(loss, load) / servers;
  }
}

void check_size(const SiteConfig& site, std::vector<Problem>& problems) {
  if (site.levels.size() > kMostLevels) {
    problems.push_back({"/site/levels", "are more than " + std::to_string(kMostLevels)});
    return;
  }
  std::size_t nodes = 0;
  for (const std::size_t count : nodes_by_level(site)) nodes += count;
  if (nodes > kMostNodes) problems.push_back({"/site/levels", "make more than " + grouped(kMostNodes) + " nodes"});
}

}  // namespace

void check_steps(const Scenario& scenario, std::vector<Problem>& problems) {
  const GpuSpec& gpu = scenario.hardware.gpu;
  const ServedModel model(scenario.hardware, *scenario.serving);
  StepShape step;
  step.decodes = 1;
  for (const Hertz clock : {gpu.max_clock, gpu.min_clock}) {
    const double time_s = model.performance.cost(step, clock).duration(1).value();
    if (time_s >= kStepTime.min && time_s <= kStepTime.max) continue;
    problems.push_back({"/serving", "a decode step of one sequence would take " + shortest(time_s) + " s at " +
                                        shortest(clock.value() / 1e6) + " MHz; steps take from 1e-6 to 1e6 s"});
    return;
  }
  const auto tokens = static_cast<double>(model.kv_capacity_tokens);
  const LargestStep largest{std::min(tokens, kMostSequences), tokens, tokens};
  if (auto what = check_draws(model.performance, model.power, gpu, largest); !what.empty())
    problems.push_back({"/hardware/gpu_power", std::move(what)});
}

void check_proportions(const Scenario& scenario, std::vector<Problem>& problems) {
  check_size(scenario.site, problems);
  check_losses(scenario, problems);
}

}  // namespace headroom
