#include "control/world_of.hpp"

#include "facility/supported_clocks.hpp"
#include "scenario/slo.hpp"

namespace headroom {
namespace {

/// With live re-shards: of one part, and of the engines' new agreement.
Seconds reshard_time(const VariantSpec& spec) {
  return spec.start.nvlink_part ? *spec.start.nvlink_part + spec.start.sync : start_time(spec, true);
}

Variant described(const RunningVariant& variant) {
  return {.name = variant.spec.name,
          .service = variant.spec.service,
          .server_type = variant.spec.server_type,
          .gpus = static_cast<std::uint16_t>(variant.spec.gpus),
          .kv_capacity_tokens = variant.model.kv_capacity_tokens,
          .quality = variant.spec.quality,
          .most_sequences = variant.model.most_sequences,
          .start = start_time(variant.spec, false),
          .reshard = reshard_time(variant.spec),
          .reshards_live = variant.spec.start.nvlink_part.has_value(),
          .idle_gpu = variant.spec.hardware.gpu_power.idle};
}

}  // namespace

World world_of(const Scenario& scenario, const FleetPlan& plan, const ClassTable& classes, const Fleet& fleet,
               const Catalogue& catalogue) {
  World world;
  world.catalogue = &catalogue;
  world.order_delay = scenario.actuation.order;
  if (scenario.policy.batching.value) world.most_sequences = scenario.policy.batching.value->most_sequences();
  const auto services = scenario.all_services();
  for (std::size_t i = 0; i < services.size(); ++i)
    world.services.push_back({services[i].name, {}, plan.services[i].servers});
  for (std::size_t i = 0; i < fleet.view().pools(); ++i)
    world.services[fleet.service_of(PoolId(i)).index()].pools.emplace_back(i);
  for (std::size_t i = 0; i < fleet.variants().size(); ++i)
    world.variants.push_back(described(fleet.variants()[VariantId(i)]));
  for (std::size_t i = 0; i < classes.size(); ++i) {
    const auto targets = targets_of(scenario, classes, ClassId(i)).value_or(SloTargets{});
    world.classes.push_back({classes.name(ClassId(i)), classes.priority(ClassId(i)), targets.ttft, targets.tbt});
  }
  for (const HardwareConfig* type : scenario.types()) world.clocks.push_back(supported_clocks(type->gpu));
  return world;
}

}  // namespace headroom
