#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "base/problem.hpp"
#include "headroom/id.hpp"
#include "jobs/vm_record.hpp"
#include "scenario/scenario.hpp"

namespace headroom {

/// Machines of one customer, which work alike; or of one endpoint, of which level and phase say nothing.
struct VmGroup {
  double level_fraction = 1.0;      ///< GPU power at the peak over TDP
  double was_level_fraction = 1.0;  ///< likewise in the week before
  Seconds phase{};                  ///< by which it is late against the shape
};

/// A virtual machine before it comes; times as the run sees them.
struct VmSpec {
  std::string name;
  Seconds arrival{};
  std::optional<Seconds> lifetime;  ///< from when it found a place; none: to the end
  std::uint32_t group = 0;
  std::optional<ServiceId> service;  ///< none: opaque
  std::uint16_t gpus = 8;
  bool has_history = true;
  std::shared_ptr<const VmRecord> record;  ///< that it follows in place of its group's level and shape
  double draw = 0;                         ///< for a placement that decides by chance
};

/// The machines of a run in order of their coming.
struct VmList {
  std::vector<VmSpec> machines;
  std::vector<VmGroup> groups;
};

/// From the file, or generated. `most_idle_fraction` is the idle power over TDP of the server type where that is most:
/// no record goes below. InputError names file and line.
[[nodiscard]] VmList list_vms(const Scenario& scenario, std::size_t places, double most_idle_fraction);

}  // namespace headroom
