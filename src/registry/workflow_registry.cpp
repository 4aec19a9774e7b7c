#include "registry/workflow_registry.hpp"

#include <algorithm>
#include <cmath>

#include "base/text.hpp"
#include "config/document.hpp"
#include "config/reader.hpp"

namespace headroom {
namespace {

constexpr Range kPercent = Range::between(0, 100);
constexpr Range kTokens = Range::between(1, 1e9);

bool has_point(const WorkflowRegistry& registry, const auto& llm) {
  return std::ranges::any_of(registry.points, [&](const ServingPoint& point) { return point.llm == llm; });
}

void check_points(const WorkflowRegistry& registry, const Scope& scope) {
  if (registry.points.empty()) scope.problem("must have at least one operating point");
  for (std::size_t i = 0; i < registry.points.size(); ++i)
    if (!registry.gpus.contains(registry.points[i].gpu))
      scope.at(i).at("gpu").problem("/gpus knows no \"" + registry.points[i].gpu + "\"");
}

void check_configurations(const WorkflowRegistry& registry, const std::string& name, const Scope& scope) {
  const Workflow& workflow = registry.workflows.at(name);
  for (std::size_t i = 0; i < workflow.configurations.size(); ++i)
    if (const std::string& llm = workflow.configurations[i].llm; !has_point(registry, llm))
      scope.at("configurations").at(i).at("llm").problem("no operating point of /points is of \"" + llm + "\"");
  const auto is_baseline = [&](const WorkflowConfiguration& configuration) {
    return configuration.llm == registry.baseline.llm && configuration.knobs == workflow.baseline_knobs;
  };
  if (std::ranges::none_of(workflow.configurations, is_baseline))
    scope.at("baseline_knobs").problem("no configuration is of \"" + registry.baseline.llm + "\" with these knobs");
}

}  // namespace

void WorkflowGpu::fields(Fields& f) {
  f("gpu_name", gpu_name,
    "as /hardware/gpu/name of the servers where a scenario runs it; absent: as it is called here");
  f.required("usd_per_h", usd_per_h, "price of one", Range::between(0, 1e6));
  f.required("busy_w", busy, "of one that generates", Range::power());
  f.required("idle_w", idle, "of one whose instance waits", Range::power());
  f("most_gpus", most_gpus, "that there are; absent: no limit", Range::between(0, 1e7));
}

void WorkflowGpu::check(const Scope& scope) const {
  if (idle > busy) scope.at("idle_w").problem("must not be above busy_w");
}

void ServingPoint::fields(Fields& f) {
  f.required("llm", llm, "what it runs");
  f.required("gpu", gpu, "one of /gpus");
  f.required("tensor_parallel", tensor_parallel, "GPUs of an instance", Range::between(1, 1024));
  f.required("tpot_s", tpot, "time per output token at that load", Range::between(1e-6, 1e3));
  f.required("tokens_per_s", tokens_per_s, "that an instance generates", Range::between(1e-3, 1e9));
}

std::string ServingPoint::name() const {
  return llm + " on " + std::to_string(tensor_parallel) + " " + gpu + " at " + shortest(tokens_per_s) + "/s";
}

void WorkflowConfiguration::fields(Fields& f) {
  f.required("llm", llm, "that it calls, one of those of /points");
  f.required("knobs", knobs, "its other settings, in a few words");
  f.required("accuracy_percent", accuracy_percent, "of its answers", kPercent);
  f.required("tokens_p50", tokens_p50, "median of the tokens that all LLM calls of a request generate", kTokens);
  f.required("tokens_p90", tokens_p90, "90th percentile of these", kTokens);
}

void WorkflowConfiguration::check(const Scope& scope) const {
  if (tokens_p90 < tokens_p50) scope.at("tokens_p90").problem("must not be below tokens_p50");
}

void WorkflowSlo::fields(Fields& f) {
  f.required("kind", kind, "what it bounds: accuracy from below, latency from above");
  f.required("tier", tier, "which of the workflow's tiers of that kind");
  f.required("fraction", fraction, "of the workflow's requests", Range::fraction());
}

void Workflow::fields(Fields& f) {
  f.required("load", load, "requests in each minute of the day");
  f.required("accuracy_tiers_percent", accuracy_tiers_percent, "what the tiers best, good, fair, basic ask for",
             kPercent);
  f.required("latency_tiers_s", latency_tiers_s, "likewise, of the time that a request takes",
             Range::between(1e-3, 1e6));
  f("least_accuracy_percent", least_accuracy_percent, "what requests with a latency SLO get at least", kPercent);
  f.required("baseline_knobs", baseline_knobs,
             "of the static deployment: of a configuration with the LLM of /baseline");
  f.required("configurations", configurations, "ways to do it");
  f.required("slos", slos, "parts of its requests, and their SLO; the fractions sum to 1");
}

void Workflow::check(const Scope& scope) const {
  if (accuracy_tiers_percent.size() != kSloTiers) scope.at("accuracy_tiers_percent").problem("must be four values");
  if (latency_tiers_s.size() != kSloTiers) scope.at("latency_tiers_s").problem("must be four values");
  double sum = 0;
  for (const WorkflowSlo& slo : slos) sum += slo.fraction;
  if (std::abs(sum - 1) > 1e-9) scope.at("slos").problem("the fractions sum to " + shortest(sum) + ", not to 1");
}

void BaselinePoint::fields(Fields& f) {
  f.required("llm", llm, "what serves everything in the static deployment");
  f.required("gpu", gpu, "on these");
  f.required("tensor_parallel", tensor_parallel, "on so many", Range::between(1, 1024));
}

void WorkflowRegistry::fields(Fields& f) {
  f.required("name", name, "what the registry is called");
  f("source", source, "where the numbers come from");
  f("epoch_min", epoch_min, "instances are planned anew so often", Range::between(1, 1e5));
  f("start_min", start_min, "how long an instance takes to start", Range::between(0, 1e5));
  f("alpha_ratio", alpha_ratio, "at most this times the demand of an SLO is planned for", Range::between(1, 100));
  f("multiplexing_ratio", multiplexing_ratio, "times the tokens that requests ask for, what they take of an instance",
    Range::between(1e-3, 1e3));
  f("ttft_s", ttft, "time to the first token of a request", Range::delay());
  f("objective", objective, "what is to be small");
  f("forecast", forecast, "what the plan of an epoch knows: its largest minute, or the weighted mean of those before");
  f("forecast_weight", forecast_weight, "of the last epoch in that mean", Range::fraction());
  f("on_shortage", on_shortage, "where GPUs are too few: refuse, or serve as many requests as they can");
  f("most_nodes", most_nodes, "of the search for the best plan", Range::between(1, 1e9));
  f.required("baseline", baseline, "the static deployment");
  f.required("gpus", gpus, "by name");
  f.required("points", points, "operating points of LLMs");
  f.required("workflows", workflows, "by name");
}

void WorkflowRegistry::check(const Scope& scope) const {
  if (workflows.empty()) scope.at("workflows").problem("must have at least one workflow");
  check_points(*this, scope.at("points"));
  for (const auto& [workflow, unused] : workflows)
    check_configurations(*this, workflow, scope.at("workflows").at(workflow));
  const auto is_baseline = [this](const ServingPoint& point) {
    return point.llm == baseline.llm && point.gpu == baseline.gpu && point.tensor_parallel == baseline.tensor_parallel;
  };
  if (std::ranges::none_of(points, is_baseline)) scope.at("baseline").problem("no operating point of /points is so");
}

WorkflowRegistry load_registry(const std::string& name, const ConfigFolders& folders,
                               const std::vector<std::string>& sets) {
  const auto file = folders.file_of("registry", name, "", "registry");
  Document document(file, folders);
  for (const Override& override : parse_overrides(sets)) document.put(override);
  document.drop_description();
  WorkflowRegistry registry;
  registry.file = file.string();
  read_config(document, registry);
  return registry;
}

}  // namespace headroom
