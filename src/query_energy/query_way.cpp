#include "query_energy/query_way.hpp"

#include <cmath>
#include <cstdint>
#include <vector>

#include "base/problem.hpp"
#include "base/text.hpp"
#include "config/json.hpp"
#include "facility/server_power.hpp"

namespace headroom {
namespace {

bool keeps(PredictionInput& input, double batch, Seconds inter_token) {
  input.batch = batch;
  const Json row = predict(input);
  return row["fits"].get<bool>() && (row["steady_itl_s"].is_null() || row["steady_itl_s"] <= inter_token.value());
}

}  // namespace

QueryWay by_method(const QueryMethod& method, const std::string& model, double input_tokens, double output_tokens,
                   const std::string& where) {
  const auto found = method.models.find(model);
  if (found == method.models.end()) {
    std::vector<std::string> names;
    for (const auto& [name, unused] : method.models) names.push_back(name);
    throw InputError(where, "the method has no model \"" + model + "\" (there are: " + join(names, ", ") + ")" +
                                did_you_mean(model, names));
  }
  const QueryThroughput& throughput = found->second.throughput;
  const double largest = throughput.largest();
  const double rate = tokens_per_s(throughput.curve(), largest, input_tokens, output_tokens);
  return {"method",
          model,
          input_tokens,
          std::nullopt,
          {method.pue_ratio.median(), found->second.node,
           method.power_utilization_at(rate, largest, method.power_utilization.median()), output_tokens, rate}};
}

QueryWay by_steady_state(const PredictionInput& input, double pue_ratio) {
  const ServerPowerSpec& server = input.hardware->server;
  const ServerPower power(server, input.hardware->gpu.tdp);
  const double gpus = server.gpus;
  const std::uint32_t instances = server.gpus / input.tensor_parallel;
  const Json row = predict(input);
  const Power busy(row["steady_gpu_w"].get<double>() * instances * input.tensor_parallel);
  const Power unused = input.hardware->gpu_power.idle * static_cast<double>(server.gpus % input.tensor_parallel);
  const Power full = power.inlet(input.hardware->gpu.tdp * gpus);
  return {"steady_state",
          input.model->name + " on " + input.hardware->name + ", " + input.stack->name,
          input.prompt_tokens,
          input.batch,
          {pue_ratio, full, power.inlet(busy + unused) / full, input.output_tokens,
           row["steady_output_tokens_per_s"].get<double>() * instances}};
}

double largest_batch(PredictionInput input, Seconds inter_token, const std::string& where) {
  if (!keeps(input, 1, inter_token))
    throw InputError(where, shortest(inter_token.value()) + " s between tokens is not kept at a batch of 1");
  double low = 1, high = 2;
  for (; keeps(input, high, inter_token); high *= 2) low = high;
  while (high - low > 1) {
    const double middle = std::floor(0.5 * (low + high));
    (keeps(input, middle, inter_token) ? low : high) = middle;
  }
  return low;
}

QueryWay by_run(const std::filesystem::path& out) {
  const std::filesystem::path file = out / "summary.json";
  const Json summary = parse_json_file(file);
  const auto refuse = [&](const char* what) { throw InputError(file.string() + ": /query_energy", what); };
  if (!summary.contains("query_energy")) refuse("missing: the scenario of the run has no query_energy");
  const Json& from = summary["query_energy"];
  if (!from.contains("per_request_wh") || !from.contains("output_tokens_per_request"))
    refuse("no request of the run was completed");
  const auto number = [&](const char* key) { return from.at(key).get<double>(); };
  return {"run",
          out.string(),
          number("input_tokens_per_request"),
          std::nullopt,
          {number("pue_ratio"), Power(number("server_full_w")), number("power_utilization_fraction"),
           number("output_tokens_per_request"), number("completed_output_tokens_per_s")}};
}

}  // namespace headroom
