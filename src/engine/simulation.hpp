#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "engine/actuation.hpp"
#include "engine/cluster.hpp"
#include "engine/event_log.hpp"
#include "engine/ledger.hpp"
#include "engine/protection_watch.hpp"
#include "engine/run_end.hpp"
#include "engine/scenario.hpp"
#include "engine/telemetry.hpp"
#include "engine/thermal.hpp"
#include "engine/training.hpp"
#include "facility/site.hpp"
#include "grid/power_recorder.hpp"
#include "kernel/event_queue.hpp"
#include "kernel/platform.hpp"
#include "metrics/report.hpp"
#include "metrics/run_listener.hpp"
#include "workload/request_source.hpp"

namespace headroom {

/// What a caller of a run may ask for beside the report.
struct RunOptions {
  std::vector<RunListener*> listeners;
  /// Called every few thousand events with the simulated time and requests so far; may throw, e.g. Interrupted.
  std::function<void(Seconds, std::uint64_t)> heartbeat;
};

/// One run of a scenario: owns everything, handles every event (DESIGN section 1). One per process (see Platform).
class Simulation final : public EventWatch, public ClockWatch, public InstanceObserver {
 public:
  /// `source` yields the requests, whose classes are in `classes`; the scenario has passed its check and outlives the
  /// run.
  Simulation(Scenario& scenario, const ClassTable& classes, RequestSource& source, RunOptions options);

  Report run();
  /// Of the files that only a run reads.
  [[nodiscard]] const Warnings& warnings() const { return warnings_; }

  void coming(const Event& event) override;
  void clock_changed(ServerId server, Hertz clock) override;
  void completed(InstanceId instance, const Sequence& sequence, Seconds now) override;
  void lost(InstanceId instance, const Sequence& sequence, Seconds now) override;
  void ran(InstanceId instance, const StepShape& step, Seconds from, Seconds to, std::uint64_t steps, Hertz clock,
           Power gpu_power) override;

 private:
  static constexpr std::uint32_t kNone = 0xffffffff;

  /// When the run ended, once it has.
  [[nodiscard]] Seconds ended() const { return queue_.now(); }
  void build_meters();
  void build_telemetry();
  void build_recorders();
  void start();
  [[nodiscard]] Seconds now() const { return queue_.now(); }

  void handle_events();
  void complete(const Event& event);
  void trip(const Event& event);
  void arrive(const Event& event);
  void sample(const Event& event);
  void open_window(const Event& event);
  void deliver(const Event& event);
  void control(const Event& event);
  void act(const Event& event);
  [[nodiscard]] Rejection why_rejected(const Request& request, bool can_fit, std::optional<InstanceId> chosen) const;
  void fetch_next_arrival();
  void refresh(InstanceId id);
  void refresh_power(ServerId id);
  void note_power(NodeId node, Power drawn);
  [[nodiscard]] bool is_followed(NodeId node) const;
  void cut_power(ServerId id);
  void brake_for_good(ServerId id, const std::string& tripped);
  void apply(ServerId id);
  void note_if_over();
  void book_price_changes();

  Report report();
  void check_conservation(Report& report) const;

  Scenario& scenario_;
  RequestSource& source_;
  RunOptions options_;

  Warnings warnings_;
  std::vector<Hertz> clocks_;  ///< that GPUs support
  EventQueue queue_;
  Platform platform_;
  Site site_;
  RequestLedger ledger_;
  Cluster cluster_;
  EventLog log_;
  ProtectionWatch protection_;
  std::optional<Thermal> thermal_;    ///< of scenarios with cooling
  std::optional<Training> training_;  ///< of scenarios with jobs
  std::optional<EnergyBill> bill_;    ///< of scenarios with prices
  SiteTelemetry view_;
  TelemetryChannel telemetry_;
  ActuationChannels actuation_;
  Actions actions_;
  RunEnd end_;

  std::vector<NodeResult> results_;              ///< metered nodes
  std::vector<std::uint32_t> result_of_;         ///< by node: index into results_, or none
  std::vector<std::uint32_t> telemetry_result_;  ///< by monitored node: index into results_, or none
  std::vector<PowerRecorder> recorders_;         ///< of /grid/nodes
  std::vector<NodeId> recorded_;                 ///< of each recorder
  std::vector<std::uint32_t> recorder_of_;       ///< by node: index into recorders_, or none
  std::vector<std::uint64_t> decisions_;         ///< by controller: the number of its next decision
  Request next_;
  std::uint64_t longest_unfit_ = 0;  ///< tokens of the longest request that no instance can hold
  bool source_dry_ = false;
};

}  // namespace headroom
