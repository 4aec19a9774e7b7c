#include "scenario/served_model.hpp"

#include "model/performance/roofline.hpp"
#include "model/performance/table_model.hpp"

namespace headroom {
namespace {

std::unique_ptr<const PerformanceModel> step_model(const VariantSpec& variant) {
  const GpuSpec& gpu = variant.hardware.gpu;
  const RooflineModel roofline(variant.model, gpu, variant.stack.on(gpu.name), variant.gpus);
  if (variant.steps.kind == StepTimesKind::roofline) return std::make_unique<RooflineModel>(roofline);
  return std::make_unique<TableModel>(read_step_table(variant.steps), roofline, gpu.max_clock,
                                      variant.steps.follows_clock);
}

}  // namespace

ServedModel::ServedModel(const VariantSpec& variant)
    : performance(step_model(variant)),
      power(variant.hardware.gpu_power, variant.hardware.gpu,
            flop_energy_ratio(variant.hardware.gpu_power, variant.hardware.gpu, variant.config.input_data)),
      kv_capacity_tokens(static_cast<std::uint64_t>(headroom::kv_capacity_tokens(variant))) {}

}  // namespace headroom
