#pragma once

#include <string>

#include "hugging_face/foreign_object.hpp"
#include "model/performance/precision.hpp"

namespace headroom {

/// How large a weight and an element of the cache are, and what is simplified about it (may be empty).
struct WeightFormat {
  Precision precision = Precision::bf16;
  double weight_bytes = 2;
  double kv_bytes = 2;
  std::string simplification;
};

/// The format by `dtype` (or `torch_dtype`) and `quantization_config` of the sizes or of the object around them. Throws
/// InputError for one that is not known.
[[nodiscard]] WeightFormat weight_format(const ForeignObject& sizes, const ForeignObject& outer);

}  // namespace headroom
