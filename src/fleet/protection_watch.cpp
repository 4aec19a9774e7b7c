#include "fleet/protection_watch.hpp"

namespace headroom {

ProtectionWatch::ProtectionWatch(const Site& site, EventQueue& queue) : queue_(queue), watches_(site.tree().size()) {
  for (const SiteNode& node : site.nodes())
    if (node.level && node.level->protection)
      watches_[node.id.index()].emplace(
          Watch{Protection(*node.level->protection, *node.level->rating), node.level->protection->action});
}

/// Sees to it that an event comes no later than the trip is due; it looks again whether it really is.
void ProtectionWatch::arm(Watch& watch, NodeId node) {
  if (watch.due >= watch.armed) return;
  watch.armed = watch.due;
  queue_.push(watch.due, EventKind::trip, static_cast<std::uint32_t>(node.index()));
}

std::optional<TripAction> ProtectionWatch::trip(NodeId node) {
  Watch& watch = *watches_[node.index()];
  if (queue_.now() != watch.armed) return std::nullopt;
  watch.armed = kNever;
  if (watch.due > queue_.now()) {
    arm(watch, node);
    return std::nullopt;
  }
  watch.due = kNever;
  watch.protection.trip();
  return watch.action;
}

}  // namespace headroom
