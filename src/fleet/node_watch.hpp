#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include "facility/site.hpp"
#include "fleet/protection_watch.hpp"
#include "grid/power_recorder.hpp"
#include "kernel/event_queue.hpp"
#include "metrics/report.hpp"
#include "scenario/scenario.hpp"

namespace headroom {

/// Whether a node stands at one of these levels, by name; the root is the level `site`.
[[nodiscard]] bool is_at_level(const SiteNode& node, const std::vector<std::string>& levels);

/// Follows the power of the nodes that somebody wants to know about: meters, recorders, protection devices.
class NodeWatch {
 public:
  /// Scenario, site and queue outlive this.
  NodeWatch(const Scenario& scenario, const Site& site, EventQueue& queue);

  /// A node draws this from now on.
  void changed(NodeId node, Power drawn) {
    if (!followed_[node.index()]) return;
    if (const std::uint32_t result = result_of_[node.index()]; result != kNone)
      results_[result].meter.change(drawn, queue_.now());
    if (const std::uint32_t recorder = recorder_of_[node.index()]; recorder != kNone)
      recorders_[recorder].change(drawn, queue_.now());
    protection_.change(node, drawn);
  }
  /// A telemetry sample of a node was taken now.
  void sampled(NodeId node, Power sample) {
    if (const std::uint32_t result = result_of_[node.index()]; result != kNone)
      results_[result].telemetry.add(sample, queue_.now());
  }
  /// From now on this node is followed, whatever else wants it.
  void follow(NodeId node) { followed_[node.index()] = true; }
  /// Whether anybody wants to know this node's power: those that nobody follows may be left out of changes.
  [[nodiscard]] bool follows(NodeId node) const { return followed_[node.index()]; }
  /// A `trip` event: what the device of the node does, nothing where it is not due.
  [[nodiscard]] std::optional<TripAction> trip(NodeId node) { return protection_.trip(node); }

  /// Settles everything up to now and hands over what was recorded, and then what was measured.
  [[nodiscard]] std::vector<GridNode> recorded();
  [[nodiscard]] std::vector<NodeResult> measured();

 private:
  static constexpr std::uint32_t kNone = 0xffffffff;
  void build_meters(const PowerOutputConfig& output);
  void build_recorders(const Scenario& scenario);

  const Site& site_;
  EventQueue& queue_;
  ProtectionWatch protection_;
  std::vector<NodeResult> results_;         ///< metered nodes
  std::vector<std::uint32_t> result_of_;    ///< by node: index into results_, or none
  std::vector<PowerRecorder> recorders_;    ///< of /grid/nodes
  std::vector<NodeId> recorded_;            ///< of each recorder
  std::vector<std::uint32_t> recorder_of_;  ///< by node: index into recorders_, or none
  std::vector<bool> followed_;              ///< by node
};

}  // namespace headroom
