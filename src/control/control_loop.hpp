#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <vector>

#include "control/actuation.hpp"
#include "control/history_keeper.hpp"
#include "control/oracle.hpp"
#include "control/own_line.hpp"
#include "control/registry_planner.hpp"
#include "control/scoped_telemetry.hpp"
#include "control/telemetry.hpp"
#include "control/world_of.hpp"
#include "facility/site.hpp"
#include "fleet/budgets.hpp"
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
    const Budgets& budgets;
    Fleet& fleet;
    Deployments& deployments;
    NodeWatch& nodes;
    EventLog& log;
    EventQueue& queue;
    const Profile* profile = nullptr;  ///< none where no policy asks
  };
  ControlLoop(const Scenario& scenario, const ClassTable& classes, const Surroundings& around);

  /// Who does what is asked of training jobs, of a run that has any.
  void set_job_desk(JobDesk& jobs) { jobs_ = &jobs; }
  /// How warm a site with cooling is.
  void set_heat(const Heat& heat) { heat_ = &heat; }
  /// What is known of the virtual machines of a run that has any.
  void set_vms(const VmOutlook& vms) { vms_ = &vms; }
  void start();
  /// What policies know before time begins; outlives the run.
  [[nodiscard]] const World& world() const { return world_; }

 private:
  /// A controller of this run, what it acts on and sees, and the number of its next decision.
  struct Deciding {
    std::string policy;
    std::unique_ptr<Controller> controller;
    Reach reach;
    std::optional<ScopedTelemetry> seen;  ///< none: all that is sampled
    std::optional<NodeId> metered;
    std::optional<OwnLine> line;
    std::uint64_t next = 1;
  };

  void build_view(const Site& site);
  void renew_budgets();
  void add_knowledge(const ClassTable& classes);
  void add_controllers(const FleetPlan& plan);
  void add_line(std::uint32_t controller, Seconds delay);
  [[nodiscard]] ScopedTelemetry seen_by(const ControllerScope& scope, const Reach& reach, const FleetPlan& plan) const;
  void open_window(const Event& event);
  void sample(const Event& event);
  void deliver(const Event& event);
  void control(const Event& event);
  void begin(Deciding& by);
  void decide(Deciding& by);
  template <class Ask>
  void ask(Deciding& by, Ask question);
  void decide_next(std::uint32_t controller);
  void issue(const Actions::Decision& decision, Deciding& by);
  void land(const Event& event);
  void on_line(const Event& event);
  void execute(const ActuationChannels::Command& command);
  [[nodiscard]] Seconds now() const { return queue_.now(); }

  const Scenario& scenario_;
  std::vector<Power> tdp_;  ///< by server type
  const Site& site_;
  const Budgets& budgets_;
  Fleet& fleet_;
  Deployments& deployments_;
  NodeWatch& nodes_;
  JobDesk* jobs_ = nullptr;
  const Heat* heat_ = nullptr;
  const VmOutlook* vms_ = nullptr;
  EventLog& log_;
  EventQueue& queue_;
  ModelCatalogue catalogue_;
  World world_;
  SiteTelemetry view_;
  TelemetryChannel telemetry_;
  std::optional<HistoryKeeper> history_;
  std::unique_ptr<Oracle> oracle_;
  std::optional<RegistryPlanner> planner_;
  ActuationChannels actuation_;
  Actions actions_;
  std::vector<Deciding> controllers_;
  std::vector<std::uint32_t> of_line_;  ///< the controller, by line
};

}  // namespace headroom
