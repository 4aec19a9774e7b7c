#pragma once

#include "headroom/quantity.hpp"

namespace headroom {

/// What one query takes of a node at full batch (Oviedo et al. 2025): PUE * node power * power utilization * output
/// tokens / throughput. Every way to the energy of a query has these factors, so that two of them can be compared one
/// by one.
struct QueryShare {
  double pue_ratio = 1;
  Power node{};                           ///< of a node at full power, at its inlet
  double power_utilization_fraction = 1;  ///< of that
  double output_tokens = 0;               ///< of the query
  double tokens_per_s = 1;                ///< output tokens of the node
  [[nodiscard]] Energy energy() const {
    return node * (pue_ratio * power_utilization_fraction) * Seconds(output_tokens / tokens_per_s);
  }
};

}  // namespace headroom
