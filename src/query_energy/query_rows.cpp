#include "query_energy/query_rows.hpp"

#include <algorithm>
#include <string>

#include "query_energy/query_draws.hpp"

namespace headroom {
namespace {

constexpr double kWhOfGwh = 1e9;

Json quantiles(Json row, const EnergySample& sample) {
  row["draws"] = sample.size();
  row["median_wh"] = sample.quantile(0.5);
  row["median_standard_error_wh"] = sample.median_standard_error();
  row["p5_wh"] = sample.quantile(0.05);
  row["p25_wh"] = sample.quantile(0.25);
  row["p75_wh"] = sample.quantile(0.75);
  row["p95_wh"] = sample.quantile(0.95);
  row["mean_wh"] = sample.mean();
  return row;
}

void add_queries(const std::string& kind, const QueryEnergies& energies, Json& rows) {
  const auto add = [&](const std::string& model, const EnergySample& sample) {
    rows.push_back(quantiles({{"part", "query"}, {"query", kind}, {"model", model}}, sample));
  };
  for (const auto& [name, sample] : energies.models) add(name, sample);
  add("frontier", energies.frontier);
  add("frontier, trimmed", energies.frontier_middle);
}

void add_levers(const QueryMethod& method, Json& rows) {
  double all = 1, inverse = 1;
  const auto add = [&](const std::string& name, double median, double mean) {
    rows.push_back({{"part", "lever"}, {"lever", name}, {"median_ratio", median}, {"mean_of_inverse_ratio", mean}});
  };
  for (const auto& [name, lever] : method.levers) {
    add(name, lever.median(), lever.mean_of_inverse());
    all *= lever.median();
    inverse *= lever.mean_of_inverse();
  }
  if (!method.levers.empty()) add("all", all, inverse);
}

void add_levered(const QueryMethod& method, const std::string& kind, const EnergySample& sample, Json& rows) {
  EnergySample all = sample;
  const auto add = [&](const std::string& name, const EnergySample& levered) {
    rows.push_back(
        quantiles({{"part", "levered"}, {"query", kind}, {"model", "frontier, trimmed"}, {"lever", name}}, levered));
  };
  for (const auto& [name, lever] : method.levers) {
    add(name, with_lever(method, sample, kind + "/" + name, lever));
    all = with_lever(method, all, kind + "/all/" + name, lever);
  }
  if (!method.levers.empty()) add("all", all);
}

/// Energy of the day, whose queries take the means of the whole frontier.
void add_days(const QueryMethod& method, const QueryEnergies& brief, const QueryEnergies& lengthy, Json& rows) {
  const QueryDay& day = method.day;
  double scale = day.queries / kWhOfGwh;
  for (const double ratio : day.overhead_ratios) scale *= ratio;
  const auto mean = [&](const QueryEnergies& of, const std::string& name, const LogNormalRange* lever) {
    return lever ? with_lever(method, of.frontier, name, *lever).mean() : of.frontier.mean();
  };
  for (const double share : day.long_fractions)
    for (const bool pulled : {false, true}) {
      const double short_wh = mean(brief, "day/short", pulled ? &day.short_lever : nullptr);
      const double long_wh = mean(lengthy, "day/long", pulled ? &day.long_lever : nullptr);
      rows.push_back({{"part", "day"},
                      {"long_fraction", share},
                      {"lever", pulled ? "at scale" : "none"},
                      {"day_gwh", scale * ((1 - share) * short_wh + share * long_wh)}});
    }
}

}  // namespace

Json query_rows(const QueryMethod& method) {
  const QueryEnergies brief = query_energies(method, "short", method.short_query);
  const QueryEnergies lengthy = query_energies(method, "long", method.long_query);
  Json rows = Json::array();
  add_queries("short", brief, rows);
  add_queries("long", lengthy, rows);
  add_levers(method, rows);
  add_levered(method, "short", brief.frontier_middle, rows);
  add_levered(method, "long", lengthy.frontier_middle, rows);
  add_days(method, brief, lengthy, rows);
  return rows;
}

Json way_rows(std::span<const QueryWay> ways) {
  Json rows = Json::array();
  for (const QueryWay& way : ways) {
    const QueryShare& share = way.share;
    Json row = {{"part", "way"}, {"way", way.way}, {"of", way.of}, {"input_tokens", way.input_tokens}};
    if (way.batch) row["batch"] = *way.batch;
    row["pue_ratio"] = share.pue_ratio;
    row["node_w"] = share.node.value();
    row["power_utilization_fraction"] = share.power_utilization_fraction;
    row["output_tokens"] = share.output_tokens;
    row["tokens_per_s"] = share.tokens_per_s;
    row["energy_wh"] = share.energy().value() / 3600;
    row["over_first_ratio"] = share.energy() / ways.front().share.energy();
    rows.push_back(std::move(row));
  }
  return rows;
}

}  // namespace headroom
