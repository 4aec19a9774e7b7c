#include "scenario/served_model.hpp"

#include <utility>

#include "model/model_draw.hpp"
#include "model/performance/divided_model.hpp"
#include "model/performance/encoding_model.hpp"
#include "model/performance/point_model.hpp"
#include "model/performance/roofline.hpp"
#include "model/performance/table_model.hpp"
#include "model/performance/unit_model.hpp"
#include "model/power/gpu_power.hpp"
#include "model/power/unit_power.hpp"

namespace headroom {
namespace {

/// On the GPUs that share each layer, as if they had all of them.
std::unique_ptr<const PerformanceModel> model_of_layers(const VariantSpec& variant) {
  const GpuSpec& gpu = variant.hardware.gpu;
  if (variant.steps.by_units())
    return std::make_unique<UnitModel>(read_unit_times(variant.steps), *variant.works, variant.device(), gpu.max_clock,
                                       variant.on_cores() ? Power() : variant.hardware.gpu_power.idle_loaded);
  if (variant.steps.by_points())
    return std::make_unique<PointModel>(points_of(variant.steps.points, gpu.name, variant.gpus), gpu,
                                        variant.hardware.gpu_power.idle_loaded);
  const RooflineModel roofline(variant.model, gpu, variant.stack.on(gpu.name), variant.tensor_parallel);
  if (variant.steps.kind == StepTimesKind::roofline) return std::make_unique<RooflineModel>(roofline);
  return std::make_unique<TableModel>(read_step_table(variant.steps), roofline, gpu.max_clock,
                                      variant.steps.follows_clock);
}

std::unique_ptr<const PerformanceModel> step_model(const VariantSpec& variant) {
  auto model = divided(model_of_layers(variant), variant.parallelism);
  if (const auto& images = variant.config.images; images && images->encoder == ImageEncoder::instance)
    model = std::make_unique<EncodingModel>(std::move(model), *images->encode, variant.hardware.gpu.max_clock);
  return model;
}

std::unique_ptr<const PowerModel> power_model(const VariantSpec& variant) {
  const HardwareConfig& hardware = variant.hardware;
  if (variant.on_cores()) return std::make_unique<UnitPower>(GpuPowerCoefficients{}, hardware.gpu);
  if (!variant.steps.has_model()) return std::make_unique<UnitPower>(hardware.gpu_power, hardware.gpu);
  return std::make_unique<EnergyRoofline>(
      hardware.gpu_power, hardware.gpu, flop_energy_ratio(hardware.gpu_power, hardware.gpu, variant.config.input_data));
}

ErrorFactors factors_of(const VariantSpec& variant, std::uint64_t draw) {
  const std::string& gpu = variant.hardware.gpu.name;
  return drawn_factors(variant.stack.on(gpu).errors, error_kind_of(variant.model),
                       {1, static_cast<double>(variant.tensor_parallel), 1}, draw, variant.stack.name + " " + gpu);
}

}  // namespace

ServedModel::ServedModel(const VariantSpec& variant)
    : performance(step_model(variant)),
      power(power_model(variant)),
      kv_capacity_tokens(static_cast<std::uint64_t>(headroom::kv_capacity_tokens(variant))) {
  if (variant.steps.by_points())
    most_sequences = points_of(variant.steps.points, variant.hardware.gpu.name, variant.gpus).back().sequences;
  if (!variant.draw || !variant.steps.has_model()) return;
  const ErrorFactors factors = factors_of(variant, *variant.draw);
  // A table of step times is the user's own word.
  if (variant.steps.kind == StepTimesKind::roofline)
    performance = std::make_unique<DrawnPerformance>(std::move(performance), factors);
  power = std::make_unique<DrawnPower>(std::move(power), factors);
}

}  // namespace headroom
