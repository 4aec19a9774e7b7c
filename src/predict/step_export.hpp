#pragma once

#include <span>
#include <string>

#include "scenario/scenario.hpp"

namespace headroom {

/// How long steps last on each variant of a scenario's services, by the models of a run at the highest clock, as CSV in
/// the layout that step tables have: for each number of tokens a step of one prompt so long, and one of so many
/// decodes that hold `context_tokens` each. Variants that differ only in what steps do not depend on share rows.
[[nodiscard]] std::string step_tables(const Scenario& scenario, std::span<const double> batch_tokens,
                                      double context_tokens);

}  // namespace headroom
