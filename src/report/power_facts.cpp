#include "report/power_facts.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <utility>

#include "base/problem.hpp"
#include "report/holds.hpp"
#include "report/lookup.hpp"
#include "report/packed_series.hpp"

namespace headroom {
namespace {

constexpr std::size_t kMostChartValues = 300'000;  ///< bins of all charts together
constexpr std::size_t kMostMapColumns = 2'400;     ///< more than a screen has
constexpr std::size_t kMostMapValues = 400'000;
constexpr std::size_t kMostLaneSteps = 4'000;

/// Fractions of a budget at which controllers act, and what they are called.
constexpr std::array<std::pair<const char*, const char*>, 4> kThresholds = {
    {{"t1_fraction", "T1"}, {"t2_fraction", "T2"}, {"threshold_fraction", "threshold"}, {"brake_fraction", "brake"}}};

/// `row` of `hall0/row12`; `site` of `site`.
std::string level_of(const std::string& node) {
  std::string level = node.substr(node.rfind('/') + 1);
  while (!level.empty() && level.back() >= '0' && level.back() <= '9') level.pop_back();
  return level;
}

const Json& level_config(const RunOutput& run, const std::string& node) {
  static const Json kNone = Json::object();
  for (const Json& level : part_at(run.resolved, "/site/levels"))
    if (text_at(level, "/name") == level_of(node)) return level;
  return kNone;
}

bool sees(const RunOutput& run, const Json& controller, const std::string& level) {
  if (const std::string scope = text_at(controller, "/scope/level"); !scope.empty()) return scope == level;
  return std::ranges::any_of(part_at(run.resolved, "/telemetry/levels"),
                             [&](const Json& sampled) { return sampled == level; });
}

Json thresholds_of(const RunOutput& run, const std::string& node, double budget_w) {
  Json list = Json::array();
  for (const Json& controller : part_at(run.resolved, "/policy/controllers")) {
    if (!sees(run, controller, level_of(node))) continue;
    for (const auto& [key, name] : kThresholds)
      if (const auto fraction = number_at(controller, std::string("/") + key))
        list.push_back({{"name", name}, {"fraction", *fraction}, {"power_w", *fraction * budget_w}});
  }
  return list;
}

Json lane_facts(const RunOutput& run, std::span<const RunEvent> events, const std::string& node) {
  Json list = Json::array();
  for (Lane& lane : lanes_of(events, node, count_at(run.summary, "/simulated_s"))) {
    const std::size_t steps = lane.times_s.size();
    if (steps > kMostLaneSteps) {
      list.push_back({{"kind", lane.kind}, {"steps", steps}});
      continue;
    }
    for (double& time : lane.times_s) time = std::round(time * 1e3) / 1e3;
    list.push_back({{"kind", lane.kind}, {"steps", steps}, {"times_s", lane.times_s}, {"counts", lane.counts}});
  }
  return list;
}

/// The charts of a page in their order.
std::vector<std::string> chart_nodes(const RunOutput& run, const BinnedRecord& record) {
  std::vector<std::string> names;
  for (const NodeLoad& node : budgeted_nodes(run.summary)) names.push_back(node.node);
  for (const BinnedPower& series : record.nodes)
    if (number_at(level_config(run, series.node), "/rating_w") && std::ranges::find(names, series.node) == names.end())
      names.push_back(series.node);
  if (names.size() != 1 && std::ranges::find(names, "site") == names.end()) names.push_back("site");
  std::erase_if(names, [&](const auto& name) {
    return std::ranges::find(record.nodes, name, &BinnedPower::node) == record.nodes.end();
  });
  return names;
}

std::size_t together_for(std::size_t nodes, std::size_t bins, std::size_t most) {
  return std::max<std::size_t>(1, (nodes * bins + most - 1) / most);
}

std::size_t bins_of(const BinnedRecord& record) {
  return record.nodes.empty() ? 0 : record.nodes.front().mean_w.size();
}

Json chart_of(const RunOutput& run, const BinnedPower& series, std::span<const RunEvent> events, std::size_t servers) {
  const Json& summary = part_at(run.summary, "/power/" + pointer_step(series.node));
  Json chart = {{"node", series.node}, {"servers", servers}, {"summary", summary}};
  if (const auto budget = number_at(summary, "/budget_w")) {
    chart["budget_w"] = *budget;
    chart["thresholds"] = thresholds_of(run, series.node, *budget);
  }
  if (const auto rating = number_at(level_config(run, series.node), "/rating_w")) chart["rating_w"] = *rating;
  chart["lanes"] = lane_facts(run, events, series.node);
  chart["mean_w"] = packed_series(series.mean_w);
  chart["min_w"] = packed_series(series.min_w);
  chart["max_w"] = packed_series(series.max_w);
  return chart;
}

/// The nodes at the lowest level that has several, all in one matrix.
Json map_of(const BinnedRecord& record) {
  const auto depth = [](const std::string& node) { return node == "site" ? 0 : 1 + std::ranges::count(node, '/'); };
  std::ptrdiff_t lowest = 0;
  for (const BinnedPower& series : record.nodes) lowest = std::max(lowest, depth(series.node));
  std::vector<const BinnedPower*> rows;
  for (const BinnedPower& series : record.nodes)
    if (depth(series.node) == lowest) rows.push_back(&series);
  if (rows.size() < 2) return nullptr;
  const std::size_t most = std::min(kMostMapColumns * rows.size(), kMostMapValues);
  const std::size_t together = together_for(rows.size(), bins_of(record), most);
  Json nodes = Json::array();
  std::vector<double> matrix;
  std::size_t columns = 0;
  for (const BinnedPower* row : rows) {
    const BinnedPower series = coarser(*row, together);
    nodes.push_back(series.node);
    columns = series.mean_w.size();
    matrix.insert(matrix.end(), series.mean_w.begin(), series.mean_w.end());
  }
  return {{"nodes", std::move(nodes)},
          {"columns", columns},
          {"bin_s", record.bin_s * static_cast<double>(together)},
          {"mean_w", packed_series(matrix)}};
}

std::map<std::string, std::size_t> server_counts(const RunOutput& run) {
  std::map<std::string, std::size_t> counts;
  for (const SiteServers& node : run.site()) counts[node.node] = node.servers.size();
  return counts;
}

}  // namespace

std::vector<NodeLoad> budgeted_nodes(const Json& summary) {
  std::vector<NodeLoad> nodes;
  for (const auto& [name, node] : part_at(summary, "/power").items()) {
    const auto budget = number_at(node, "/budget_w");
    if (!budget || *budget <= 0) continue;
    const auto sample = number_at(node, "/telemetry_peak_w");
    nodes.push_back({name, *budget, sample.value_or(count_at(node, "/peak_w")) / *budget, sample.has_value(),
                     count_at(node, "/above_budget_s")});
  }
  std::ranges::stable_sort(nodes, std::greater(), &NodeLoad::load_fraction);
  return nodes;
}

Json power_facts(const RunOutput& run, const BinnedRecord& record, std::span<const RunEvent> events) {
  if (record.nodes.empty()) return nullptr;
  const auto names = chart_nodes(run, record);
  const std::size_t together = together_for(names.size(), bins_of(record), kMostChartValues);
  auto servers = server_counts(run);
  Json charts = Json::array();
  for (const auto& name : names) {
    const auto series = std::ranges::find(record.nodes, name, &BinnedPower::node);
    charts.push_back(chart_of(run, coarser(*series, together), events, servers[name]));
  }
  return {{"start_s", record.start_s},
          {"bin_s", record.bin_s * static_cast<double>(together)},
          {"charts", std::move(charts)},
          {"map", map_of(record)}};
}

Json base_power_facts(const RunOutput& run, const BinnedRecord& record) {
  if (record.nodes.empty()) return nullptr;
  const auto names = chart_nodes(run, record);
  const std::size_t together = together_for(names.size(), bins_of(record), kMostChartValues);
  Json means = Json::object();
  for (const auto& name : names)
    means[name] = packed_series(coarser(*std::ranges::find(record.nodes, name, &BinnedPower::node), together).mean_w);
  return {{"start_s", record.start_s},
          {"bin_s", record.bin_s * static_cast<double>(together)},
          {"mean_w", std::move(means)}};
}

}  // namespace headroom
