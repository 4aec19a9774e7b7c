#pragma once

#include <cstddef>
#include <string>
#include <vector>

#include "study/sweep_plan.hpp"

namespace headroom {

/// Which points of a sweep a program runs: all, those of a shard, or those of some names.
struct PointSelection {
  std::size_t shard = 1, shards = 1;  ///< point k, counted from 0, is of shard k mod `shards` + 1
  std::vector<std::string> only;      ///< names; none: all

  [[nodiscard]] bool is_all() const { return shards == 1 && only.empty(); }
  [[nodiscard]] bool has(std::size_t index, const std::string& name) const;
  /// An InputError where a name is of no point.
  void check(const SweepPlan& plan) const;
};

/// Reads `2/5`, the second of five, into the selection; an InputError where it is none.
void read_shard(const std::string& text, PointSelection& selection);

}  // namespace headroom
