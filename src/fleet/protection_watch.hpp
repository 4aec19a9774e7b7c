#pragma once

#include <limits>
#include <optional>
#include <vector>

#include "facility/protection.hpp"
#include "facility/site.hpp"
#include "kernel/event_queue.hpp"

namespace headroom {

/// Follows the protection devices of a site and sees to it that an event comes when one trips.
class ProtectionWatch {
 public:
  ProtectionWatch(const Site& site, EventQueue& queue);

  [[nodiscard]] bool watches(NodeId node) const { return watches_[node.index()].has_value(); }
  /// A node draws this from now on.
  void change(NodeId node, Power drawn) {
    auto& watch = watches_[node.index()];
    if (!watch) return;
    watch->due = watch->protection.change(drawn, queue_.now());
    arm(*watch, node);
  }
  /// What the device of a node's trip event does; nothing where it is not due yet, or an earlier event took its place.
  std::optional<TripAction> trip(NodeId node);

 private:
  static constexpr Seconds kNever{std::numeric_limits<double>::infinity()};
  struct Watch {
    Protection protection;
    TripAction action;
    Seconds due = kNever;    ///< when it trips if nothing changes
    Seconds armed = kNever;  ///< the event that will look
  };

  void arm(Watch& watch, NodeId node);

  EventQueue& queue_;
  std::vector<std::optional<Watch>> watches_;  ///< by node
};

}  // namespace headroom
