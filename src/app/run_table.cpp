#include "app/run_table.hpp"

#include <algorithm>
#include <cmath>
#include <optional>

#include "app/print.hpp"
#include "app/trouble_lines.hpp"
#include "base/readable.hpp"
#include "base/text.hpp"

namespace headroom {
namespace {

std::string latency_row(const std::string& name, const ClassResult& result) {
  const auto& latency = result.latency;
  std::string row = line("  %-12s %10s", name.c_str(), grouped(result.completed).c_str());
  for (const auto* sketch : {&latency.ttft, &latency.tbt, &latency.e2e}) {
    const double scale = sketch == &latency.tbt ? 1e3 : 1.0;
    row += sketch->empty() ? line(" %9s %9s", "-", "-")
                           : line(" %9.3f %9.3f", sketch->quantile(0.5) * scale, sketch->quantile(0.99) * scale);
  }
  if (result.slo_counted > 0)
    row +=
        line(" %8.2f %%", 100.0 * static_cast<double>(result.slo_attained) / static_cast<double>(result.slo_counted));
  return row + "\n";
}

std::string power_rows(const Report& report) {
  std::string rows;
  for (const NodeResult& node : report.nodes) {
    if (!node.budget && node.path != "site") continue;
    rows += line("  %-12s %9.1f %9.1f %9.1f", node.path.c_str(), node.meter.mean().value() / 1e3,
                 node.meter.p99().value() / 1e3, node.meter.peak().value() / 1e3);
    if (!node.telemetry.empty()) rows += line(" %9.1f", node.telemetry.peak().value() / 1e3);
    if (node.budget && !node.telemetry.empty())
      rows += line(" %9.1f %9.1f %% %9.1f s", node.budget->value() / 1e3, 100 * (node.telemetry.peak() / *node.budget),
                   node.meter.above_budget().value());
    rows += "\n";
  }
  return rows;
}

std::string thermal_line(const ThermalResult& thermal) {
  const ThermalZone& all = thermal.site;
  return line(
      "  temperature: inlets mean %.1f, max %.1f degC; hottest GPUs mean %.1f, p99 %.1f, max %.1f degC; "
      "%s over %s\n",
      all.inlet.mean(), all.inlet.max(), all.gpu.mean(), all.gpu.quantile(0.99), all.gpu.max(),
      counted(all.throttles, "thermal throttle").c_str(), readable(Seconds(all.throttled_server_s)).c_str());
}

std::string prefix_line(const PrefixResult& caches) {
  return line("  prefix caches: %s of %s prompt tokens hit, which took no time and no energy; %s tokens evicted\n",
              grouped(caches.hits.hit_tokens).c_str(), grouped(caches.hits.prompt_tokens).c_str(),
              grouped(caches.evicted_tokens).c_str());
}

std::string latency_rows(const Report& report) {
  std::string table = line("\n  %-12s %10s %19s %19s %19s%s\n", "latency", "completed", "TTFT p50, p99 s",
                           "TBT p50, p99 ms", "e2e p50, p99 s", report.all.slo_counted > 0 ? "  SLO attained" : "");
  table += latency_row("all", report.all);
  for (const auto& [name, result] : report.classes) table += latency_row(name, result);
  return table;
}

std::string training_lines(const TrainingResult& training) {
  std::size_t ended = 0;
  for (const JobResult& job : training.jobs) ended += job.ended_s.has_value();
  const SmoothingBooks& gpu = training.gpu;
  std::string text =
      line("  jobs: %s, of which %s ended\n", grouped(training.jobs.size()).c_str(), grouped(ended).c_str());
  if (gpu.demand > Energy())
    text += line("  smoothing: burned %.2f %% of the useful energy, %.2f %% of the work not done\n",
                 100 * (gpu.burned / (gpu.demand - gpu.unserved)), 100 * (gpu.unserved / gpu.demand));
  if (training.storage)
    text += line("  storage: %.0f J a GPU used, at most %.0f W in and %.0f W out\n", training.storage->used.value(),
                 training.storage->peak_charge.value(), training.storage->peak_discharge.value());
  return text;
}

std::string graph_lines(const Report& report) {
  std::string text;
  for (const GraphResult& graph : report.graphs) {
    text +=
        line("  jobs %s: %s of %s done", graph.name.c_str(), grouped(graph.done).c_str(), grouped(graph.came).c_str());
    if (const auto mean = graph.makespan.mean()) text += line(", mean makespan %.1f s", mean->value());
    if (const auto mean = graph.ttff.mean()) text += line(", playback without a stall from %.1f s on", mean->value());
    text += "\n";
  }
  double hours = 0;
  std::optional<double> usd;
  for (const WorkerResult& worker : report.workers) {
    hours += worker.gpu_hours;
    if (worker.cost_usd) usd = usd.value_or(0) + *worker.cost_usd;
  }
  if (!report.workers.empty()) text += line("  workers: %.2f GPU-hours", hours);
  if (usd) text += line(", %.2f USD", *usd);
  return report.workers.empty() ? text : text + "\n";
}

/// `NAME: 1:00 h simulated, 1,234 requests: ...`; nothing about requests where there were none.
std::string first_line(const Report& report) {
  const std::string simulated = report.scenario + ": " + readable(Seconds(report.simulated_s)) + " simulated";
  if (report.all.arrived == 0) return simulated + ", no requests\n\n";
  return simulated + ", " + counted(report.all.arrived, "request") + ": " + grouped(report.all.completed) +
         " completed, " + grouped(report.all.rejected) + " rejected" + rejection_reasons(report.all) + ", " +
         grouped(report.in_flight) + " in flight\n\n";
}

std::string throttling_line(const Throttling& throttle) {
  return "\n  throttling: " + counted(throttle.clock_locks, "clock lock") + ", " + counted(throttle.cap_events, "cap") +
         ", " + counted(throttle.brakes, "brake") + ", " + counted(throttle.trips, "trip") +
         "; held servers back for " + readable(Seconds(throttle.throttled_server_s)) + ", summed over servers\n";
}

std::string kwh(Energy energy) {
  const double amount = energy.value() / 3.6e6;
  return amount < 1e4 ? line("%.2f kWh", amount) : grouped(static_cast<std::uint64_t>(std::round(amount))) + " kWh";
}

/// What the energy of the site cost, of runs with prices: `, 5.9 kg CO2, $ 2.10`.
std::string bill_text(const Report& report) {
  std::string text;
  if (report.carbon_kg) text += line(", %.1f kg CO2", *report.carbon_kg);
  if (report.cost_usd) text += line(", $ %.2f", *report.cost_usd);
  return text;
}

/// `took 1.20 s: 161,800 requests/s, 42 MiB`.
std::string execution_line(const Report& report, const HostUsage& host) {
  std::string text = line("  took %.2f s: ", host.wall_s);
  if (report.all.arrived > 0)
    text +=
        grouped(static_cast<std::uint64_t>(static_cast<double>(report.all.arrived) / host.wall_s)) + " requests/s, ";
  return text + line("%.0f MiB\n", host.peak_rss_bytes / 0x1.0p20);
}

std::string grid_line(const GridResult& node) {
  std::string text = line("  grid, %s: swings by %.1f kW in 1 s", node.path.c_str(), node.max_swing_1s_w / 1e3);
  if (node.separated)
    text +=
        line(", %.1f kW RMS from %g to %g Hz", node.in_band_rms_w / 1e3, node.band.from.value(), node.band.to.value());
  if (!node.verdicts.empty())
    text += node.passed()   ? "; inside the specification"
            : node.failed() ? "; OUTSIDE THE SPECIFICATION"
                            : "; THE SPECIFICATION COULD NOT BE TESTED";
  return text + "\n";
}

}  // namespace

std::string run_table(const Report& report, const HostUsage& host) {
  const double worst =
      std::max({report.energy_residual, report.tokens_residual, report.requests_residual, report.kv_residual});
  std::string table = first_line(report) + trouble_lines(report);
  table += "  power, kW         mean       p99      peak    sample    budget    sample/b   above budget\n" +
           power_rows(report) + throttling_line(report.throttle);
  if (report.thermal) table += thermal_line(*report.thermal);
  if (report.prefix_cache) table += prefix_line(*report.prefix_cache);
  if (report.training) table += training_lines(*report.training);
  table += graph_lines(report);
  for (const GridResult& node : report.grid) table += grid_line(node);
  if (report.all.arrived > 0) table += latency_rows(report);
  table +=
      "\n  energy: " + kwh(report.it_energy) + " IT, " + kwh(report.facility_energy) + " facility" + bill_text(report);
  table += line("; conservation: largest residual %.1e (%s)\n", worst,
                report.balances() ? "all books balance" : "BOOKS DO NOT BALANCE, please report this");
  table += execution_line(report, host);
  return table;
}

}  // namespace headroom
