#include "scenario/control_check.hpp"
#include "scenario/proportion_check.hpp"
#include "scenario/section_check.hpp"

namespace headroom {

void Scenario::check(const Scope& root) const {
  const Scope machines = root.at("hardware");
  check_losses(*this, root);
  if (root.at("site").sound()) {
    check_nodes(*this, root);
    if (machines.at("gpu").sound()) check_control(*this, root);
  }
  if (cooling) check_cooling(*this, root);
  if (serving) check_serving(*this, root);
  if (serving && machines.sound() && root.at("serving").sound()) check_steps(*this, root);
  check_durations(*this, root);
  check_workload(*this, root);
}

}  // namespace headroom
