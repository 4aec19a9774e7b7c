#include <memory>
#include <string>

#include "headroom/controller.hpp"
#include "headroom/recipe.hpp"
#include "policy/control/brake_law.hpp"
#include "policy/control/cause.hpp"
#include "policy/control/node_controller.hpp"
#include "policy/control/parameter_check.hpp"
#include "policy/control/server_locks.hpp"

namespace headroom {

/// What holds at one node.
struct PolcaState {
  enum class Level { none, t1, t2 };

  BrakeLaw::State brake;
  Level low = Level::none;
  ServerLocks low_locks, high_locks;
  Seconds low_t2_effective{};  ///< when the newest T2 lock of low priority takes effect
};

/// POLCA (Patel et al., ASPLOS'24): two thresholds on row power. Above T1 low-priority servers lock to the base clock;
/// above T2 lower still, and if a sample taken wholly after that lock took effect is above T2 again, high-priority
/// servers lock a little. Above the budget everything brakes. Locks are released five points below their thresholds.
class Polca : public NodeController<PolcaState> {
 public:
  void fields(Fields& f) override {
    NodeController::fields(f);
    f("t1_fraction", t1_, "power over budget above which low-priority servers lock", Range::multiple());
    f("t2_fraction", t2_, "power over budget above which they lock lower, then high-priority ones", Range::multiple());
    f("t1_release_fraction", t1_release_, "power over budget below which the first lock ends", Range::multiple());
    f("t2_release_fraction", t2_release_, "power over budget below which the second locks end", Range::multiple());
    f("low_t1_clock_mhz", low_t1_, "low-priority clock above T1", Range::clock());
    f("low_t2_clock_mhz", low_t2_, "low-priority clock above T2", Range::clock());
    f("high_t2_clock_mhz", high_t2_, "high-priority clock above T2", Range::clock());
    clocks_of_field(f, clocks_of_);
    f.part(brake_);
  }

  void check(const Scope& scope) const override {
    if (t1_ > t2_) scope.at("t1_fraction").problem("must not be above t2_fraction");
    check_release(t1_release_, "t1_fraction", t1_, scope.at("t1_release_fraction"));
    check_release(t2_release_, "t2_fraction", t2_, scope.at("t2_release_fraction"));
  }
  void check_in(const PolicyContext& context, const Scope& scope) const override {
    check_low_priority_servers(context, scope);
    check_clock(context, low_t1_, scope.at("low_t1_clock_mhz"));
    check_clock(context, low_t2_, scope.at("low_t2_clock_mhz"));
    check_clock(context, high_t2_, scope.at("high_t2_clock_mhz"));
  }
  bool locks_clocks() const override { return true; }
  std::string clocks_of() const override { return clocks_of_; }

 private:
  using Level = PolcaState::Level;

  void control_node(const NodeTelemetry& node, const SiteTelemetry& site, PolcaState& state,
                    Actions& actions) const override {
    actions.because(cause_of("polca", node));
    follow(node, state, actions);
    const double level = node.budget_fraction();
    const bool braked_now = brake_.apply(node, site, state.brake, actions);
    if (braked_now || level > t2_) above_t2(node, site, state, braked_now, actions);
    else if (level > t1_ && state.low == Level::none) lock_low(node, state, Level::t1, actions);
    else if (BrakeLaw::shows_load(node, state.brake)) release(node, state, level, actions);
  }

  /// Servers may have come to serve others; who goes from one lock to the other must not lose both.
  static void follow(const NodeTelemetry& node, PolcaState& state, Actions& actions) {
    state.low_locks.release_others(node, serves<Priority::low>, actions);
    state.high_locks.release_others(node, serves<Priority::high>, actions);
    state.low_locks.lock_others(node, serves<Priority::low>, actions);
    state.high_locks.lock_others(node, serves<Priority::high>, actions);
  }

  void above_t2(const NodeTelemetry& node, const SiteTelemetry& site, PolcaState& state, bool braked_now,
                Actions& actions) const {
    if (state.low != Level::t2) {
      lock_low(node, state, Level::t2, actions);
      state.low_t2_effective = site.now + site.clock_lock_delay;
    }
    const bool still_above = node.taken_at - site.window >= state.low_t2_effective;
    if (!state.high_locks.hold() && (braked_now || still_above))
      state.high_locks.lock(node, high_t2_, serves<Priority::high>, actions);
  }

  void release(const NodeTelemetry& node, PolcaState& state, double level, Actions& actions) const {
    if (level < t2_release_) state.high_locks.release(node, actions);
    if (level < t1_release_ && state.low != Level::none) {
      state.low = Level::none;
      state.low_locks.release(node, actions);
    } else if (level < t2_release_ && state.low == Level::t2) {
      lock_low(node, state, Level::t1, actions);
    }
  }

  void lock_low(const NodeTelemetry& node, PolcaState& state, Level level, Actions& actions) const {
    state.low = level;
    state.low_locks.lock(node, level == Level::t1 ? low_t1_ : low_t2_, serves<Priority::low>, actions);
  }

  template <Priority priority>
  static bool serves(const ServerInfo& server) {
    return server.priority == priority;
  }

  double t1_ = 0.80, t2_ = 0.89, t1_release_ = 0.75, t2_release_ = 0.84;
  Hertz low_t1_{1275e6}, low_t2_{1110e6}, high_t2_{1305e6};
  std::string clocks_of_ = "a100";
  BrakeLaw brake_;
};

namespace kinds {
Kind<Controller> polca() {
  return kind_of<Controller, Polca>("polca", "two thresholds, low priority first (POLCA, ASPLOS'24)");
}
}  // namespace kinds

}  // namespace headroom
