#include "predict/step_export.hpp"

#include <array>
#include <set>

#include "config/csv.hpp"
#include "scenario/served_model.hpp"

namespace headroom {
namespace {

constexpr std::array<const char*, 8> step_columns{"model",        "hardware",      "tensor_parallel", "stack",
                                                  "batch_tokens", "prompt_time_s", "token_time_s",    "context_tokens"};

double seconds_of(const StepShape& step, const PerformanceModel& model, const GpuSpec& gpu) {
  return model.cost(step, gpu.max_clock).duration(step.decode_context_tokens).value();
}

double prompt_s(double tokens, const PerformanceModel& model, const GpuSpec& gpu) {
  StepShape step;
  step.add_prefill(1, tokens, 0);
  return seconds_of(step, model, gpu);
}

double decodes_s(double tokens, double context_tokens, const PerformanceModel& model, const GpuSpec& gpu) {
  StepShape step;
  step.decodes = tokens;
  step.decode_context_tokens = tokens * context_tokens;
  return seconds_of(step, model, gpu);
}

}  // namespace

std::string step_tables(const Scenario& scenario, std::span<const double> batch_tokens, double context_tokens) {
  Json rows = Json::array();
  std::set<Json> said;
  for (const VariantSpec& variant : variants_of(scenario)) {
    if (!variant.steps.has_model()) continue;
    const GpuSpec& gpu = variant.hardware.gpu;
    const Json named{{"model", variant.model.name},
                     {"hardware", variant.hardware.name},
                     {"tensor_parallel", variant.tensor_parallel},
                     {"stack", variant.stack.name}};
    if (!said.insert(named).second) continue;
    const ServedModel model(variant);
    for (const double tokens : batch_tokens) {
      Json row = named;
      row["batch_tokens"] = tokens;
      row["prompt_time_s"] = prompt_s(tokens, *model.performance, gpu);
      row["token_time_s"] = decodes_s(tokens, context_tokens, *model.performance, gpu);
      row["context_tokens"] = context_tokens;
      rows.push_back(std::move(row));
    }
  }
  return csv_table({step_columns.begin(), step_columns.end()}, rows);
}

}  // namespace headroom
