#include "predict/prediction.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <limits>
#include <memory>

#include "model/draw_check.hpp"
#include "model/error_interval.hpp"
#include "model/gpu_memory.hpp"
#include "model/performance/divided_model.hpp"
#include "model/performance/roofline.hpp"
#include "model/power/gpu_power.hpp"
#include "model/prefill_run.hpp"
#include "model/steady_state.hpp"
#include "predict/open_answer.hpp"

namespace headroom {
namespace {

Json inputs_of(const PredictionInput& input) {
  Json row = {{"hardware", input.hardware->name},
              {"model", input.model->name},
              {"stack", input.stack->name},
              {"tensor_parallel", input.tensor_parallel},
              {"batch", input.batch},
              {"prompt_tokens", input.prompt_tokens},
              {"output_tokens", input.output_tokens},
              {"context_tokens", input.context_tokens},
              {"clock_mhz", input.clock.value() / 1e6},
              {"input_data", input.input_data}};
  if (input.parallelism.parts() > 1) {
    row["pipeline_stages"] = input.parallelism.stages;
    row["kv_groups"] = input.parallelism.kv_groups;
  }
  if (input.cap) row["cap_w"] = input.cap->value();
  if (input.rate_per_s) {
    row["rate_per_s"] = *input.rate_per_s;
    row["max_batch_sequences"] = input.max_batch_sequences;
  }
  return row;
}

/// The most that a GPU draws in a step: its limits overshoot for a moment, and a cap takes its time to act.
Power peak_of(const ClampedStep& step, const HardwareConfig& hardware) {
  const LimitSpec& limits = hardware.limits;
  const Power tdp = hardware.gpu.tdp;
  const Power first = limits.overshoot > Seconds()      ? tdp * limits.overshoot_ratio
                      : limits.cap_response > Seconds() ? tdp
                                                        : step.gpu_power;
  return std::max(step.gpu_power, std::min(step.demand, first));
}

void add_steps(const PredictionInput& input, const LimitedGpu& gpu, Json& row) {
  const PromptSteps steps{input.stack->mixes_prefill, input.stack->step_tokens};
  const ClampedStep prefill = run_prefill(gpu, steps, input.batch, input.prompt_tokens);
  const ClampedStep decode = run_step(gpu, decode_step(input.batch, input.context_tokens));
  row["prefill_s"] = prefill.duration.value();
  row["decode_step_s"] = decode.duration.value();
  row["prefill_gpu_w"] = prefill.gpu_power.value();
  row["decode_gpu_w"] = decode.gpu_power.value();
  row["peak_gpu_w"] = std::max(peak_of(prefill, *input.hardware), peak_of(decode, *input.hardware)).value();
  row["prefill_clock_mhz"] = prefill.clock.value() / 1e6;
  row["decode_clock_mhz"] = decode.clock.value() / 1e6;
}

void add_steady_state(const PredictionInput& input, const LimitedGpu& gpu, Json& row) {
  const SteadyState steady = steady_state(gpu, load_of(input));
  row["steady_itl_s"] = steady.inter_token ? Json(steady.inter_token->value()) : Json();
  row["steady_mean_itl_s"] = steady.mean_inter_token ? Json(steady.mean_inter_token->value()) : Json();
  row["steady_output_tokens_per_s"] = steady.output_tokens_per_s;
  row["steady_gpu_w"] = steady.gpu_power.value();
  row["steady_energy_per_output_token_j"] = input.gpus() * steady.gpu_power.value() / steady.output_tokens_per_s;
}

void add_memory(const PredictionInput& input, Json& row) {
  const double tokens = std::floor(kv_capacity_tokens(input));
  const double largest = std::floor(tokens / (input.prompt_tokens + input.output_tokens));
  row["kv_capacity_tokens"] = static_cast<std::uint64_t>(tokens);
  row["max_batch"] = static_cast<std::uint64_t>(largest);
  row["fits"] = input.batch <= largest && input.batch * input.context_tokens <= tokens;
}

/// Beside each value between which two four of five measurements are to be expected.
void add_intervals(const PredictionInput& input, Json& row) {
  constexpr std::array kTimes = {"decode_step_s", "steady_itl_s", "steady_mean_itl_s"};
  constexpr std::array kDraws = {"prefill_gpu_w", "decode_gpu_w", "steady_gpu_w"};
  const auto& known = input.stack->on(input.hardware->gpu.name, input.by_data_sheet).errors;
  const ErrorKind kind = error_kind_of(*input.model);
  const Neighbourhood at{input.batch, static_cast<double>(input.tensor_parallel), input.context_tokens};
  const auto add = [&](const std::string& key, const ErrorRange& range, double most) {
    const Json& value = row[key];
    row[key + "_low"] = value.is_null() ? Json() : Json(value.get<double>() * range.low);
    row[key + "_high"] = value.is_null() ? Json() : Json(std::min(value.get<double>() * range.high, most));
  };
  constexpr double kAny = std::numeric_limits<double>::infinity();
  const ErrorRange step = error_range(known, kind, ErrorQuantity::step, at);
  for (const char* key : kTimes) add(key, step, kAny);
  add("steady_output_tokens_per_s", {1 / step.high, 1 / step.low}, kAny);
  add("prefill_s", error_range(known, kind, ErrorQuantity::prefill, at), kAny);
  const double tdp = input.hardware->gpu.tdp.value();
  for (const char* key : kDraws)
    add(key, error_range(known, kind, ErrorQuantity::power, at), std::max(tdp, row[key].get<double>()));
  add("steady_energy_per_output_token_j", error_range(known, kind, ErrorQuantity::energy, at), kAny);
  row["interval_kind"] = std::string(words_of(kind)[static_cast<std::size_t>(kind)]);
  row["interval_measured"] = input.parallelism.parts() == 1 && is_measured(known, kind, ErrorQuantity::step, at) &&
                             is_measured(known, kind, ErrorQuantity::power, at);
}

/// What says how long the steps of a prediction take, and what they draw.
struct PredictedModels {
  explicit PredictedModels(const PredictionInput& input)
      : performance(divided(std::make_unique<RooflineModel>(
                                *input.model, input.hardware->gpu,
                                input.stack->on(input.hardware->gpu.name, input.by_data_sheet), input.tensor_parallel),
                            input.parallelism)),
        power(input.hardware->gpu_power, input.hardware->gpu,
              flop_energy_ratio(input.hardware->gpu_power, input.hardware->gpu, input.input_data)) {}

