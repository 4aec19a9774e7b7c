#pragma once

#include <optional>
#include <vector>

#include "headroom/controller.hpp"

namespace headroom {

/// Servers of a node that a controller locks together, and which of them it has locked: while a lock holds, others may
/// come to be concerned, and some no longer.
class ServerLocks {
 public:
  /// All that are concerned, at this clock from now on.
  template <class Concerns>
  void lock(const NodeTelemetry& node, Hertz clock, Concerns concerns, Actions& actions) {
    locked_.assign(node.servers.size(), false);
    clock_ = clock;
    lock_others(node, concerns, actions);
  }
  /// Where a lock holds: those that it no longer concerns.
  template <class Concerns>
  void release_others(const NodeTelemetry& node, Concerns concerns, Actions& actions) {
    if (!clock_) return;
    for (std::size_t i = 0; i < locked_.size(); ++i) {
      if (!locked_[i] || concerns(node.servers[i])) continue;
      locked_[i] = false;
      actions.add(Release{node.servers[i].id, Release::What::clock});
    }
  }
  /// Where a lock holds: those that it concerns and did not before.
  template <class Concerns>
  void lock_others(const NodeTelemetry& node, Concerns concerns, Actions& actions) {
    if (!clock_) return;
    for (std::size_t i = 0; i < locked_.size(); ++i) {
      if (locked_[i] || !concerns(node.servers[i])) continue;
      locked_[i] = true;
      actions.add(LockClock{node.servers[i].id, *clock_});
    }
  }
  void release(const NodeTelemetry& node, Actions& actions) {
    release_others(
        node, [](const ServerInfo&) { return false; }, actions);
    clock_.reset();
  }
  [[nodiscard]] bool hold() const { return clock_.has_value(); }

 private:
  std::optional<Hertz> clock_;
  std::vector<bool> locked_;  ///< by server of the node
};

}  // namespace headroom
