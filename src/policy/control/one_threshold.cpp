#include <memory>
#include <string>
#include <string_view>

#include "headroom/controller.hpp"
#include "headroom/recipe.hpp"
#include "policy/control/brake_law.hpp"
#include "policy/control/cause.hpp"
#include "policy/control/node_controller.hpp"
#include "policy/control/parameter_check.hpp"
#include "policy/control/server_locks.hpp"

namespace headroom {

/// What holds at one node.
struct OneThresholdState {
  BrakeLaw::State brake;
  ServerLocks locks;
};

/// POLCA's baselines: at most one threshold, above which some servers lock their clock, and the brake.
class OneThreshold : public NodeController<OneThresholdState> {
 public:
  enum class Locks { nobody, low_priority, all };

  OneThreshold(std::string_view kind, Locks locks) : kind_(kind), locks_(locks) {}

  void fields(Fields& f) override {
    NodeController::fields(f);
    if (locks_ != Locks::nobody) {
      f("threshold_fraction", threshold_, "power over budget above which servers lock", Range::multiple());
      f("release_fraction", release_, "power over budget below which locks end", Range::multiple());
      f("clock_mhz", clock_, "the clock that servers lock to", Range::clock());
      clocks_of_field(f, clocks_of_);
    }
    f.part(brake_);
  }

  void check(const Scope& scope) const override {
    if (locks_ != Locks::nobody)
      check_release(release_, "threshold_fraction", threshold_, scope.at("release_fraction"));
  }
  void check_in(const PolicyContext& context, const Scope& scope) const override {
    if (locks_ == Locks::low_priority) check_low_priority_servers(context, scope);
    if (locks_ != Locks::nobody) check_clock(context, clock_, scope.at("clock_mhz"));
  }
  bool locks_clocks() const override { return locks_ != Locks::nobody; }
  std::string clocks_of() const override { return locks_clocks() ? clocks_of_ : std::string(); }

 private:
  void control_node(const NodeTelemetry& node, const SiteTelemetry& site, OneThresholdState& state,
                    Actions& actions) const override {
    actions.because(cause_of(kind_, node));
    const bool braked_now = brake_.apply(node, site, state.brake, actions);
    if (locks_ == Locks::nobody) return;
    const auto concerned = [this](const ServerInfo& server) {
      return locks_ == Locks::all || server.priority == Priority::low;
    };
    if (!state.locks.hold()) {
      if (braked_now || node.budget_fraction() > threshold_) state.locks.lock(node, clock_, concerned, actions);
    } else if (BrakeLaw::shows_load(node, state.brake) && node.budget_fraction() < release_) {
      state.locks.release(node, actions);
    } else {
      state.locks.release_others(node, concerned, actions);
      state.locks.lock_others(node, concerned, actions);
    }
  }

  std::string_view kind_;
  Locks locks_;
  double threshold_ = 0.89;
  double release_ = 0.84;
  Hertz clock_{1110e6};
  std::string clocks_of_ = "a100";
  BrakeLaw brake_;
};

struct NoCap : OneThreshold {
  NoCap() : OneThreshold("no_cap", Locks::nobody) {}
};
struct OneThresholdLowPriority : OneThreshold {
  OneThresholdLowPriority() : OneThreshold("one_threshold_low_priority", Locks::low_priority) {}
};
struct OneThresholdAll : OneThreshold {
  OneThresholdAll() : OneThreshold("one_threshold_all", Locks::all) {}
};

namespace kinds {
Kind<Controller> no_cap() {
  return kind_of<Controller, NoCap>("no_cap", "power brake only");
}
Kind<Controller> one_threshold_low_priority() {
  return kind_of<Controller, OneThresholdLowPriority>("one_threshold_low_priority",
                                                      "one threshold, low-priority servers lock");
}
Kind<Controller> one_threshold_all() {
  return kind_of<Controller, OneThresholdAll>("one_threshold_all", "one threshold, all servers lock");
}
}  // namespace kinds

}  // namespace headroom