  std::unique_ptr<const PerformanceModel> performance;
  EnergyRoofline power;
};

}  // namespace

double kv_capacity_tokens(const PredictionInput& input) {
  return input.parallelism.kv_groups * kv_capacity_tokens(*input.model, input.hardware->gpu, *input.stack,
                                                          input.tensor_parallel, input.parallelism.stages);
}

SteadyLoad load_of(const PredictionInput& input) {
  return {input.batch,          input.prompt_tokens,        input.output_tokens,
          input.context_tokens, input.stack->mixes_prefill, input.stack->step_tokens};
}

std::string check_draws(const PredictionInput& input) {
  const PredictedModels models(input);
  return check_draws(*models.performance, models.power, input.hardware->gpu,
                     {input.batch, input.batch * input.context_tokens, input.batch * input.prompt_tokens});
}

Json predict(const PredictionInput& input) {
  const GpuSpec& spec = input.hardware->gpu;
  const PredictedModels models(input);
  const Power limit = input.cap ? std::min(*input.cap, spec.tdp) : spec.tdp;
  const LimitedGpu gpu{*models.performance, models.power, input.clock, spec.min_clock, limit};
  Json row = inputs_of(input);
  add_steps(input, gpu, row);
  add_steady_state(input, gpu, row);
  add_memory(input, row);
  add_intervals(input, row);
  if (input.rate_per_s) add_open_load(input, gpu, row);
  return row;
}

}  // namespace headroom
