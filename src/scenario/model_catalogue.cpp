#include "scenario/model_catalogue.hpp"

#include <cmath>

#include "headroom/elementary.hpp"
#include "model/steady_state.hpp"

namespace headroom {
namespace {

/// Requests that an instance ends per second where it always has so many in flight.
double completions_per_s(const SteadyState& state, const Load& load) {
  return state.output_tokens_per_s / load.output_tokens;
}

}  // namespace

ModelCatalogue::ModelCatalogue(const Scenario& scenario) {
  for (const VariantSpec& variant : variants_of(scenario))
    entries_.push_back({variant, std::make_unique<ServedModel>(variant)});
}

Estimate ModelCatalogue::estimate(VariantId id, const Load& load, Hertz clock) const {
  const auto& [spec, model] = entries_[id.index()];
  const GpuSpec& card = spec.hardware.gpu;
  const LimitedGpu gpu{*model->performance, model->power, clock, card.min_clock, card.tdp};
  const double outputs = load.output_tokens < 2 ? 1.0 : load.output_tokens;
  const auto at = [&](double batch) {
    return steady_state(gpu, {batch, load.input_tokens, outputs, load.input_tokens + outputs / 2,
                              spec.stack.mixes_prefill, spec.stack.step_tokens});
  };
  const double most =
      std::floor(static_cast<double>(model->kv_capacity_tokens) / (load.input_tokens + load.output_tokens));
  Estimate estimate;
  if (most < 1 || completions_per_s(at(most), load) < load.rate_per_s) return estimate;
  estimate.sustained = true;
  // With so many in flight on average, as a Poisson number, the instance works for this share of the time.
  const auto busy = [](double in_flight) { return 1 - portable::exp(-in_flight); };
  double low = 0, high = most;
  while (high - low > 1e-4 * high) {
    const double middle = (low + high) / 2;
    const double done = completions_per_s(at(middle / busy(middle)), load) * busy(middle);
    (done < load.rate_per_s ? low : high) = middle;
  }
  estimate.batch = high;
  const double share = busy(high);
  const SteadyState state = at(high / share);
  const double idle = model->power.idle_loaded().value();
  estimate.ttft = run_step(gpu, prefill_step(1, load.input_tokens)).duration;
  estimate.tbt = state.inter_token.value_or(Seconds());
  estimate.gpus = Power((state.gpu_power.value() * share + idle * (1 - share)) * spec.gpus);
  return estimate;
}

}  // namespace headroom
