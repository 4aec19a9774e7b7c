#pragma once

#include <functional>
#include <string>
#include <vector>

#include "fleet/budgets.hpp"
#include "fleet/deployments.hpp"
#include "fleet/fleet.hpp"
#include "kernel/event_queue.hpp"
#include "scenario/incident_config.hpp"
#include "thermal/thermal.hpp"

namespace headroom {

/// Lets happen what is to befall the site of a run.
class Incidents {
 public:
  /// The parts of a run that it works on; all outlive it.
  struct Surroundings {
    Fleet& fleet;
    Deployments& deployments;
    Budgets& budgets;
    EventLog& log;
    EventQueue& queue;
  };
  /// The configuration outlives this.
  Incidents(const IncidentsConfig& config, const Surroundings& around);

  /// Whose air may fail, of a run with cooling.
  void set_air(Thermal& thermal) { thermal_ = &thermal; }

 private:
  void at(Seconds date, std::function<void()> happening);
  void happen(const Event& event);
  void announce(const EvictionConfig& eviction);
  void evict(const EvictionConfig& eviction);
  void limit(const PowerLimitConfig& incident);
  void limit(const AirflowLimitConfig& incident);
  std::uint32_t begin(const char* kind, const std::vector<std::string>& targets, const LimitTime& limit);
  void end(std::uint32_t begun, const char* kind, const std::vector<std::string>& targets);
  [[nodiscard]] std::vector<ServerId> servers_of(const EvictionConfig& eviction) const;

  const IncidentsConfig& config_;
  Fleet& fleet_;
  Deployments& deployments_;
  Budgets& budgets_;
  EventLog& log_;
  EventQueue& queue_;
  Thermal* thermal_ = nullptr;                     ///< none without cooling
  std::vector<std::function<void()>> happenings_;  ///< by target of their events
};

}  // namespace headroom
