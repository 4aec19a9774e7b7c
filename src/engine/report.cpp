#include "engine/report.hpp"

#include <algorithm>
#include <cmath>

#include "base/residual.hpp"
#include "trace/trace_reader.hpp"

#ifndef HEADROOM_VERSION
#error "the build says which version this is"
#endif

namespace headroom {
namespace {

double relative(double difference, double total) {
  return total > 0 ? std::abs(difference) / total : std::abs(difference);
}

double difference(std::uint64_t a, std::uint64_t b) {
  return static_cast<double>(a) - static_cast<double>(b);
}

Energy server_energy(const Site& site, Seconds now) {
  Energy sum;
  for (std::size_t i = 0; i < site.servers(); ++i) sum += site.tree().energy(site.server(i), now);
  return sum;
}

PrefixResult prefixes_of(const RunParts& run, const PrefixHits& hits) {
  PrefixResult result{hits};
  for (const Instance& instance : run.fleet.instances()) {
    result.evicted_tokens += instance.evicted_tokens();
    result.cached_tokens += instance.kv_unused_tokens();
  }
  return result;
}

void add_requests(const RunParts& run, Report& report) {
  run.ledger.write(report);
  for (const Instance& instance : run.fleet.instances()) {
    report.in_flight += instance.outstanding();
    report.output_tokens += instance.totals().output_tokens;
    report.recomputed_tokens += instance.totals().recomputed_tokens;
    report.preemptions += instance.totals().preemptions;
  }
  if (report.all.prefix_cache) report.prefix_cache = prefixes_of(run, *report.all.prefix_cache);
  if (run.images) {
    report.in_flight += run.images->under_way();
    report.images = run.images->finish();
  }
  if (run.hand_overs) {
    report.in_flight += run.hand_overs->under_way();
    report.network = run.hand_overs->finish();
    report.bytes_residual = report.network->residual();
  }
}

void add_services(const RunParts& run, Report& report) {
  if (run.scenario.services.empty()) return;
  const auto services = run.scenario.all_services();
  const auto row = [&](ServiceId id) -> ServiceResult& { return report.services[services[id.index()].name]; };
  for (std::size_t i = 0; i < run.ledger.classes(); ++i)
    if (const auto pool = run.fleet.view().own_pool(ClassId(i)))
      row(run.fleet.service_of(*pool)).requests.merge(run.ledger.result_of(ClassId(i)));
  for (std::size_t i = 0; i < run.fleet.instances().size(); ++i) {
    const VariantSpec& variant = run.fleet.variants()[run.fleet.view()[InstanceId(i)].variant].spec;
    const Energy energy = run.fleet.instances()[i].gpu_energy(run.queue.now());
    ServiceResult& service = row(variant.service);
    if (variant.on_cores()) service.core_energy = service.core_energy.value_or(Energy()) + energy;
    else service.gpu_energy += energy;
  }
}

/// GPUs that pools hold, used or not.
void add_pools(const RunParts& run, Report& report) {
  for (std::size_t i = 0; i < run.fleet.view().pools(); ++i) {
    const HeldBooks::Held held = run.fleet.held_by(PoolId(i));
    report.pools[run.fleet.view().name(PoolId(i))] = {held.gpu_seconds.value() / 3600, held.energy};
    report.gpu_energy = report.gpu_energy.value_or(Energy()) + held.energy;
  }
}

void add_workers(const RunParts& run, Report& report) {
  report.workers = run.workers->finish();
  for (const WorkerResult& pool : report.workers)
    if (pool.cost_usd) report.fleet.cost_usd = report.fleet.cost_usd.value_or(0) + *pool.cost_usd;
}

void add_series(const RunParts& run, Report& report) {
  run.fleet.series().finish(run.queue.now(), report.series);
  for (std::size_t i = 0; i < report.series.pools.size(); ++i)
    report.series.pools[i].name = run.fleet.view().name(PoolId(i));
  report.series.classes = run.ledger.series(run.queue.now());
}

InstancePlace place_of(const RunParts& run, InstanceId id) {
  const PowerTree& tree = run.site.tree();
  const InstanceState& state = run.fleet.view()[id];
  const Slice& slice = run.fleet.slices()[run.fleet.slice_of(id).index()];
  const VariantSpec& variant = run.fleet.variants()[state.variant].spec;
  const auto services = run.scenario.all_services();
  return {.instance = id.index(),
          .server = run.fleet.path(slice.server),
          .rack = tree.path(*tree.parent(run.site.server(slice.server.index()))),
          .row = tree.path(row_of(run.site, slice.server.index())),
          .first_gpu = slice.first_gpu,
          .gpus = slice.gpus,
          .cpu_cores = slice.cpu_cores,
          .pool = run.fleet.view().name(state.pool),
          .priority = word_of(run.fleet.priority_of(state.pool)),
          .service = run.scenario.services.empty() ? "" : services[variant.service.index()].name,
          .variant = variant.name,
          .status = word_of(state.status)};
}

void add_grid(const RunParts& run, Report& report) {
  report.grid_power = run.nodes.recorded();
  if (run.training) run.training->note_recordings(report.grid_power);
  if (run.scenario.grid) report.grid = check_grid(report.grid_power, *run.scenario.grid);
}

std::optional<std::string> start_date_of(const TraceReader* trace) {
  const auto start = trace ? trace->facts().start : std::nullopt;
  if (!start) return std::nullopt;
  std::string date;
  append_wall_time(date, start->whole_s, std::llround(start->fraction_s * 1e7));
  return date;
}

std::uint64_t most_kv_tokens(const Fleet& fleet) {
  std::uint64_t most = 0;
  for (std::size_t i = 0; i < fleet.view().pools(); ++i) most = std::max(most, fleet.kv_capacity_tokens(PoolId(i)));
  return most;
}

void add_warnings(const RunParts& run, Report& report) {
  report.warnings = warnings_of(report.grid);  // what is found at the end
  if (const TraceReader* trace = run.door.source().trace())
    if (auto warning = outlasts_trace(run.scenario, trace->facts())) report.warnings.push_back(std::move(*warning));
  const FleetView& fleet = run.fleet.view();
  for (std::size_t i = 0; i < fleet.pools(); ++i) {
    const auto& [requests, longest, capacity] = run.door.unfit()[i];
    const std::string pool = fleet.pools() > 1 ? fleet.name(PoolId(i)) : "";
    if (requests > 0) report.warnings.push_back(never_fit(requests, report.all.arrived, longest, pool, capacity));
  }
}

Energy losses_of(const PowerTree& tree, Seconds now) {
  Energy sum;
  for (std::size_t i = 0; i < tree.size(); ++i) sum += tree.loss_energy(NodeId(i), now);
  return sum;
}

void add_query_energy(const RunParts& run, Report& report) {
  const Seconds end = run.queue.now();
  Energy apart;
  for (std::size_t i = 0; i < run.site.servers(); ++i)
    if (!run.query_books->follows(ServerId(i))) apart += run.site.tree().energy(run.site.server(i), end);
  if (report.training) apart += report.training->servers + report.training->storages;
  report.query_energy =
      run.query_books->finish({report.facility_energy, report.it_energy, losses_of(run.site.tree(), end), apart});
  report.query_energy_residual = relative(report.query_energy->unexplained.value(), report.facility_energy.value());
}

void add_energy(const RunParts& run, Report& report) {
  const Seconds end = run.queue.now();
  report.it_energy = server_energy(run.site, end);
  if (report.training) report.it_energy += report.training->servers;
  report.facility_energy = run.site.tree().energy(run.site.nodes().front().id, end);
  report.core_energy = run.fleet.core_energy(end);
  if (run.query_books) add_query_energy(run, report);
  if (!run.bill) return;
  run.bill->finish(report.facility_energy);
  report.carbon_kg = run.bill->carbon_kg();
  report.cost_usd = run.bill->cost_usd();
  if (!report.gpu_energy) return;
  run.held_bill->finish(*report.gpu_energy);
  report.gpu_carbon_kg = run.held_bill->carbon_kg();
}

void check_energy(const RunParts& run, Report& report) {
  const Energy losses = losses_of(run.site.tree(), run.queue.now());
  const Energy storages = report.training ? report.training->storages : Energy();
  double residual =
      relative((report.facility_energy - report.it_energy - losses - storages).value(), report.facility_energy.value());
  if (report.training) residual = worse(residual, report.training->residual);
  for (const auto& node : report.nodes)
    if (node.path == "site")
      residual = worse(
          residual, relative((node.meter.energy() - report.facility_energy).value(), report.facility_energy.value()));
  report.energy_residual = worse(residual, run.fleet.instance_energy_residual(run.queue.now()));
}

void check_requests(const RunParts& run, Report& report) {
  std::uint64_t in_flight_tokens = 0, kv = 0, kv_recounted = 0;
  for (const Instance& instance : run.fleet.instances()) {
    in_flight_tokens += instance.tokens_in_flight();
    kv += instance.kv_used_tokens();
    kv_recounted += instance.kv_recounted_tokens();
  }
  if (run.hand_overs)
    run.hand_overs->each_under_way(
        [&](const Sequence& sequence, InstanceId) { in_flight_tokens += sequence.generated_tokens; });
  report.requests_residual =
      relative(difference(report.all.arrived, report.all.completed + report.all.rejected + report.all.squashed +
                                                  report.all.cancelled.value_or(0) + report.in_flight),
               static_cast<double>(report.all.arrived));
  report.tokens_residual =
      relative(difference(report.output_tokens, run.ledger.settled_output_tokens() + in_flight_tokens),
               static_cast<double>(report.output_tokens));
  report.kv_residual = relative(difference(kv, kv_recounted), static_cast<double>(most_kv_tokens(run.fleet)));
}

}  // namespace

Report report_of(const RunParts& run) {
  Report report;
  report.scenario = run.scenario.name;
  report.version = HEADROOM_VERSION;
  report.seed = run.scenario.seed;
  report.fingerprint = run.queue.fingerprint();
  report.events_handled = run.queue.handled();
  report.simulated_s = run.queue.now().value();
  report.start_date = start_date_of(run.door.source().trace());
  add_requests(run, report);
  add_services(run, report);
  add_series(run, report);
  for (std::size_t i = 0; i < run.fleet.instances().size(); ++i)
    report.instances.push_back(place_of(run, InstanceId(i)));
  if (run.thermal) report.thermal = run.thermal->finish();
  report.fleet = run.deployments.finish();
  add_pools(run, report);
  run.fleet.close_limits();
  run.log.finish(run.queue.now(), report);
  if (run.training) report.training = run.training->finish();
  if (run.tenants) report.tenants = run.tenants->finish();
  if (run.vms) report.vms = run.vms->finish();
  if (run.graphs) report.reuse = run.graphs->finish_reuse();
  if (run.graphs) report.graphs = run.graphs->finish();
  if (run.workers) add_workers(run, report);
  add_grid(run, report);
  add_warnings(run, report);
  add_energy(run, report);
  report.nodes = run.nodes.measured();
  if (run.thermal) report.max_row_5min_fraction = run.thermal->note_rows(report.nodes);
  check_energy(run, report);
  check_requests(run, report);
  return report;
}

}  // namespace headroom
