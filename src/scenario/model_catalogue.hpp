#pragma once

#include <cstdint>
#include <memory>
#include <vector>

#include "facility/server_power.hpp"
#include "headroom/world.hpp"
#include "scenario/served_model.hpp"

namespace headroom {

/// Asks the models of a scenario's variants for their steady state. Requests arrive as they like, are never pre-empted
/// and meet as many others as fit the mean load; waiting for a place in the batch is not counted.
class ModelCatalogue final : public Catalogue {
 public:
  /// The scenario outlives this.
  explicit ModelCatalogue(const Scenario& scenario);

  [[nodiscard]] Estimate estimate(VariantId variant, const Load& load, Hertz clock) const override;
  [[nodiscard]] Seconds runtime(VariantId variant, const Request& request) const override;
  /// What the GPUs of an instance draw for it meanwhile.
  [[nodiscard]] Energy energy(VariantId variant, const Request& request) const;
  /// Of the GPUs of an instance that waits.
  [[nodiscard]] Power idle_instance(VariantId variant) const;
  [[nodiscard]] Power server_input(TypeId type, Power gpus) const override;
  [[nodiscard]] Power idle_gpu(TypeId type) const override { return types_[type.index()].hardware.gpu_power.idle; }
  [[nodiscard]] double draw_ratio(TypeId type, Hertz clock) const override;

 private:
  struct Entry {
    VariantSpec spec;
    std::unique_ptr<const ServedModel> model;
  };
  struct Type {
    const HardwareConfig& hardware;
    ServerPower server;
  };
  std::vector<Entry> entries_;
  std::vector<Type> types_;
  std::uint32_t most_sequences_ = 0;  ///< on an instance, by its batch scheduler
};

}  // namespace headroom
