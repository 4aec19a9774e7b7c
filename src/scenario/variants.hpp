#pragma once

#include <algorithm>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "scenario/scenario.hpp"

namespace headroom {

/// One way to run a service on a server type, by what the scenario says of it, which outlives it.
struct VariantSpec {
  ServiceId service;
  TypeId server_type;
  std::string name;  ///< in its service; empty: as the service itself says
  const HardwareConfig& hardware;
  const ServiceConfig& config;
  const Architecture& model;
  const StackProfile& stack;
  const StepsConfig& steps;
  const KvMemoryConfig& memory;
  const StartUpConfig& start;
  std::uint32_t tensor_parallel = 1;
  Parallelism parallelism;
  std::uint32_t gpus = 1;       ///< of an instance
  std::uint32_t cpu_cores = 0;  ///< of an instance, in place of GPUs
  double quality = 1.0;
  std::optional<std::uint64_t> draw{};                    ///< of its models' errors
  std::shared_ptr<const std::vector<WorkUnits>> works{};  ///< of the scenario's job graphs

  /// Whether an instance of this is one of that in another way, so that it has its weights already.
  [[nodiscard]] bool holds_same_model(const VariantSpec& other) const {
    return model == other.model && !steps.by_points() && (!steps.by_units() || service == other.service);
  }
  /// On which an instance stands: more than one only where it takes all their GPUs.
  [[nodiscard]] std::uint32_t servers() const { return std::max(1U, gpus / hardware.server.gpus); }
  [[nodiscard]] std::uint32_t gpus_on_each() const { return gpus / servers(); }
  [[nodiscard]] bool on_cores() const { return cpu_cores > 0; }
  [[nodiscard]] UnitDevice device() const { return {hardware.gpu.name, gpus, cpu_cores}; }
};

/// Work of the stages of all job graphs, then that of an image: what the kinds of `UnitWork` count.
[[nodiscard]] std::vector<WorkUnits> works_of(const Scenario& scenario);

/// All that fit, by service, then server type, then name: what VariantIds count.
[[nodiscard]] std::vector<VariantSpec> variants_of(const Scenario& scenario);
/// The same whether they fit or not.
[[nodiscard]] std::vector<VariantSpec> variants_asked_for(const Scenario& scenario);
/// Whether the models know the variant's GPU, and its weights fit; else what is wrong, a sentence each.
[[nodiscard]] std::vector<std::string> misfits_of(const VariantSpec& variant);

/// Bytes of an instance, over all its GPUs.
[[nodiscard]] double weight_bytes(const VariantSpec& variant);
[[nodiscard]] double kv_bytes_per_token(const VariantSpec& variant);
/// Tokens that the KV cache of an instance holds; not above 0 where its weights do not fit.
[[nodiscard]] double kv_capacity_tokens(const VariantSpec& variant);

/// A stretch of a start, and what each GPU of the instance draws meanwhile.
struct StartPhase {
  Seconds duration;
  Power per_gpu;
};
/// What a new instance goes through before it serves; on a server that held the same model before, less: reshard_s,
/// where that is shorter.
[[nodiscard]] std::vector<StartPhase> start_phases(const VariantSpec& variant, bool held_same_model);
[[nodiscard]] Seconds start_time(const VariantSpec& variant, bool held_same_model);

}  // namespace headroom
