#include "scenario/control_check.hpp"
#include "scenario/proportion_check.hpp"
#include "scenario/section_check.hpp"

namespace headroom {
void Scenario::check(const Scope& root) const {
  if (serving && !services.empty())
    root.at("services").problem("stand beside /serving, which is the one service of a scenario: leave out one of them");
  check_losses(*this, root);
  if (root.at("site").sound()) {
    check_types(*this, root);
    check_nodes(*this, root);
    if (root.at("hardware").at("gpu").sound()) check_control(*this, root);
  }
  if (cooling) check_cooling(*this, root);
  check_services(*this, root);
  check_steps(*this, root);
  check_durations(*this, root);
  check_workload(*this, root);
}

}  // namespace headroom
