#include "scenario/variants.hpp"

#include <algorithm>
#include <utility>

#include "model/placement_check.hpp"

namespace headroom {

std::vector<VariantSpec> variants_asked_for(const Scenario& scenario) {
  std::vector<VariantSpec> variants;
  const auto services = scenario.all_services();
  const auto types = scenario.types();
  for (std::size_t s = 0; s < services.size(); ++s)
    for (std::size_t t = 0; t < types.size(); ++t) {
      const ServiceConfig& config = *services[s].config;
      variants.push_back(
          {ServiceId(s), TypeId(t), "", *types[t], config, config.model, config.stack, config.tensor_parallel, 1.0});
      for (const auto& [name, other] : config.variants)
        variants.push_back({ServiceId(s), TypeId(t), name, *types[t], config, other.model ? *other.model : config.model,
                            other.stack ? *other.stack : config.stack,
                            other.tensor_parallel.value_or(config.tensor_parallel), other.quality});
    }
  return variants;
}

std::vector<std::string> misfits_of(const VariantSpec& variant) {
  const HardwareConfig& hardware = variant.hardware;
  auto problems = check_placement({variant.model, variant.stack, hardware.gpu, hardware.server.gpus}, variant.gpus);
  if (!variant.stack.gpus.contains(hardware.gpu.name) && !variant.stack.gpus.contains("default"))
    problems.push_back("its stack has neither \"" + hardware.gpu.name + "\" nor \"default\"");
  return problems;
}

std::vector<VariantSpec> variants_of(const Scenario& scenario) {
  std::vector<VariantSpec> fitting;
  for (const VariantSpec& variant : variants_asked_for(scenario))
    if (misfits_of(variant).empty()) fitting.push_back(variant);
  return fitting;
}

std::vector<StartPhase> start_phases(const VariantSpec& variant, bool held_same_model) {
  const StartUpConfig& start = variant.config.start;
  const GpuPowerCoefficients& power = variant.hardware.gpu_power;
  const std::vector<StartPhase> anew{
      {start.boot, power.idle},
      {Seconds(variant.model.weight_bytes() / start.load_bytes_per_s), power.idle_loaded},
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
