#pragma once

#include <cstdint>
#include <memory>

#include "headroom/models.hpp"
#include "scenario/variants.hpp"
#include "serving/instance.hpp"

namespace headroom {

/// The language model of a variant on its GPUs.
struct ServedModel {
  /// Of a variant that fits. Throws InputError where a table of its step times cannot be read.
  explicit ServedModel(const VariantSpec& variant);

  std::unique_ptr<const PerformanceModel> performance;
  std::unique_ptr<const PowerModel> power;
  std::uint64_t kv_capacity_tokens;
  std::uint32_t most_sequences = InstanceSpec::kAnyBatch;  ///< that its steps are known for
};

}  // namespace headroom
