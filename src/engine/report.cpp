// What a run has to say when it is over, and whether its books balance.
#include <algorithm>
#include <cmath>

#include "base/residual.hpp"
#include "engine/simulation.hpp"
#include "workload/trace_reader.hpp"

#ifndef HEADROOM_VERSION
#error "the build says which version this is"
#endif

namespace headroom {
namespace {

double relative(double difference, double total) {
  return total > 0 ? std::abs(difference) / total : std::abs(difference);
}

Energy server_energy(const Site& site, Seconds now) {
  Energy sum;
  for (std::size_t i = 0; i < site.servers(); ++i) sum += site.tree().energy(site.server(i), now);
  return sum;
}

}  // namespace

Report Simulation::report() {
  Report report;
  report.scenario = scenario_.name;
  report.version = HEADROOM_VERSION;
  report.seed = scenario_.seed;
  report.fingerprint = queue_.fingerprint();
  report.simulated_s = ended().value();
  ledger_.write(report);
  for (const Instance& instance : cluster_.instances()) {
    report.in_flight += instance.outstanding();
    report.output_tokens += instance.totals().output_tokens;
    report.preemptions += instance.totals().preemptions;
  }
  if (thermal_) report.thermal = thermal_->finish();
  log_.finish(ended(), report);
  for (auto& result : results_) result.meter.settle(ended());
  report.it_energy = server_energy(site_, ended());
  if (training_) {
    report.training = training_->finish();
    report.it_energy += report.training->servers;
  }
  for (std::size_t i = 0; i < recorders_.size(); ++i) {
    recorders_[i].settle(ended());
    report.grid_power.push_back({site_.tree().path(recorded_[i]), recorders_[i].trace()});
    if (training_) report.grid_power.back().recorded_to = training_->recorded_to(recorded_[i]);
  }
  if (scenario_.grid) report.grid = check_grid(report.grid_power, *scenario_.grid);
  report.warnings = warnings_of(report.grid);  // what is found at the end
  if (const TraceReader* trace = source_.trace())
    if (auto warning = outlasts_trace(scenario_, trace->facts())) report.warnings.push_back(std::move(*warning));
  if (const auto unfit = report.all.rejected_by[static_cast<std::size_t>(Rejection::too_long)]; unfit > 0)
    report.warnings.push_back(never_fit(unfit, report.all.arrived, longest_unfit_, cluster_.kv_capacity_tokens()));
  report.facility_energy = site_.tree().energy(site_.nodes().front().id, ended());
  if (bill_) {
    bill_->finish(report.facility_energy);
    report.carbon_kg = bill_->carbon_kg();
    report.cost_usd = bill_->cost_usd();
  }
  check_conservation(report);
  report.nodes = std::move(results_);
  report.events_handled = queue_.handled();
  return report;
}

void Simulation::check_conservation(Report& report) const {
  const PowerTree& tree = site_.tree();
  Energy losses;
  for (std::size_t i = 0; i < tree.size(); ++i) losses += tree.loss_energy(NodeId(i), ended());
  const Energy storages = report.training ? report.training->storages : Energy();
  double energy =
      relative((report.facility_energy - report.it_energy - losses - storages).value(), report.facility_energy.value());
  if (report.training) energy = worse(energy, report.training->residual);
  for (const auto& node : results_)
    if (node.path == "site")
      energy = worse(energy,
                     relative((node.meter.energy() - report.facility_energy).value(), report.facility_energy.value()));
  report.energy_residual = worse(energy, cluster_.gpu_energy_residual(ended()));

  std::uint64_t in_flight_tokens = 0, kv = 0, kv_recounted = 0;
  for (const Instance& instance : cluster_.instances()) {
    in_flight_tokens += instance.tokens_in_flight();
    kv += instance.kv_used_tokens();
    kv_recounted += instance.kv_recounted_tokens();
  }
  const auto difference = [](std::uint64_t a, std::uint64_t b) {
    return static_cast<double>(a) - static_cast<double>(b);
  };
  report.requests_residual =
      relative(difference(report.all.arrived, report.all.completed + report.all.rejected + report.in_flight),
               static_cast<double>(report.all.arrived));
  report.tokens_residual =
      relative(difference(report.output_tokens, ledger_.settled_output_tokens() + in_flight_tokens),
               static_cast<double>(report.output_tokens));
  report.kv_residual = relative(difference(kv, kv_recounted), static_cast<double>(cluster_.kv_capacity_tokens()));
}

}  // namespace headroom
