#include "query_energy/query_method.hpp"

#include <algorithm>

#include "config/document.hpp"
#include "config/reader.hpp"

namespace headroom {

void QueryModel::fields(Fields& f) {
  f.required("parameters", parameters, "of the model", Range::between(1, 1e16));
  f.required("node_w", node, "of its node at full power", Range::power_limit());
  f.required("throughput", throughput, "output tokens a second of its node at full load");
}

void QueryKind::fields(Fields& f) {
  f.required("median_output_tokens", median_output_tokens, "of an exponential distribution", Range::between(1, 1e9));
}

void PowerFollowsLoad::fields(Fields& f) {
  f.required("idle_fraction", idle_fraction, "power without load over full power", Range::fraction());
  f.required("load_fraction", load_fraction, "what load adds", Range::fraction());
}

void PowerFollowsLoad::check(const Scope& scope) const {
  if (idle_fraction + load_fraction > 1) scope.problem("idle_fraction and load_fraction are more than full power");
}

void FrontierConfig::fields(Fields& f) {
  f.required("min_parameters", min_parameters, "a model of the frontier has more", Range::between(0, 1e16));
  f("models", models, "so many, those of the highest median", Range::between(1, 1000));
}

void QueryDay::fields(Fields& f) {
  f.required("queries", queries, "in a day", Range::between(1, 1e15));
  f("overhead_ratios", overhead_ratios, "each multiplies the energy of the day", Range::between(1, 10));
  f("long_fractions", long_fractions, "shares of long queries: a day for each", Range::fraction());
  f.required("short_lever", short_lever, "divides the energy of short queries, where the levers are pulled");
  f.required("long_lever", long_lever, "likewise, of long ones");
}

void QueryMethod::fields(Fields& f) {
  f.required("name", name, "what the method is called");
  f("source", source, "where the numbers come from");
  f("seed", seed, "of its draws");
  f("draws", draws, "of each model and kind of query", Range::between(100, 1e7));
  f.required("pue_ratio", pue_ratio, "power usage effectiveness: energy of the site over that of its servers");
  f.required("power_utilization", power_utilization, "power of a node over its full power");
  f("cut_at_full_power", cut_at_full_power, "draws of the utilization above 1 become 1");
  f("power_follows_load", power_follows_load, "in place of draws of the utilization; absent: draws");
  f.required("input_tokens", input_tokens, "of each query", Range::between(1, 1e9));
  f.required("short_query", short_query, "the usual query");
  f.required("long_query", long_query, "one that thinks, or test-time scaling");
  f.required("models", models, "by name");
  f.required("frontier", frontier, "the models whose draws are pooled");
  f("levers", levers, "what makes queries cheaper, by name: divisors of their energy");
  f.required("day", day, "a day of many queries");
}

void QueryMethod::check(const Scope& scope) const {
  if (models.empty()) scope.at("models").problem("must have at least one model");
  if (pue_ratio.p5 < 1)
    scope.at("pue_ratio").at("p5").problem("must be at least 1: a site takes no less than its servers");
  if (power_utilization.p95 > 1)
    scope.at("power_utilization").at("p95").problem("must be at most 1: no node draws more than at full power");
  const auto is_large = [&](const auto& named) { return named.second.parameters > frontier.min_parameters; };
  if (std::ranges::count_if(models, is_large) < frontier.models)
    scope.at("frontier").at("models").problem("fewer models have more than min_parameters");
}

double QueryMethod::power_utilization_at(double tokens_per_s, double largest_tokens_per_s, double drawn) const {
  const double utilization = power_follows_load ? power_follows_load->at(tokens_per_s / largest_tokens_per_s) : drawn;
  return cut_at_full_power ? std::min(utilization, 1.0) : utilization;
}

QueryMethod load_query_method(const std::string& name, const ConfigFolders& folders,
                              const std::vector<std::string>& sets) {
  Document document(folders.file_of("query_energy", name, "", "method"), folders);
  for (const Override& override : parse_overrides(sets)) document.put(override);
  document.drop_description();
  QueryMethod method;
  read_config(document, method);
  return method;
}

}  // namespace headroom
