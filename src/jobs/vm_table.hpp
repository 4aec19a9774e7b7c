#pragma once

#include <vector>

#include "jobs/vm_generator.hpp"

namespace headroom {

/// The machines of the file that the configuration names, and of the records that the file names. Machines that come
/// after the end are left out. InputError names file and line.
[[nodiscard]] VmList read_vms(const VmsConfig& config, const std::vector<Endpoint>& endpoints, Seconds until,
                              double most_idle_fraction);

}  // namespace headroom
