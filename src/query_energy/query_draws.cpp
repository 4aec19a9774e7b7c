#include "query_energy/query_draws.hpp"

#include <algorithm>
#include <cmath>
#include <utility>
#include <vector>

#include "base/random.hpp"
#include "headroom/elementary.hpp"
#include "query_energy/query_share.hpp"

namespace headroom {
namespace {

constexpr double kJoulesOfWh = 3600;

/// The frontier's models, highest median first.
std::vector<std::string> frontier_of(const QueryMethod& method, const std::map<std::string, EnergySample>& models) {
  std::vector<std::string> names;
  for (const auto& [name, model] : method.models)
    if (model.parameters > method.frontier.min_parameters) names.push_back(name);
  std::ranges::stable_sort(names, std::ranges::greater(),
                           [&](const std::string& name) { return models.at(name).quantile(0.5); });
  names.resize(method.frontier.models);
  return names;
}

}  // namespace

EnergySample drawn_energies(const QueryMethod& method, const std::string& model, const std::string& kind,
                            const QueryKind& query) {
  const QueryModel& of = method.models.at(model);
  const std::optional<ThroughputFit> fit = of.throughput.curve();
  const double largest = of.throughput.largest();
  const double mean_tokens = query.median_output_tokens / portable::log(2.0);
  const std::string stream = "query_energy/" + model + "/" + kind + "/";
  RandomStream pue(method.seed, stream + "pue"), power(method.seed, stream + "power_utilization"),
      tokens(method.seed, stream + "output_tokens");
  const double pue_sigma = method.pue_ratio.sigma(), power_sigma = method.power_utilization.sigma();
  std::vector<double> energies;
  energies.reserve(method.draws);
  for (std::uint32_t i = 0; i < method.draws; ++i) {
    const double output_tokens = std::round(tokens.exponential(mean_tokens));
    QueryShare share{pue.lognormal(method.pue_ratio.median(), pue_sigma), of.node,
                     power.lognormal(method.power_utilization.median(), power_sigma), output_tokens, largest};
    if (output_tokens > 0) share.tokens_per_s = tokens_per_s(fit, largest, method.input_tokens, output_tokens);
    share.power_utilization_fraction =
        method.power_utilization_at(share.tokens_per_s, largest, share.power_utilization_fraction);
    energies.push_back(share.energy().value() / kJoulesOfWh);
  }
  return EnergySample(std::move(energies));
}

QueryEnergies query_energies(const QueryMethod& method, const std::string& kind, const QueryKind& query) {
  std::map<std::string, EnergySample> models;
  for (const auto& [name, unused] : method.models) models.emplace(name, drawn_energies(method, name, kind, query));
  std::vector<EnergySample> whole, middle;
  for (const std::string& name : frontier_of(method, models)) {
    whole.push_back(models.at(name));
    middle.push_back(models.at(name).within(0.05, 0.95).within(0.10, 0.90));
  }
  return {std::move(models), pooled(whole), pooled(middle)};
}

EnergySample with_lever(const QueryMethod& method, const EnergySample& sample, const std::string& name,
                        const LogNormalRange& lever) {
  RandomStream stream(method.seed, "query_energy/lever/" + name);
  std::vector<double> divided;
  divided.reserve(sample.size());
  for (const double energy : sample.sorted())
    divided.push_back(energy / stream.lognormal(lever.median(), lever.sigma()));
  return EnergySample(std::move(divided));
}

}  // namespace headroom
