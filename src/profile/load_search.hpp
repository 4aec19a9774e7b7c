#pragma once

#include <vector>

#include "profile/point_run.hpp"
#include "profile/profile_table.hpp"
#include "scenario/model_catalogue.hpp"
#include "scenario/running_variants.hpp"

namespace headroom {

/// Who is profiled with whose requests.
struct ProfileTask {
  VariantId variant;
  PoolId pool;
};

/// The curves of a variant with a pool's requests.
struct ProfiledVariant {
  std::vector<ProfileCurve> by_clock;
  PointResult alone;  ///< at the highest clock, under next to no load

  [[nodiscard]] bool is_of_use() const { return by_clock.back().largest_load() > 0; }
};

/// What all runs of a profile share; outlives them.
struct ProfileSurroundings {
  const Scenario& scenario;
  const ProfiledRequests& requests;
  const RunningVariants& variants;
  const ModelCatalogue& catalogue;
};

/// Finds the largest load at each clock, rising, then measures up to it. The pool's sample is not empty.
[[nodiscard]] ProfiledVariant profile_variant(const ProfileSurroundings& around, const ProfileTask& task,
                                              std::span<const Hertz> clocks);

}  // namespace headroom
