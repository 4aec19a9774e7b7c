#include "registry/configuration_choice.hpp"

#include <algorithm>
#include <cmath>
#include <string>

#include "base/problem.hpp"
#include "base/special_functions.hpp"
#include "base/text.hpp"
#include "headroom/elementary.hpp"

namespace headroom {
namespace {

constexpr double kSecondsPerHour = 3600;
constexpr double kNormalP90 = 1.2815515655446004;  // 90th percentile of a standard normal

std::vector<WorkflowOption> all_options(const WorkflowRegistry& registry, const Workflow& workflow) {
  std::vector<WorkflowOption> options;
  for (const WorkflowConfiguration& configuration : workflow.configurations)
    for (std::size_t i = 0; i < registry.points.size(); ++i)
      if (registry.points[i].llm == configuration.llm) options.push_back({&configuration, &registry.points[i], i});
  return options;
}

Seconds median_time(const WorkflowRegistry& registry, const WorkflowOption& option) {
  return request_time(registry, *option.point, option.configuration->tokens_p50);
}

bool accurate(const WorkflowOption& option, const SloBound& bound) {
  return option.configuration->accuracy_percent >=
         (bound.kind == SloKind::accuracy ? bound.value() : bound.workflow->least_accuracy_percent);
}

bool keeps(const WorkflowRegistry& registry, const WorkflowOption& option, const SloBound& bound) {
  return accurate(option, bound) &&
         (bound.kind == SloKind::accuracy || median_time(registry, option).value() <= bound.value());
}

[[noreturn]] void refuse(const WorkflowRegistry& registry, const SloBound& bound,
                         const std::vector<WorkflowOption>& all) {
  const auto named = std::ranges::find_if(registry.workflows,
                                          [&](const auto& workflow) { return &workflow.second == bound.workflow; });
  const std::string what = word_of(bound.kind),
                    tiers = what == "accuracy" ? "accuracy_tiers_percent" : "latency_tiers_s";
  const std::string where = registry.where("/workflows/" + pointer_step(named->first) + "/" + tiers + "/" +
                                           std::to_string(static_cast<std::size_t>(bound.tier)));
  if (bound.kind == SloKind::accuracy) {
    const auto closest = std::ranges::max_element(
        all, {}, [](const WorkflowOption& option) { return option.configuration->accuracy_percent; });
    throw InputError(where, "no configuration has an accuracy of " + shortest(bound.value()) + " %: the closest, " +
                                closest->configuration->name() + ", has " +
                                shortest(closest->configuration->accuracy_percent) + " %");
  }
  std::vector<WorkflowOption> accurate_ones = all;
  std::erase_if(accurate_ones, [&](const WorkflowOption& option) { return !accurate(option, bound); });
  const std::string floor = shortest(bound.workflow->least_accuracy_percent) + " %";
  if (accurate_ones.empty()) throw InputError(where, "no configuration has the least accuracy of " + floor);
  const auto closest = std::ranges::min_element(
      accurate_ones, {}, [&](const WorkflowOption& option) { return median_time(registry, option); });
  throw InputError(where, "no configuration of at least " + floor + " accuracy takes " + shortest(bound.value()) +
                              " s or less: the closest, " + closest->configuration->name() + " with " +
                              closest->point->name() + ", takes " + shortest(median_time(registry, *closest).value()) +
                              " s");
}

}  // namespace

double SloBound::value() const {
  return (kind == SloKind::accuracy ? workflow->accuracy_tiers_percent
                                    : workflow->latency_tiers_s)[static_cast<std::size_t>(tier)];
}

Seconds request_time(const WorkflowRegistry& registry, const LlmPoint& point, double tokens) {
  return registry.ttft + point.tpot * tokens;
}

double share_within(const WorkflowRegistry& registry, const WorkflowOption& option, double seconds) {
  const WorkflowConfiguration& configuration = *option.configuration;
  const double tokens = (Seconds(seconds) - registry.ttft) / option.point->tpot;
  if (tokens <= 0) return 0;
  const double above_median = portable::log(tokens / configuration.tokens_p50);
  const double sigma = portable::log(configuration.tokens_p90 / configuration.tokens_p50) / kNormalP90;
  if (sigma == 0) return above_median >= 0 ? 1 : 0;
  return normal_below(above_median / sigma);
}

double cost_of_instance(const WorkflowRegistry& registry, const LlmPoint& point, PlanObjective objective) {
  const WorkflowGpu& gpu = registry.gpus.at(point.gpu);
  const double gpus = point.tensor_parallel;
  switch (objective) {
    case PlanObjective::gpus:
      return gpus;
    case PlanObjective::energy:
      return gpus * gpu.busy.value();
    case PlanObjective::cost:
      break;
  }
  return gpus * gpu.usd_per_h;
}

double cost_of_request(const WorkflowRegistry& registry, const WorkflowOption& option, PlanObjective objective) {
  const double hours = option.configuration->tokens_p90 / option.point->tokens_per_s / kSecondsPerHour;
  return hours * cost_of_instance(registry, *option.point, objective);
}

std::vector<WorkflowOption> keeping_options(const WorkflowRegistry& registry, const SloBound& bound) {
  std::vector<WorkflowOption> options = all_options(registry, *bound.workflow);
  std::erase_if(options, [&](const WorkflowOption& option) { return !keeps(registry, option, bound); });
  return options;
}

std::vector<WorkflowOption> options_of(const WorkflowRegistry& registry, const SloBound& bound) {
  std::vector<WorkflowOption> options = keeping_options(registry, bound);
  if (options.empty()) refuse(registry, bound, all_options(registry, *bound.workflow));
  return options;
}

std::optional<WorkflowOption> best_option(const WorkflowRegistry& registry, const SloBound& bound) {
  const std::vector<WorkflowOption> options = keeping_options(registry, bound);
  if (options.empty()) return std::nullopt;
  return *std::ranges::min_element(
      options, {}, [&](const WorkflowOption& option) { return cost_of_request(registry, option, registry.objective); });
}

WorkflowOption baseline_option(const WorkflowRegistry& registry, const Workflow& workflow) {
  const BaselinePoint& wanted = registry.baseline;
  const std::vector<WorkflowOption> all = all_options(registry, workflow);
  return *std::ranges::find_if(all, [&](const WorkflowOption& option) {
    return option.point->llm == wanted.llm && option.point->gpu == wanted.gpu &&
           option.point->tensor_parallel == wanted.tensor_parallel &&
           option.configuration->knobs == workflow.baseline_knobs;
  });
}

}  // namespace headroom
