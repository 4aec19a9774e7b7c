#include "engine/section_check.hpp"

namespace headroom {

void check_cooling(const Scenario& scenario, const Scope& root) {
  if (!scenario.hardware.thermal)
    root.at("hardware").at("thermal").problem("missing: a scenario with cooling needs it");
  if (scenario.workload.has_jobs())
    root.at("cooling").problem("temperatures of GPUs with training jobs are not modelled: leave out cooling or jobs");
}

}  // namespace headroom
