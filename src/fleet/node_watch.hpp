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
    const Followers& by = followers_[node.index()];
    if (!by.any) return;
    if (by.result != kNone) results_[by.result].meter.change(drawn, queue_.now());
    if (by.recorder != kNone) recorders_[by.recorder].change(drawn, queue_.now());
    if (by.device) protection_.change(node, drawn);
  }
  /// A telemetry sample of a node was taken now.
  void sampled(NodeId node, Power sample) {
    if (const std::uint32_t result = followers_[node.index()].result; result != kNone)
      results_[result].telemetry.add(sample, queue_.now());
  }
  /// From now on this node is followed, whatever else wants it.
  void follow(NodeId node) { followers_[node.index()].any = true; }
  /// Whether anybody wants to know this node's power: those that nobody follows may be left out of changes.
  [[nodiscard]] bool follows(NodeId node) const { return followers_[node.index()].any; }
  /// A `trip` event: what the device of the node does, nothing where it is not due.
  [[nodiscard]] std::optional<TripAction> trip(NodeId node) { return protection_.trip(node); }

  /// Settles everything up to now and hands over what was recorded, and then what was measured.
  [[nodiscard]] std::vector<GridNode> recorded();
  [[nodiscard]] std::vector<NodeResult> measured();

 private:
  static constexpr std::uint32_t kNone = 0xffffffff;
  /// Who wants to know the power of a node.
  struct Followers {
    bool any = false;
    bool device = false;             ///< of protection
    std::uint32_t result = kNone;    ///< index into results_
    std::uint32_t recorder = kNone;  ///< index into recorders_
  };
  void build_meters(const PowerOutputConfig& output);
  void build_recorders(const Scenario& scenario);

  const Site& site_;
  EventQueue& queue_;
  ProtectionWatch protection_;
  std::vector<NodeResult> results_;       ///< metered nodes
  std::vector<PowerRecorder> recorders_;  ///< of /grid/nodes
  std::vector<NodeId> recorded_;          ///< of each recorder
  std::vector<Followers> followers_;      ///< by node
};

}  // namespace headroom
