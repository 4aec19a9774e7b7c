#include "scenario/proportion_check.hpp"

#include <algorithm>
#include <cmath>
#include <utility>

#include "base/text.hpp"
#include "model/draw_check.hpp"
#include "scenario/served_model.hpp"

namespace headroom {
namespace {

constexpr double kMostSequences = 65536;                // that a batching policy may admit
constexpr Range kStepTime = Range::between(1e-6, 1e6);  // s

}  // namespace

void check_losses(const Scenario& scenario, const Scope& root) {
  const auto& levels = scenario.site.levels;
  const double most = scenario.site.servers;
  double servers = 1;
  Power each;  // of a server, with the losses below
  for (const HardwareConfig* type : scenario.types()) each = std::max(each, type->server.rated);
  for (std::size_t i = levels.size(); i-- > 0;) {
    servers = std::min<double>(levels[i].holds == 0 ? most : servers * levels[i].holds, most);
    const Power load = each * servers;
    const Power loss = levels[i].loss.at(load);
    if (loss > load)
      root.at("site").at("levels").at(i).at("loss").problem(
          "is more than what it passes on: " + shortest(std::round(loss.value())) + " W at the full load of " +
          shortest(std::round(load.value())) + " W");
    each += std::min(loss, load) / servers;
  }
}

namespace {

void check_steps_of(const VariantSpec& variant, const Scope& service, const Scope& hardware) {
  const GpuSpec& gpu = variant.hardware.gpu;
  const ServedModel model(variant);
  StepShape step;
  step.decodes = 1;
  for (const Hertz clock : {gpu.max_clock, gpu.min_clock}) {
    const double time_s = model.performance->cost(step, clock).duration(1).value();
    if (time_s >= kStepTime.min && time_s <= kStepTime.max) continue;
    service.problem("a decode step of one sequence would take " + shortest(time_s) + " s at " +
                    shortest(clock.value() / 1e6) + " MHz; steps take from 1e-6 to 1e6 s");
    return;
  }
  if (variant.steps.kind != StepTimesKind::roofline) return;  // its tables need not know such steps
  const auto tokens = static_cast<double>(model.kv_capacity_tokens);
  const LargestStep largest{std::min(tokens, kMostSequences), tokens, tokens};
  if (auto what = check_draws(*model.performance, *model.power, gpu, largest); !what.empty())
    hardware.at("gpu_power").problem(std::move(what));
}

}  // namespace

void check_steps(const Scenario& scenario, const Scope& root) {
  const auto services = scenario.all_services();
  std::vector<Scope> types{root.at("hardware")};
  for (const auto& [name, unused] : scenario.server_types)
    types.push_back(root.at("server_types").at(name).at("hardware"));
  for (const VariantSpec& variant : variants_of(scenario)) {
    const Scope service = services[variant.service.index()].at(root);
    const Scope hardware = types[variant.server_type.index()];
    if (variant.steps.by_units()) continue;  // it makes no decode steps
    if (!service.sound() || !hardware.sound()) continue;
    check_steps_of(variant, variant.name.empty() ? service : service.at("variants").at(variant.name), hardware);
  }
}

}  // namespace headroom
