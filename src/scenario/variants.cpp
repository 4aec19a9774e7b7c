#include "scenario/variants.hpp"

#include <algorithm>
#include <cmath>
#include <utility>

#include "model/gpu_memory.hpp"
#include "model/placement_check.hpp"
#include "scenario/graph_classes.hpp"
#include "workflow/job_graph.hpp"

namespace headroom {

std::vector<WorkUnits> works_of(const Scenario& scenario) {
  std::vector<WorkUnits> all;
  for (const GraphStreamConfig& stream : scenario.workload.graphs)
    for (const ConfiguredGraph& one : stream.graphs())
      for (WorkUnits& work : works_of(one.graph, one.parameters)) all.push_back(std::move(work));
  if (encodes_in_pools(scenario)) all.push_back({{std::string(kImageUnit), 1.0}});
  return all;
}

std::vector<VariantSpec> variants_asked_for(const Scenario& scenario) {
  std::vector<VariantSpec> variants;
  const auto works = std::make_shared<const std::vector<WorkUnits>>(works_of(scenario));
  const auto services = scenario.all_services();
  const auto types = scenario.types();
  for (std::size_t s = 0; s < services.size(); ++s)
    for (std::size_t t = 0; t < types.size(); ++t) {
      const ServiceConfig& config = *services[s].config;
      const StartUpConfig& start = scenario.policy.start ? *scenario.policy.start : config.start;
      const std::uint32_t own_cores = config.cpu_cores.value_or(0);
      variants.push_back({ServiceId(s), TypeId(t), "", *types[t], config, config.model, config.stack, config.steps,
                          config.memory, start, config.tensor_parallel, config.parallelism,
                          own_cores > 0 ? 0 : config.tensor_parallel * config.parallelism.parts(), own_cores, 1.0,
                          scenario.model_draw, works});
      for (const auto& [name, other] : config.variants) {
        const std::uint32_t degree = other.tensor_parallel.value_or(config.tensor_parallel);
        const Parallelism parallelism = other.parallelism.value_or(config.parallelism);
        const std::uint32_t cores = other.cpu_cores.value_or(other.tensor_parallel ? 0 : own_cores);
        variants.push_back({ServiceId(s), TypeId(t), name, *types[t], config, other.model ? *other.model : config.model,
                            other.stack ? *other.stack : config.stack, other.steps ? *other.steps : config.steps,
                            other.memory ? *other.memory : config.memory, start, degree, parallelism,
                            cores > 0 ? 0 : degree * parallelism.parts(), cores, other.quality, scenario.model_draw,
                            works});
      }
    }
  return variants;
}

namespace {

/// What is longer than any request to a model whose memory nobody knows.
constexpr double kUnknownTokens = 1e9;

/// What stands against the draw of a row on a device that has it; empty where nothing does.
std::string against_draw(const UnitTime& row, const UnitDevice& device, const HardwareConfig& hardware) {
  const std::string draws = "\"" + row.unit + "\" draws ";
  if (device.cpu_cores > 0)
    return *row.power <= hardware.server.rated
               ? ""
               : draws + "more on " + device.name() + " than its server is rated for (/hardware/server/rated_w)";
  const Power each = *row.power / static_cast<double>(device.gpus);
  if (each < hardware.gpu_power.idle_loaded)
    return draws + "less on " + std::to_string(device.gpus) +
           " GPUs than idle ones with a model loaded (/hardware/gpu_power/idle_loaded_w)";
  if (each > hardware.gpu.tdp)
    return draws + "more on " + std::to_string(device.gpus) + " GPUs than their TDP (/hardware/gpu/tdp_w)";
  return "";
}

/// Whether a server has as many of its devices; else what it has.
std::vector<std::string> server_misfits_of(const VariantSpec& variant) {
  const ServerPowerSpec& server = variant.hardware.server;
  if (variant.gpus > server.gpus) return {"must be at most the " + std::to_string(server.gpus) + " GPUs of a server"};
  if (variant.cpu_cores > server.cpu_cores)
    return {"must be at most the " + std::to_string(server.cpu_cores) +
            " CPU cores of a server (/hardware/server/cpu_cores)"};
  return {};
}

/// Of a variant whose steps are by units.
std::vector<std::string> unit_misfits_of(const VariantSpec& variant) {
  if (auto problems = server_misfits_of(variant); !problems.empty()) return problems;
  const auto rows = read_unit_times(variant.steps);
  const UnitDevice device = variant.device();
  if (!knows_instance(rows, device))
    return {"no unit has a time on " + device.name() + " (there are: " + known_instances(rows) + ")"};
  for (const UnitTime& row : rows)
    if (row.is_of(device) && row.power)
      if (std::string why = against_draw(row, device, variant.hardware); !why.empty()) return {std::move(why)};
  return {};
}

/// Likewise by operating points.
std::vector<std::string> point_misfits_of(const VariantSpec& variant) {
  const HardwareConfig& hardware = variant.hardware;
  const std::string gpus = std::to_string(variant.gpus) + " x " + hardware.gpu.name;
  if (auto problems = server_misfits_of(variant); !problems.empty()) return problems;
  const auto points = points_of(variant.steps.points, hardware.gpu.name, variant.gpus);
  if (points.empty()) return {"no operating point is of " + gpus};
  for (const PointTime& point : points) {
    if (!point.power) continue;
    const Power each = *point.power / static_cast<double>(point.gpus);
    const std::string what = "an operating point on " + gpus + " draws ";
    if (each < hardware.gpu_power.idle_loaded)
      return {what + "less than idle ones with a model loaded (/hardware/gpu_power/idle_loaded_w)"};
    if (each > hardware.gpu.tdp) return {what + "more than their TDP (/hardware/gpu/tdp_w)"};
  }
  return {};
}

}  // namespace

std::vector<std::string> misfits_of(const VariantSpec& variant) {
  if (variant.steps.by_units()) return unit_misfits_of(variant);
  if (variant.steps.by_points()) return point_misfits_of(variant);
  if (variant.model.name.empty() || variant.stack.name.empty()) return {};  // its service says so
  const HardwareConfig& hardware = variant.hardware;
  auto problems = check_placement(
      {variant.model, variant.stack, hardware.gpu, hardware.server.gpus, variant.parallelism}, variant.tensor_parallel);
  if (!variant.stack.gpus.contains(hardware.gpu.name) && !variant.stack.gpus.contains("default"))
    problems.push_back("its stack has neither \"" + hardware.gpu.name + "\" nor \"default\"");
  if (problems.empty() && kv_capacity_tokens(variant) < 2)
    problems.push_back("by its memory the KV cache would hold less than two tokens");
  return problems;
}

double weight_bytes(const VariantSpec& variant) {
  if (!variant.steps.has_model()) return variant.memory.weight_bytes.value_or(0);
  return variant.memory.weight_bytes.value_or(variant.model.weight_bytes() * variant.parallelism.kv_groups);
}

double kv_bytes_per_token(const VariantSpec& variant) {
  if (!variant.steps.has_model()) return 0;
  const std::uint32_t degree = variant.tensor_parallel;
  return variant.memory.kv_bytes_per_token.value_or(degree * variant.model.kv_bytes_per_token_on_each(degree));
}

double kv_capacity_tokens(const VariantSpec& variant) {
  if (!variant.steps.has_model()) return kUnknownTokens;
  const KvMemoryConfig& memory = variant.memory;
  if (memory.capacity_tokens) return static_cast<double>(*memory.capacity_tokens);
  const double usable =
      memory.memory_bytes.value_or(variant.gpus * usable_bytes(variant.model, variant.hardware.gpu, variant.stack));
  return std::floor((usable - weight_bytes(variant)) / kv_bytes_per_token(variant));
}

std::vector<VariantSpec> variants_of(const Scenario& scenario) {
  std::vector<VariantSpec> fitting;
  for (const VariantSpec& variant : variants_asked_for(scenario))
    if (misfits_of(variant).empty()) fitting.push_back(variant);
  return fitting;
}

std::vector<StartPhase> start_phases(const VariantSpec& variant, bool held_same_model) {
  const StartUpConfig& start = variant.start;
  const Power idle = variant.on_cores() ? Power() : variant.hardware.gpu_power.idle;
  const Power loaded = variant.on_cores() ? Power() : variant.hardware.gpu_power.idle_loaded;
  std::vector<StartPhase> anew{
      {start.boot, idle}, {Seconds(weight_bytes(variant) / start.load_bytes_per_s), loaded}, {start.warmup, loaded}};
  Seconds sum;
  for (const StartPhase& phase : anew) sum += phase.duration;
  if (held_same_model && start.reshard < sum) return {{start.reshard, loaded}};
  return anew;
}

Seconds start_time(const VariantSpec& variant, bool held_same_model) {
  Seconds sum;
  for (const StartPhase& phase : start_phases(variant, held_same_model)) sum += phase.duration;
  return sum;
}

}  // namespace headroom
