#pragma once

#include <vector>

#include "facility/site.hpp"
#include "fleet/deployments.hpp"
#include "fleet/fleet.hpp"
#include "kernel/event_queue.hpp"
#include "scenario/incident_config.hpp"

namespace headroom {

/// Lets happen what is to befall the site of a run.
class Incidents {
 public:
  /// All outlive this.
  Incidents(const IncidentsConfig& config, Fleet& fleet, Deployments& deployments, EventLog& log, EventQueue& queue);

 private:
  void happen(const Event& event);
  void announce(const EvictionConfig& eviction);
  [[nodiscard]] std::vector<ServerId> servers_of(const EvictionConfig& eviction) const;

  const IncidentsConfig& config_;
  Fleet& fleet_;
  Deployments& deployments_;
  EventLog& log_;
  EventQueue& queue_;
};

}  // namespace headroom
