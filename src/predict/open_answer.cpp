#include "predict/open_answer.hpp"

#include <algorithm>
#include <cmath>

#include "model/error_interval.hpp"
#include "model/gpu_memory.hpp"
#include "model/open_load.hpp"

namespace headroom {
namespace {

/// Requests that the KV cache holds at a time, each as long as those in flight are on average.
double most_in_memory(const PredictionInput& input) {
  return std::max(1.0, std::floor(kv_capacity_tokens(input) / input.context_tokens));
}

void add_spread(const std::string& name, const std::string& unit, const std::optional<Spread>& spread, Json& row) {
  const auto add = [&](const char* what, double Spread::*value) {
    row[name + what + unit] = spread ? Json(*spread.*value) : Json();
  };
  add("_mean", &Spread::mean);
  add("_p50", &Spread::p50);
  add("_p90", &Spread::p90);
  add("_p99", &Spread::p99);
}

/// All keys of an answer; none: of a saturated instance.
Json answer(const PredictionInput& input, const std::optional<OpenState>& state) {
  Json row = Json::object();
  const auto add = [&](const char* key, auto value) { row[key] = state ? Json(value(*state)) : Json(); };
  add("open_busy_fraction", [](const OpenState& at) { return at.busy_fraction; });
  add_spread("open_batch", "", state ? std::optional(state->batch) : std::nullopt, row);
  add("open_waiting_mean", [](const OpenState& at) { return at.waiting; });
  add_spread("open_ttft", "_s", state ? std::optional(state->ttft_s) : std::nullopt, row);
  add_spread("open_tbt", "_s", state ? state->tbt_s : std::nullopt, row);
  add("open_e2e_mean_s", [](const OpenState& at) { return at.e2e.value(); });
  add("open_gpu_w", [](const OpenState& at) { return at.gpu_power.value(); });
  add("open_energy_per_output_token_j", [&](const OpenState& at) {
    return input.gpus() * at.gpu_power.value() / (*input.rate_per_s * input.output_tokens);
  });
  return row;
}

/// Steps that take longer by a factor are those of an instance at as many more arrivals, on a slower watch.
Json slower(const PredictionInput& input, const OpenLoad& load, double factor) {
  Json row = answer(input, load.at(*input.rate_per_s * factor));
  for (const auto& [key, value] : row.items())
    if (key.ends_with("_s") && !value.is_null()) value = value.get<double>() * factor;
  return row;
}

}  // namespace

void add_open_load(const PredictionInput& input, const LimitedGpu& gpu, Json& row) {
  const OpenLoad load(gpu, load_of(input), std::min(input.max_batch_sequences, most_in_memory(input)), input.output_cv);
  const auto state = load.at(*input.rate_per_s);
  row["open_saturated"] = !state;
  row["open_capacity_per_s"] = load.capacity_per_s();
  row.update(answer(input, state));

  const auto& known = input.stack->on(input.hardware->gpu.name, input.by_data_sheet).errors;
  const Neighbourhood at{state ? std::max(1.0, state->batch.mean) : input.max_batch_sequences,
                         static_cast<double>(input.tensor_parallel), input.context_tokens};
  const auto range = [&](ErrorQuantity what) { return error_range(known, error_kind_of(*input.model), what, at); };
  const auto add = [&](std::string_view begins, ErrorQuantity quantity) {
    const ErrorRange ratio = range(quantity);
    const Json low = slower(input, load, ratio.low), high = slower(input, load, ratio.high);
    for (const auto& [key, value] : low.items()) {
      if (!key.starts_with(begins)) continue;
      row[key + "_low"] = row[key].is_null() ? Json() : value;
      row[key + "_high"] = row[key].is_null() ? Json() : high[key];
    }
  };
  add("open_ttft", ErrorQuantity::prefill);
  add("open_tbt", ErrorQuantity::step);
  add("open_e2e", ErrorQuantity::step);
  const ErrorRange power = range(ErrorQuantity::power);
  for (const char* key : {"open_gpu_w", "open_energy_per_output_token_j"}) {
    const Json value = row[key];
    const double most = state ? std::max(1.0, input.hardware->gpu.tdp / state->gpu_power) : 1;
    row[std::string(key) + "_low"] = value.is_null() ? Json() : Json(value.get<double>() * power.low);
    row[std::string(key) + "_high"] = value.is_null() ? Json() : Json(value.get<double>() * std::min(power.high, most));
  }
}

}  // namespace headroom
