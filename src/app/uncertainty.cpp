#include "app/uncertainty.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <stdexcept>

#include "app/print.hpp"
#include "base/interrupt.hpp"
#include "base/own_process.hpp"

namespace headroom {
namespace {

Json summary_of_draw(const std::function<std::string()>& summary) {
  try {
    return Json::parse(in_own_process(summary));
  } catch (const std::runtime_error& error) {
    stop_if_interrupted();
    throw std::runtime_error(std::string("a draw of --uncertainty failed: ") + error.what());
  }
}

/// Adds the numbers under a place of a summary, by their pointers.
void collect(const Json& value, const std::string& pointer, std::map<std::string, std::vector<double>>& numbers) {
  if (value.is_number()) numbers[pointer].push_back(value.get<double>());
  if (!value.is_object()) return;
  for (const auto& [key, inner] : value.items())
    collect(inner, (Json::json_pointer(pointer) / key).to_string(), numbers);
}

/// Those of a run that are worth an interval: of nodes, the site and those with a budget.
void collect_main(const Json& summary, std::map<std::string, std::vector<double>>& numbers) {
  for (const char* section : {"requests", "tokens", "latency", "slo", "throttle", "energy"})
    if (summary.contains(section)) collect(summary[section], "/" + std::string(section), numbers);
  const Json nodes = summary.value("power", Json::object());
  for (const auto& [path, node] : nodes.items())
    if (path == "site" || node.contains("budget_w"))
      for (const char* key : {"mean_w", "peak_w", "p99_w", "telemetry_peak_w", "above_budget_s"})
        if (node.contains(key)) collect(node[key], (Json::json_pointer("/power") / path / key).to_string(), numbers);
}

bool held(const Json& summary) {
  const Json& throttle = summary.at("throttle");
  if (throttle.at("brakes") > 0 || throttle.at("trips") > 0) return false;
  const Json nodes = summary.value("power", Json::object());
  return std::ranges::none_of(nodes, [](const Json& node) { return node.value("above_budget_s", 0.0) > 0; });
}

double quantile(const std::vector<double>& sorted, double share) {
  const double place = share * static_cast<double>(sorted.size() - 1);
  const auto below = static_cast<std::size_t>(place);
  const std::size_t above = std::min(below + 1, sorted.size() - 1);
  return sorted[below] + (place - static_cast<double>(below)) * (sorted[above] - sorted[below]);
}

}  // namespace

std::vector<Json> drawn_summaries(std::uint64_t draws, const std::function<std::string(std::uint64_t)>& summary_of) {
  std::vector<Json> summaries;
  for (std::uint64_t draw = 1; draw <= draws; ++draw)
    summaries.push_back(summary_of_draw([&] { return summary_of(draw); }));
  return summaries;
}

UncertaintyResult uncertainty_of(const std::vector<Json>& summaries) {
  std::map<std::string, std::vector<double>> numbers;
  for (const Json& summary : summaries) collect_main(summary, numbers);
  UncertaintyResult result;
  result.draws = summaries.size();
  result.held_fraction =
      static_cast<double>(std::ranges::count_if(summaries, held)) / static_cast<double>(summaries.size());
  for (auto& [pointer, values] : numbers) {
    if (values.size() < summaries.size()) continue;
    std::ranges::sort(values);
    result.values[pointer] = {quantile(values, 0.1), quantile(values, 0.5), quantile(values, 0.9)};
  }
  return result;
}

std::string uncertainty_rows(const UncertaintyResult& result) {
  struct Shown {
    const char *pointer, *name;
    double scale;
  };
  constexpr std::array kShown = {
      Shown{"/power/site/mean_w", "site mean, kW", 1e-3}, Shown{"/power/site/peak_w", "site peak, kW", 1e-3},
      Shown{"/energy/it_kwh", "IT energy, kWh", 1},       Shown{"/energy/per_output_token_j", "J a token", 1},
      Shown{"/latency/ttft_s/p50", "TTFT p50, s", 1},     Shown{"/latency/ttft_s/p99", "TTFT p99, s", 1},
      Shown{"/latency/tbt_s/p50", "TBT p50, ms", 1e3},    Shown{"/latency/tbt_s/p99", "TBT p99, ms", 1e3}};
  std::string rows = line("\n  %-24s %10s %10s %10s\n", (std::to_string(result.draws) + " draws of errors").c_str(),
                          "p10", "p50", "p90");
  for (const Shown& shown : kShown)
    if (const auto found = result.values.find(shown.pointer); found != result.values.end())
      rows += line("  %-24s %10.3f %10.3f %10.3f\n", shown.name, found->second.p10 * shown.scale,
                   found->second.p50 * shown.scale, found->second.p90 * shown.scale);
  return rows + line("  budgets held in %.0f %% of the draws, without brakes and trips\n", 100 * result.held_fraction);
}

}  // namespace headroom
