#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "predict/job_plan.hpp"

namespace headroom {

/// How a fleet does a job by the estimator, and the instances that `provision` proposes, as text.
[[nodiscard]] std::string plan_table(const PlannedJob& job, std::optional<std::uint32_t> most_gpus,
                                     Objective objective);

}  // namespace headroom
