#pragma once

#include <string>

#include "metrics/report.hpp"

namespace headroom {

/// What a person wants to know of a run, on one screen: power against budget, throttling, latency by class, SLO.
std::string run_table(const Report& report, const HostUsage& host);

}  // namespace headroom
