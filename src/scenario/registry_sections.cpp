#include "scenario/registry_sections.hpp"

#include <algorithm>
#include <cmath>
#include <numeric>

#include "base/text.hpp"
#include "config/reader.hpp"
#include "registry/day_plan.hpp"

namespace headroom {
namespace {

constexpr double kSecondsOfMinute = 60;
constexpr double kPerCent = 100;
/// What a generated request asks for before a variant answers it.
const Json kOneToken = {{"kind", "fixed"}, {"tokens", 1U}};

Json answers_json(const WorkflowConfiguration& configuration) {
  return {{"tokens_p50", configuration.tokens_p50},
          {"tokens_p90", configuration.tokens_p90},
          {"quality", configuration.accuracy_percent / kPerCent}};
}

/// By type of request; `configuration(bound)` may be none.
template <class ConfigurationOf>
Json all_answers(const WorkflowRegistry& registry, ConfigurationOf configuration_of) {
  Json answers = Json::object();
  for (const auto& [name, workflow] : registry.workflows)
    for (const WorkflowSlo& slo : workflow.slos)
      if (const WorkflowConfiguration* found = configuration_of(SloBound{&workflow, slo.kind, slo.tier}))
        answers[type_of_requests(name, slo)] = answers_json(*found);
  return answers;
}

/// An instance of an operating point has as many sequences as tokens/s are times between two tokens (Little's law).
Json steps_json(const WorkflowRegistry& registry, const ServingPoint& point) {
  const double sequences = std::max(1.0, std::round(point.tokens_per_s * point.tpot.value()));
  const WorkflowGpu& gpu = registry.gpus.at(point.gpu);
  const Power busy = gpu.busy * point.tensor_parallel;
  return {{"kind", "points"},
          {"points", Json::array({{{"gpu", gpu.gpu_name.empty() ? point.gpu : gpu.gpu_name},
                                   {"gpus", point.tensor_parallel},
                                   {"sequences", static_cast<std::uint64_t>(sequences)},
                                   {"tpot_s", point.tpot.value()},
                                   {"power_w", busy.value()}}})}};
}

Json service_json(const WorkflowRegistry& registry) {
  const Workflow& first = registry.workflows.begin()->second;
  const ServingPoint& baseline = *baseline_option(registry, first).point;
  Json pools = Json::array({{{"name", kBaselinePool}, {"serves", {"all"}}, {"instances", {{"service", 0U}}}}});
  Json variants = Json::object();
  for (std::size_t m = 0; m < registry.points.size(); ++m) {
    const ServingPoint& point = registry.points[m];
    const std::string name = pool_of_point(point);
    variants[name] = {{"tensor_parallel", point.tensor_parallel},
                      {"steps", steps_json(registry, point)},
                      {"answers", all_answers(registry, [&](const SloBound& bound) {
                         return configuration_on(registry, bound, m);
                       })}};
    pools.push_back({{"name", name}, {"serves", Json::array()}, {"instances", {{name, 0U}}}});
  }
  const double start_s = registry.start_min * kSecondsOfMinute;
  return {{"tensor_parallel", baseline.tensor_parallel},
          {"steps", steps_json(registry, baseline)},
          {"answers", all_answers(registry,
                                  [&](const SloBound& bound) {
                                    return baseline_option(registry, *bound.workflow).configuration;
                                  })},
          {"variants", std::move(variants)},
          {"pools", std::move(pools)},
          {"max_waiting_requests", 1'000'000U},
          {"start", {{"boot_s", 0U}, {"warmup_s", start_s}, {"reshard_s", start_s}}},
          {"drain", {{"limit_s", 3600U}}}};
}

Json requests_json(const std::string& name, const Workflow& workflow) {
  const std::vector<double> minutes = minute_load(workflow.load);
  const double mean = std::accumulate(minutes.begin(), minutes.end(), 0.0) / static_cast<double>(minutes.size());
  Json classes = Json::array();
  for (const WorkflowSlo& slo : workflow.slos)
    classes.push_back({{"name", type_of_requests(name, slo)},
                       {"share", slo.fraction},
                       {"high_priority_share", 1U},
                       {"input", kOneToken},
                       {"output", kOneToken}});
  return {{"rate_per_s", mean / kSecondsOfMinute},
          {"rate_curve", {{"values", minutes}, {"step_s", kSecondsOfMinute}}},
          {"classes", std::move(classes)}};
}

Json slo_json(const WorkflowRegistry& registry) {
  Json slos = Json::object();
  for (const auto& [name, workflow] : registry.workflows)
    for (const WorkflowSlo& slo : workflow.slos) {
      const double bound = SloBound{&workflow, slo.kind, slo.tier}.value();
      slos[type_of_requests(name, slo)] =
          slo.kind == SloKind::accuracy ? Json{{"quality", bound / kPerCent}} : Json{{"e2e_s", bound}};
    }
  return slos;
}

}  // namespace

std::string pool_of_point(const ServingPoint& point) {
  return point.llm + "_" + std::to_string(point.tensor_parallel) + "x" + point.gpu + "_" + shortest(point.tokens_per_s);
}

std::string type_of_requests(const std::string& workflow, const WorkflowSlo& slo) {
  return workflow + "_" + std::string(word_of(slo.kind)) + "_" + std::string(word_of(slo.tier));
}

const WorkflowConfiguration* configuration_on(const WorkflowRegistry& registry, const SloBound& bound,
                                              std::size_t point) {
  const WorkflowConfiguration* least = nullptr;
  for (const WorkflowOption& option : keeping_options(registry, bound))
    if (option.point_number == point && (least == nullptr || option.configuration->tokens_p90 < least->tokens_p90))
      least = option.configuration;
  return least;
}

void fill_from_registry(Document& scenario, const std::string& file) {
  if (!scenario.json().contains("registry")) return;
  WorkflowRegistry registry;
  read_config(Document(scenario, "/registry"), registry);
  registry.file = file;
  registry.root = "/registry";
  const RegistryDay day(registry);
  for (const SloDemand& demand : demands_of(registry, day, 0)) (void)options_of(registry, demand.bound);
  Json workload = Json::object();
  for (const auto& [name, workflow] : registry.workflows) {
    Json requests = requests_json(name, workflow);
    if (!workload.contains("synthetic")) workload["synthetic"] = std::move(requests);
    else workload["also"].push_back(std::move(requests));
  }
  scenario.fill("/workload", std::move(workload));
  scenario.fill(std::string("/services/") + kWorkflowService, service_json(registry));
  scenario.fill("/slo", slo_json(registry));
}

}  // namespace headroom
