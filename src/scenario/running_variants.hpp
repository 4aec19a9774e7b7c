#pragma once

#include <memory>
#include <vector>

#include "scenario/served_model.hpp"
#include "serving/instance.hpp"

namespace headroom {

/// A variant with its models, as instances of a run are made of it.
struct RunningVariant {
  /// `prompts` are those under way, of which its instances may keep prefixes.
  RunningVariant(const VariantSpec& variant, const std::string& scheduler, const PromptPrefixes* prompts)
      : spec(variant),
        device(device_of(variant)),
        model(variant),
        instance{model.performance.get(),
                 model.power.get(),
                 &device,
                 variant.hardware.limits,
                 variant.on_cores() ? 1 : variant.gpus,
                 model.kv_capacity_tokens,
                 variant.config.max_waiting_requests,
                 scheduler,
                 variant.config.prefix_cache ? prompts : nullptr,
                 model.most_sequences} {}
  RunningVariant(const RunningVariant&) = delete;

  VariantSpec spec;
  GpuSpec device;
  ServedModel model;
  InstanceSpec instance;

 private:
  /// CPU cores of an instance are to it one GPU without a limit of its draw.
  static GpuSpec device_of(const VariantSpec& variant) {
    GpuSpec device = variant.hardware.gpu;
    if (variant.on_cores()) device.tdp = PowerLimiter::kUnlimited;
    return device;
  }
};

/// Those of a scenario that fit, by their ids.
class RunningVariants {
 public:
  RunningVariants(const Scenario& scenario, const PromptPrefixes* prompts) {
    for (const VariantSpec& variant : variants_of(scenario))
      list_.push_back(std::make_unique<RunningVariant>(variant, batching_of(scenario, variant.service).kind, prompts));
  }
  [[nodiscard]] std::size_t size() const { return list_.size(); }
  [[nodiscard]] const RunningVariant& operator[](VariantId id) const { return *list_[id.index()]; }
  /// The one of a service on a server type that is called so; there must be one.
  [[nodiscard]] VariantId named(ServiceId service, TypeId type, const std::string& name) const {
    std::size_t i = 0;
    while (list_[i]->spec.service != service || list_[i]->spec.server_type != type || list_[i]->spec.name != name) ++i;
    return VariantId(i);
  }

 private:
  std::vector<std::unique_ptr<RunningVariant>> list_;
};

}  // namespace headroom
