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

/// A step of one token must fit, at the highest clock, once there is something in the stages of a pipeline.
void check_time_budget(const VariantSpec& variant, Seconds budget, const Scope& scope) {
  StepShape step;
  step.add_prefill(1, 1, 1);
  const Seconds least = ServedModel(variant).performance->cost(step, variant.hardware.gpu.max_clock).duration(0);
  if (budget < least)
    scope.problem("is less than the " + shortest(std::round(least.value() * 1e6) / 1e3) +
                  " ms that a step of one token takes on " + variant.hardware.gpu.name + " (" + variant.model.name +
                  "): nothing could ever run");
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
    const Scope batching = root.at("policy").at("batching").at("time_budget_ms");
    if (const auto& scheduler = scenario.policy.batching.value;
        scheduler && scheduler->time_budget() && batching.sound())
      check_time_budget(variant, *scheduler->time_budget(), batching);
    check_steps_of(variant, variant.name.empty() ? service : service.at("variants").at(variant.name), hardware);
  }
}

void check_prompt_lengths(const Scenario& scenario, const Scope& root) {
  const auto variants = variants_of(scenario);
  const Scope here = root.at("workload").at("synthetic");
  if (!scenario.workload.synthetic || variants.empty() || !here.sound()) return;
  double most = 0;
  for (const VariantSpec& variant : variants) most = std::max(most, kv_capacity_tokens(variant));
  const auto& classes = scenario.workload.synthetic->classes;
  for (std::size_t i = 0; i < classes.size(); ++i)
    if (const double least = classes[i].input.value->least_tokens(); classes[i].share > 0 && least + 1 > most)
      here.at("classes").at(i).at("input").problem("has no prompt below " + shortest(least) +
                                                   " tokens, but the KV memory of an instance holds " + shortest(most));
}

}  // namespace headroom
