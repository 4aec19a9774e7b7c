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
      variants.push_back({ServiceId(s), TypeId(t), "", *types[t], config, config.model, config.stack, config.steps,
                          config.memory, start, config.tensor_parallel, config.parallelism,
                          config.tensor_parallel * config.parallelism.parts(), 1.0, scenario.model_draw, works});
      for (const auto& [name, other] : config.variants) {
        const std::uint32_t degree = other.tensor_parallel.value_or(config.tensor_parallel);
        const Parallelism parallelism = other.parallelism.value_or(config.parallelism);
        variants.push_back({ServiceId(s), TypeId(t), name, *types[t], config, other.model ? *other.model : config.model,
                            other.stack ? *other.stack : config.stack, other.steps ? *other.steps : config.steps,
                            other.memory ? *other.memory : config.memory, start, degree, parallelism,
                            degree * parallelism.parts(), other.quality, scenario.model_draw, works});
      }
    }
  return variants;
}

namespace {

/// What is longer than any request to a model whose memory nobody knows.
constexpr double kUnknownTokens = 1e9;

/// Of a variant whose steps are by units.
std::vector<std::string> unit_misfits_of(const VariantSpec& variant) {
  const GpuSpec& gpu = variant.hardware.gpu;
  if (variant.gpus > variant.hardware.server.gpus)
    return {"must be at most the " + std::to_string(variant.hardware.server.gpus) + " GPUs of a server"};
  const auto rows = read_unit_times(variant.steps);
  if (!knows_instance(rows, gpu.name, variant.gpus))
    return {"no unit has a time on " + std::to_string(variant.gpus) + " x " + gpu.name +
            " (there are: " + known_instances(rows) + ")"};
  for (const UnitTime& row : rows)
    if (row.gpus == variant.gpus && row.power &&
        *row.power / static_cast<double>(row.gpus) < variant.hardware.gpu_power.idle_loaded)
      return {"\"" + row.unit + "\" draws less on " + std::to_string(row.gpus) +
              " GPUs than idle ones with a model loaded (/hardware/gpu_power/idle_loaded_w)"};
  for (const UnitTime& row : rows)
    if (row.gpus == variant.gpus && row.power && *row.power / static_cast<double>(row.gpus) > gpu.tdp)
      return {"\"" + row.unit + "\" draws more on " + std::to_string(row.gpus) +
              " GPUs than their TDP (/hardware/gpu/tdp_w)"};
  return {};
}

/// Likewise by operating points.
std::vector<std::string> point_misfits_of(const VariantSpec& variant) {
  const HardwareConfig& hardware = variant.hardware;
  const std::string gpus = std::to_string(variant.gpus) + " x " + hardware.gpu.name;
  if (variant.gpus > hardware.server.gpus)
    return {"must be at most the " + std::to_string(hardware.server.gpus) + " GPUs of a server"};
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
  const GpuPowerCoefficients& power = variant.hardware.gpu_power;
  std::vector<StartPhase> anew{{start.boot, power.idle},
                               {Seconds(weight_bytes(variant) / start.load_bytes_per_s), power.idle_loaded},
                               {start.warmup, power.idle_loaded}};
  Seconds sum;
  for (const StartPhase& phase : anew) sum += phase.duration;
  if (held_same_model && start.reshard < sum) return {{start.reshard, power.idle_loaded}};
  return anew;
}

Seconds start_time(const VariantSpec& variant, bool held_same_model) {
  Seconds sum;
  for (const StartPhase& phase : start_phases(variant, held_same_model)) sum += phase.duration;
  return sum;
}

}  // namespace headroom
