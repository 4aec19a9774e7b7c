#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>

#include "headroom/fields.hpp"

namespace headroom {

/// How a fleet changed over a run.
struct FleetResult {
  std::uint64_t starts = 0, failed_starts = 0, drains = 0, stops = 0, reshards = 0;
  std::uint64_t requeued = 0, not_applied = 0;
  std::map<std::string, double> gpu_hours;  ///< by what GPUs were for
  std::optional<double> cost_usd{};         ///< of all workers, where they have a price

  void fields(Fields& f) const {
    f("starts", starts, "instances that began to start");
    f("failed_starts", failed_starts, "of these, those that failed");
    f("drains", drains, "instances that were asked to stop");
    f("stops", stops, "instances that stopped");
    f("reshards", reshards, "of the starts, those on servers that held the same model before");
    f("requeued", requeued, "requests that an instance handed back");
    f("not_applied", not_applied, "commands that did not apply any more when they landed");
    f("gpu_hours", gpu_hours, "GPU hours by use: idle, starting, up, draining, other (jobs, tenants), down");
    f("cost_usd", cost_usd, "the sum of `/workers/POOL/cost_usd`, where that is said");
  }
};

}  // namespace headroom
