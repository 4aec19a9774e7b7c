#include "app/memory_estimate.hpp"

#include <algorithm>
#include <cmath>
#include <limits>

#include "base/text.hpp"
#include "headroom/batch_scheduler.hpp"
#include "metrics/meter.hpp"
#include "scenario/fleet_plan.hpp"
#include "serving/instance.hpp"
#include "workflow/job_graph.hpp"

namespace headroom {
namespace {

constexpr double kMib = 0x1p20;
constexpr double kProgram = 30 * kMib;
constexpr double kServer = 3'000;  // bytes: its host in SimGrid above all
constexpr double kNode = 500;
constexpr double kNic = 4'000;    // its links and routes in SimGrid, and who waits for it
constexpr double kMeter = 6'000;  // without its series
constexpr double kGrowth = 1.5;   // a vector that grows has room for twice what it holds, at most
constexpr double kVm = 1'000;     // its state, its events, its texts in the log
constexpr Seconds kVmLife{3e6};   // below the mean lifetime
constexpr double kStage = 60;     // its waits, deadline, place and request
constexpr double kEvents = 48;    // two of the queue
constexpr std::size_t kMostNamed = 3;

double nodes_called(const Scenario& scenario, const std::string& name) {
  if (name == "server") return scenario.site.servers;
  const auto counts = nodes_by_level(scenario.site);
  for (std::size_t i = 0; i < counts.size(); ++i)
    if (scenario.site.levels[i].name == name) return static_cast<double>(counts[i]);
  return 1;
}

double nodes_called(const Scenario& scenario, const std::vector<std::string>& names) {
  double sum = 0;
  for (const auto& name : names) sum += nodes_called(scenario, name);
  return sum;
}

std::string product(double a, const std::string& of_a, double b, const std::string& of_b) {
  return " (" + grouped(static_cast<std::uint64_t>(a)) + " " + of_a + " x " + grouped(static_cast<std::uint64_t>(b)) +
         " " + of_b + ")";
}

MemoryPart site_part(const Scenario& scenario) {
  double path = 10, nodes = 1;
  const auto counts = nodes_by_level(scenario.site);
  for (std::size_t i = 0; i < counts.size(); ++i) {
    path += static_cast<double>(scenario.site.levels[i].name.size()) + 10;
    nodes += static_cast<double>(counts[i]);
  }
  const double servers = scenario.site.servers;
  return {"the power tree" + product(servers, "servers", nodes, "nodes above them, at most"),
          servers * (kServer + kNode + 2 * path) + nodes * (kNode + 2 * path)};
}

/// Requests of the whole run; infinity where only a trace knows.
double most_requests(const Scenario& scenario) {
  const auto& synthetic = scenario.workload.synthetic;
  const auto duration = known_duration(scenario);
  if (!synthetic || !duration) return std::numeric_limits<double>::infinity();
  const double mean = synthetic->rate_per_s * duration->value();
  return 1'000 + 2 * mean;
}

void add_serving(const Scenario& scenario, std::vector<MemoryPart>& parts) {
  const auto services = scenario.all_services();
  if (services.empty()) return;
  const FleetPlan plan = plan_fleet(scenario);
  double instances = 0, most_waiting = 0, waiting = 0;
  for (const auto& pool : plan.pools) {
    const double each = services[pool.service.index()].config->max_waiting_requests;
    instances += static_cast<double>(pool.instances);
    most_waiting = std::max(most_waiting, each);
    waiting += static_cast<double>(pool.instances) * each;
  }
  parts.push_back({"instances (" + grouped(static_cast<std::uint64_t>(instances)) + ")",
                   instances * (sizeof(Instance) + 130 * sizeof(Sequence) + 1'000)});
  parts.push_back(
      {"requests that wait, /serving/max_waiting_requests" + product(instances, "instances", most_waiting, "requests"),
       kGrowth * sizeof(Sequence) * std::min(waiting, most_requests(scenario))});
}

/// Machines of the whole run, and the templates of their groups, of rows and of aisles.
void add_vms(const Scenario& scenario, std::vector<MemoryPart>& parts) {
  if (!scenario.workload.vms || !scenario.duration) return;
  const VmsConfig& vms = *scenario.workload.vms;
  const double places =
      static_cast<double>(scenario.site.servers) * std::max(1U, scenario.hardware.server.gpus / vms.gpus);
  const double standing = vms.count ? *vms.count : vms.occupied_fraction.value_or(0.9) * places;
  const double machines = standing * (1 + *scenario.duration / (kVmLife * vms.time_stretch));
  const double groups = machines / (0.5 * (static_cast<double>(vms.group_least) + vms.group_most));
  const auto counts = nodes_by_level(scenario.site);
  const double rows =
      static_cast<double>(counts.empty() ? 1 : counts[counts.size() - std::min<std::size_t>(2, counts.size())]);
  const auto steps = static_cast<double>(vms.steps());
  parts.push_back({"templates, /workload/vms" + product(groups + 2 * rows, "groups and rows", steps, "steps"),
                   (groups + 2 * rows) * steps * sizeof(double)});
  parts.push_back({"virtual machines (" + grouped(static_cast<std::uint64_t>(machines)) + ")", machines * kVm});
}

/// What the tracker knows of the stages of all jobs, where none ends before the others come.
void add_graphs(const Scenario& scenario, std::vector<MemoryPart>& parts) {
  double stages = 0;
  for (const GraphStreamConfig& stream : scenario.workload.graphs) {
    double most = 0;
    for (const ConfiguredGraph& one : stream.graphs()) most = std::max(most, count_nodes(one.graph, one.parameters));
    stages += stream.count * most;
  }
  if (stages > 0)
    parts.push_back({"stages of job graphs (" + grouped(static_cast<std::uint64_t>(stages)) + "), /workload/graphs",
                     stages * kStage});
}

void add_network(const Scenario& scenario, std::vector<MemoryPart>& parts) {
  if (!scenario.network || scenario.network->kind != NetworkKind::flows) return;
  const double servers = scenario.site.servers;
  parts.push_back({"NICs (" + grouped(scenario.site.servers) + "), /network", servers * kNic});
}

void add_meters(const Scenario& scenario, std::vector<MemoryPart>& parts) {
  const auto& output = scenario.output.power;
  double nodes = output.nodes.empty() ? 1 : nodes_called(scenario, output.nodes);
  if (output.nodes.empty())
    for (const std::size_t count : nodes_by_level(scenario.site)) nodes += static_cast<double>(count);
  const double length = known_duration(scenario).value_or(Seconds(1e9)).value();
  double bins = output.bin ? std::ceil(length / output.bin->value()) : BinnedSeries::kMostBins;
  if (!output.bin) bins = std::min(bins, std::ceil(length / 2) + 1);
  if (output.bin && !known_duration(scenario)) bins = 0;
  parts.push_back({"power over time, /output/power" + product(nodes, "nodes", bins, "bins"),
                   nodes * (kMeter + bins * BinnedSeries::kBytesOfBin * kGrowth)});
}

void add_telemetry(const Scenario& scenario, std::vector<MemoryPart>& parts) {
  const TelemetryConfig& telemetry = scenario.telemetry;
  double nodes = 0;
  for (const LevelConfig& level : scenario.site.levels)
    if (level.budget && std::ranges::find(telemetry.levels, level.name) != telemetry.levels.end())
      nodes += nodes_called(scenario, level.name);
  if (nodes == 0) return;
  const double windows = std::ceil((telemetry.window + telemetry.delay) / telemetry.period);
  double rises = 0;
  for (const double window : SampleStatistics::kWindows) rises += window / telemetry.period.value();
  const double held = std::min(rises, known_duration(scenario).value_or(Seconds(1e9)) / telemetry.period * 3);
  parts.push_back({"telemetry, /telemetry" + product(nodes, "nodes", windows + held, "samples"),
                   windows * (nodes * sizeof(Energy) + kEvents) + nodes * held * 2 * sizeof(double)});
}

void add_grid(const Scenario& scenario, std::vector<MemoryPart>& parts) {
  if (!scenario.grid || !scenario.duration) return;
  const double nodes = nodes_called(scenario, scenario.grid->nodes);
  const double samples = std::max(0.0, (*scenario.duration - scenario.grid->warmup) / scenario.grid->sample);
  // Each is kept as a float and copied for the report; of one node at a time, doubles, windows and bins of a spectrum.
  parts.push_back(
      {"samples of power, /grid" + product(nodes, "nodes", samples, "samples"),
       samples * (nodes * sizeof(float) * (1 + kGrowth) + 16 * sizeof(double)) + samples * nodes * 3 * sizeof(double)});
}

double stage_bytes(const SmoothingConfig& smoothing) {
  double sum = 0;
  for (const SmoothingStage& stage : smoothing.stages)
    if (stage.enabled) sum += stage.smoother.value->state_bytes();
  return sum;
}

double cycle_bytes(const JobShape& shape) {
  const WaveformConfig& waveform = shape.waveform;
  const double stages = shape.shrink ? shape.shrink->epochs : 1.0;
  const double dips = waveform.dips ? waveform.dips->count : 0.0;
  return stages * (static_cast<double>(waveform.phases.size()) + 3) * (1 + 2 * dips) * sizeof(WaveStep) * kGrowth;
}

void add_jobs(const Scenario& scenario, std::vector<MemoryPart>& parts) {
  MemoryPart storages{"storages of training jobs, /smoothing", 0};
  MemoryPart waveforms{"steps of waveforms, /workload/jobs", 0};
  const double gpus = scenario.hardware.server.gpus;
  for (const SiteJob& job : scenario.workload.jobs) {
    const double cohorts = std::min(job.shape.start_jitter.cohorts + 1.0, std::ceil(job.gpus / gpus));
    storages.bytes += cohorts * stage_bytes(job.smoothing ? *job.smoothing : scenario.smoothing);
    waveforms.bytes += cycle_bytes(job.shape);
  }
  if (const auto& trace = scenario.workload.job_trace) {
    storages.bytes += static_cast<double>(scenario.site.servers) * stage_bytes(scenario.smoothing);
    for (const auto& [kind, shape] : trace->shapes) waveforms.bytes += cycle_bytes(shape);
  }
  parts.push_back(std::move(storages));
  parts.push_back(std::move(waveforms));
}

std::string mib(double bytes) {
  return grouped(static_cast<std::uint64_t>(std::ceil(bytes / kMib))) + " MiB";
}

}  // namespace

std::vector<MemoryPart> memory_of(const Scenario& scenario) {
  std::vector<MemoryPart> parts{{"the program", kProgram}, site_part(scenario)};
  add_serving(scenario, parts);
  add_vms(scenario, parts);
  add_graphs(scenario, parts);
  add_network(scenario, parts);
  add_meters(scenario, parts);
  add_telemetry(scenario, parts);
  add_grid(scenario, parts);
  add_jobs(scenario, parts);
  std::ranges::stable_sort(parts, std::ranges::greater(), &MemoryPart::bytes);
  return parts;
}

void check_memory(const Scenario& scenario, double limit_mib, const std::string& file) {
  const auto parts = memory_of(scenario);
  double sum = 0;
  for (const MemoryPart& part : parts) sum += part.bytes;
  if (sum <= limit_mib * kMib) return;
  std::vector<std::string> largest;
  for (std::size_t i = 0; i < kMostNamed && (i == 0 || parts[i].bytes > 0.05 * sum); ++i)
    largest.push_back(mib(parts[i].bytes) + " for " + parts[i].what);
  throw InputError(file, "the run may need " + mib(sum) + " of memory, more than the " + mib(limit_mib * kMib) +
                             " that it may take (--max-memory): " + join(largest, ", "));
}

}  // namespace headroom
