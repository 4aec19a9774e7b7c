#include "scenario/model_catalogue.hpp"

#include <algorithm>
#include <cmath>

#include "headroom/elementary.hpp"
#include "model/power/gpu_power.hpp"
#include "model/steady_state.hpp"

namespace headroom {

ModelCatalogue::ModelCatalogue(const Scenario& scenario) {
  if (scenario.policy.batching.value) most_sequences_ = scenario.policy.batching.value->most_sequences();
  for (const VariantSpec& variant : variants_of(scenario))
    entries_.push_back({variant, std::make_unique<ServedModel>(variant)});
  for (const HardwareConfig* type : scenario.types()) types_.push_back({*type, {type->server, type->gpu.tdp}});
}

Estimate ModelCatalogue::estimate(VariantId id, const Load& load, Hertz clock) const {
  const auto& [spec, model] = entries_[id.index()];
  if (!spec.steps.has_model()) return {};
  const GpuSpec& card = spec.hardware.gpu;
  const LimitedGpu gpu{*model->performance, *model->power, clock, card.min_clock, card.tdp};
  const double outputs = load.output_tokens > 1 ? std::max(2.0, load.output_tokens) : 1.0;
  const auto at = [&](double batch) {
    return steady_state(gpu, {batch, load.input_tokens, outputs, load.input_tokens + outputs / 2,
                              spec.stack.mixes_prefill, spec.stack.step_tokens});
  };
  const auto completions_per_s = [&](const SteadyState& state) { return state.output_tokens_per_s / outputs; };
  const double fitting = std::floor(static_cast<double>(model->kv_capacity_tokens) / (load.input_tokens + outputs));
  const double most = std::min<double>(fitting, std::min(most_sequences_, load.most_in_batch));
  Estimate estimate;
  if (most < 1 || completions_per_s(at(most)) < load.rate_per_s) return estimate;
  estimate.sustained = true;
  // With so many in flight on average, as a Poisson number, the instance works for this share of the time.
  const auto busy = [](double in_flight) { return 1 - portable::exp(-in_flight); };
  const auto in_batch = [&](double in_flight) { return std::min(most, in_flight / busy(in_flight)); };
  double low = 0, high = most;
  while (high - low > 1e-4 * high) {
    const double middle = (low + high) / 2;
    const double done = completions_per_s(at(in_batch(middle))) * busy(middle);
    (done < load.rate_per_s ? low : high) = middle;
  }
  estimate.batch = high;
  const double share = busy(high);
  const SteadyState state = at(in_batch(high));
  const double idle = model->power->idle_loaded().value();
  estimate.ttft = run_step(gpu, prefill_step(1, load.input_tokens)).duration;
  estimate.tbt = state.inter_token.value_or(Seconds());
  estimate.gpus = Power((state.gpu_power.value() * share + idle * (1 - share)) * spec.gpus);
  return estimate;
}

Seconds ModelCatalogue::runtime(VariantId id, const Request& request) const {
  const auto& [spec, model] = entries_[id.index()];
  const Hertz clock = spec.hardware.gpu.max_clock;
  StepShape prompt = prefill_step(1, request.input_tokens);
  prompt.work = request.work;
  const Seconds first = model->performance->cost(prompt, clock).duration(0);
  const double others = request.output_tokens - 1.0;
  if (others <= 0) return first;
  StepShape step;
  step.decodes = 1;
  step.decode_context_tokens = request.input_tokens + others / 2;
  return first + model->performance->cost(step, clock).duration(step.decode_context_tokens) * others;
}

Energy ModelCatalogue::energy(VariantId id, const Request& request) const {
  const auto& [spec, model] = entries_[id.index()];
  const GpuSpec& card = spec.hardware.gpu;
  const Power most = spec.on_cores() ? PowerLimiter::kUnlimited : card.tdp;
  const LimitedGpu gpu{*model->performance, *model->power, card.max_clock, card.min_clock, most};
  const auto of_gpu = [&](const StepShape& shape) {
    const ClampedStep step = run_step(gpu, shape);
    return step.gpu_power * step.duration;
  };
  StepShape prompt = prefill_step(1, request.input_tokens);
  prompt.work = request.work;
  Energy sum = of_gpu(prompt);
  if (const double others = request.output_tokens - 1.0; others > 0)
    sum += of_gpu(decode_step(1, request.input_tokens + others / 2)) * others;
  return sum * (spec.on_cores() ? 1.0 : static_cast<double>(spec.gpus));
}

Power ModelCatalogue::idle_instance(VariantId id) const {
  const auto& [spec, model] = entries_[id.index()];
  return model->power->idle_loaded() * static_cast<double>(spec.gpus);
}

Power ModelCatalogue::server_input(TypeId type, Power gpus) const {
  return types_[type.index()].server.inlet(gpus);
}

double ModelCatalogue::draw_ratio(TypeId type, Hertz clock) const {
  const HardwareConfig& hardware = types_[type.index()].hardware;
  const double ratio = clock / hardware.gpu.max_clock;
  const double voltage = voltage_fraction(hardware.gpu_power, ratio);
  return ratio * voltage * voltage;
}

}  // namespace headroom
