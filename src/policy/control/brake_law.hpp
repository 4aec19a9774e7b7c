#pragma once

#include "headroom/controller.hpp"
#include "policy/control/parameter_check.hpp"

namespace headroom {

/// The last resort of every capping controller: above the budget all servers of the node brake. The brake is held for a
/// while and until power is below a release level; both are our choice, the paper states neither (see
/// docs/policies.md).
class BrakeLaw {
 public:
  void fields(Fields& f) {
    f("brake_fraction", brake_, "row power over budget above which all servers brake", Range::multiple());
    f("brake_release_fraction", release_, "power over budget below which a brake may end", Range::multiple());
    f("brake_hold_s", hold_, "shortest time from a brake to its release", Range::between(0.0, 1e6));
  }

  void check(const Scope& scope) const {
    check_release(release_, "brake_fraction", brake_, scope.at("brake_release_fraction"));
  }

  /// What the brake of one node does at this sample.
  struct State {
    bool braked = false;
    Seconds braked_at{};
    Seconds settled_at{};  ///< samples before then still show the brake, and say nothing of what follows
  };

  /// Brakes or releases; returns true where this sample made it brake.
  bool apply(const NodeTelemetry& node, const SiteTelemetry& site, State& state, Actions& actions) const {
    if (!state.braked && node.budget_fraction() > brake_) {
      state.braked = true;
      state.braked_at = site.now;
      for (const auto& server : node.servers) actions.add(PowerBrake{server.id});
      return true;
    }
    if (state.braked && site.now - state.braked_at >= hold_ && node.budget_fraction() < release_) {
      state.braked = false;
      state.settled_at = site.now + site.power_brake_delay + site.window;
      for (const auto& server : node.servers) actions.add(Release{server.id, Release::What::brake});
    }
    return false;
  }

  /// Whether a sample shows the node's power without the brake.
  [[nodiscard]] static bool shows_load(const NodeTelemetry& node, const State& state) {
    return !state.braked && node.taken_at >= state.settled_at;
  }

 private:
  double brake_ = 1.0;
  double release_ = 0.89;
  Seconds hold_{40.0};
};

}  // namespace headroom
