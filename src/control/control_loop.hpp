#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <vector>

#include "control/actuation.hpp"
#include "control/scoped_telemetry.hpp"
#include "control/telemetry.hpp"
#include "control/world_of.hpp"
#include "facility/site.hpp"
#include "fleet/deployments.hpp"
#include "fleet/fleet.hpp"
#include "fleet/node_watch.hpp"
#include "kernel/event_queue.hpp"
#include "metrics/event_log.hpp"
#include "scenario/model_catalogue.hpp"
#include "scenario/scenario.hpp"

namespace headroom {

/// Samples travel to the controllers of a run, and their decisions, held against their contract and logged, to the
/// servers; each takes its channel's time.
class ControlLoop {
 public:
  /// The parts of a run that it works on; all outlive this.
  struct Surroundings {
    const FleetPlan& plan;
    const Site& site;
    Fleet& fleet;
    Deployments& deployments;
    NodeWatch& nodes;
    EventLog& log;
    EventQueue& queue;
  };
  ControlLoop(const Scenario& scenario, const ClassTable& classes, const Surroundings& around);

  void start();

 private:
  /// A controller of this run, what it acts on and sees, and the number of its next decision.
  struct Deciding {
    std::string policy;
    std::unique_ptr<Controller> controller;
    Reach reach;
    std::optional<ScopedTelemetry> seen;  ///< none: all that is sampled
    std::uint64_t next = 1;
  };

  void build_view(const Site& site);
  void add_controllers(const FleetPlan& plan, const Site& site);
  [[nodiscard]] ScopedTelemetry seen_by(const ControllerScope& scope, const Reach& reach, const FleetPlan& plan,
                                        const Site& site) const;
  void open_window(const Event& event);
  void sample(const Event& event);
  void deliver(const Event& event);
  void control(const Event& event);
  void decide_next(std::uint32_t controller);
  void issue(const Actions::Decision& decision, const Deciding& by);
  void land(const Event& event);
  [[nodiscard]] Seconds now() const { return queue_.now(); }

  const Scenario& scenario_;
  std::vector<Power> tdp_;  ///< by server type
  Fleet& fleet_;
  Deployments& deployments_;
  NodeWatch& nodes_;
  EventLog& log_;
  EventQueue& queue_;
  ModelCatalogue catalogue_;
  World world_;
  SiteTelemetry view_;
  TelemetryChannel telemetry_;
  ActuationChannels actuation_;
  Actions actions_;
  std::vector<Deciding> controllers_;
};

}  // namespace headroom
