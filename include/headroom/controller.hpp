#pragma once

#include <optional>
#include <string>
#include <vector>

#include "headroom/actions.hpp"
#include "headroom/demand.hpp"
#include "headroom/fleet.hpp"
#include "headroom/heat.hpp"
#include "headroom/history.hpp"
#include "headroom/id.hpp"
#include "headroom/policy.hpp"
#include "headroom/quantity.hpp"
#include "headroom/reach.hpp"
#include "headroom/request.hpp"
#include "headroom/vm.hpp"
#include "headroom/world.hpp"

namespace headroom {

/// A server as a controller knows it.
struct ServerInfo {
  ServerId id;
  std::optional<Priority> priority;  ///< of those who stand there now, as in ServerState
  Hertz max_clock{};
};

/// The newest sample of a monitored node that has been delivered.
struct NodeTelemetry {
  NodeId id;
  std::string name;
  Power budget{};
  Power power{};  ///< mean over the window that ended at `taken_at`
  Seconds taken_at{};
  bool delivered = false;           ///< false until the first sample arrives
  std::vector<ServerInfo> servers;  ///< below the node, of the pools in its scope

  [[nodiscard]] double budget_fraction() const { return power / budget; }
};

/// What a controller sees: delayed samples, and how long its commands take.
struct SiteTelemetry {
  Seconds now{};
  std::vector<NodeTelemetry> nodes;
  Seconds window{};  ///< each sample is the mean over this time
  Seconds clock_lock_delay{};
  Seconds power_cap_delay{};
  Seconds power_brake_delay{};
};

/// All that a controller sees: samples as late as they come, the fleet as it stands, what was asked for.
struct ControlView {
  Seconds now{};
  const SiteTelemetry& site;
  const World& world;
  const FleetView& fleet;
  const Demand& demand;
  const PoolDemand& pool_demand;            ///< empty where no policy follows arrivals
  const Reach& reach = kReachesEverything;  ///< what it may act on
  std::optional<Power> metered;             ///< what the node that it meters draws at this moment
  bool jobs_are_over = true;                ///< no training job runs, and none will start
  const History& history = kNoHistory;      ///< what loads have been
  const Heat* heat = nullptr;               ///< none without /cooling
  const VmOutlook* vms = nullptr;           ///< none without /workload/vms
};

/// A periodic control loop.
class Controller : public Policy {
 public:
  /// Whether it acts on the power of nodes: then the site must sample nodes that have a budget.
  [[nodiscard]] virtual bool follows_power() const { return true; }
  /// Whether it locks clocks: two controllers that do on one server would undo each other's locks.
  [[nodiscard]] virtual bool locks_clocks() const { return false; }
  /// How the name of the GPU begins whose clocks its parameters are; empty where they are nobody's. Servers with
  /// another GPU get a warning.
  [[nodiscard]] virtual std::string clocks_of() const { return {}; }
  /// The pool whose instances it starts and stops by itself, empty for the first: two controllers of one pool would do
  /// and undo.
  [[nodiscard]] virtual std::optional<std::string> scaled_pool() const { return std::nullopt; }
  /// Whether two of its kind that act on one pool would do and undo.
  [[nodiscard]] virtual bool decides_alone() const { return false; }
  /// Whether it divides what nodes may draw among all their servers: then its scope names no pool or service.
  [[nodiscard]] virtual bool needs_whole_nodes() const { return false; }
  /// Path of a node whose power it reads by a meter of its own, at each decision and without delay.
  [[nodiscard]] virtual std::optional<std::string> metered_node() const { return std::nullopt; }
  /// How late its commands land, where they have a line of their own: then it decides behind all other controllers of a
  /// date. None: they go by the channels of /actuation.
  [[nodiscard]] virtual std::optional<Seconds> own_delay() const { return std::nullopt; }
  /// Time between decisions, above 0 and the same throughout a run: the n-th is taken at n times it, after the samples
  /// delivered at that date.
  [[nodiscard]] virtual Seconds period() const = 0;
  /// Whether it will never act again: then it is asked no more.
  [[nodiscard]] virtual bool is_done() const { return false; }
  /// What it wants before time begins: it is there at once, and takes no time to start. The same contract as below.
  virtual void begin(const ControlView& /*view*/, Actions& /*actions*/) {}
  /// Decides; `actions` comes cleared. An action that breaks its contract (docs/policies.md) on what this view shows
  /// ends the run with exit code 3. When it lands, a second lock or cap replaces the first; a brake goes before a lock;
  /// releasing what does not hold does nothing. The brake of a protection device that tripped cannot be released. What
  /// no longer applies by then is dropped, and counted.
  virtual void control(const ControlView& view, Actions& actions) = 0;
};

}  // namespace headroom
