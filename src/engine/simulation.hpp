#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <vector>

#include "control/control_loop.hpp"
#include "engine/front_door.hpp"
#include "engine/incidents.hpp"
#include "engine/ledger.hpp"
#include "engine/network_layout.hpp"
#include "engine/query_books.hpp"
#include "facility/site.hpp"
#include "fleet/budgets.hpp"
#include "fleet/deployments.hpp"
#include "fleet/fleet.hpp"
#include "fleet/hand_overs.hpp"
#include "fleet/node_watch.hpp"
#include "jobs/image_stage.hpp"
#include "jobs/job_tracker.hpp"
#include "jobs/tenants.hpp"
#include "jobs/training.hpp"
#include "jobs/vms.hpp"
#include "jobs/worker_books.hpp"
#include "kernel/event_queue.hpp"
#include "kernel/network.hpp"
#include "kernel/platform.hpp"
#include "kernel/run_end.hpp"
#include "metrics/event_log.hpp"
#include "metrics/report.hpp"
#include "metrics/run_listener.hpp"
#include "scenario/scenario.hpp"
#include "thermal/thermal.hpp"
#include "trace/request_source.hpp"

namespace headroom {

/// What a caller of a run may ask for beside the report.
struct RunOptions {
  std::vector<RunListener*> listeners;
  /// Called every few thousand events with the simulated time and requests so far; may throw, e.g. Interrupted.
  std::function<void(Seconds, std::uint64_t)> heartbeat;
  const Profile* profile = nullptr;  ///< what short runs say of the variants, where a policy asks; outlives the run
};

/// One run of a scenario: owns all parts, each of which handles its kinds of events. One per process (see Platform).
class Simulation final : public EventWatch {
 public:
  /// `source` yields the requests, whose classes are in `classes`; the scenario has passed its check and outlives the
  /// run.
  Simulation(const Scenario& scenario, const ClassTable& classes, RequestSource& source, RunOptions options);

  Report run();
  /// Of the files that only a run reads.
  [[nodiscard]] const Warnings& warnings() const { return warnings_; }

  void coming(const Event& event) override;

 private:
  [[nodiscard]] std::span<RunListener* const> listeners(const ClassTable& classes);
  [[nodiscard]] PromptPrefixes* prompts() { return prompts_ ? &*prompts_ : nullptr; }
  void book_price_changes();
  void leave_requests();

  const Scenario& scenario_;
  RunOptions options_;
  Warnings warnings_;
  FleetPlan plan_;
  std::vector<std::vector<Hertz>> clocks_;  ///< that GPUs support, by server type
  EventQueue queue_;
  Site site_;
  std::optional<NetworkLayout> layout_;  ///< of scenarios whose transfers share a network
  std::unique_ptr<Platform> platform_;
  EventLog log_;
  NodeWatch nodes_;
  Budgets budgets_;
  RunEnd end_;
  std::optional<PromptPrefixes> prompts_;  ///< of scenarios with prefix caches
  std::optional<QueryBooks> query_books_;  ///< of scenarios that ask for the energy of requests
  RequestLedger ledger_;
  Fleet fleet_;
  Deployments deployments_;
  Incidents incidents_;
  ControlLoop control_;
  FrontDoor door_;
  std::unique_ptr<Network> network_;     ///< of scenarios with one
  std::optional<HandOvers> hand_overs_;  ///< likewise
  std::optional<Training> training_;     ///< of scenarios with jobs
  std::optional<Tenants> tenants_;       ///< of scenarios with tenants
  std::optional<Vms> vms_;               ///< of scenarios with virtual machines
  std::optional<JobTracker> graphs_;     ///< of scenarios with job graphs
  std::optional<ImageStage> images_;     ///< of scenarios with services that take images
  std::optional<WorkerBooks> workers_;   ///< of scenarios with either
  std::optional<Thermal> thermal_;       ///< of scenarios with cooling
  std::optional<EnergyBill> bill_;       ///< of the site, of scenarios with prices
  std::optional<EnergyBill> held_bill_;  ///< likewise, of the GPUs that pools hold
};

}  // namespace headroom
