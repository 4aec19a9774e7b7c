#include <algorithm>
#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "headroom/controller.hpp"
#include "headroom/recipe.hpp"
#include "policy/control/cap_law.hpp"

namespace headroom {
namespace {

enum class CappedServers : std::uint8_t { all, opaque };
std::array<std::string_view, 2> words_of(CappedServers) {
  return {"all", "opaque"};
}

/// Capping as the last resort: where a row draws more than its budget, or an aisle wants more air than it gets, all its
/// servers lock to one clock, the highest at which it fits by what the models say a clock does. Of several that concern
/// a server the lowest holds.
class RowCap final : public Controller {
 public:
  void fields(Fields& f) override {
    f("period_s", period_, "time between decisions", Range::between(1e-3, 1e6));
    f("servers", whom_, "`all`, or `opaque`: those with virtual machines of which nothing is known");
    f("after_s", after_, "how long a limit must have been passed", Range::delay());
    f("target_fraction", target_, "of the limit, to which a cap takes the highest that was seen", Range::multiple());
    f("release_fraction", release_, "of the limit, below which clocks rise again", Range::multiple());
    f("hold_s", hold_, "clocks rise again at most so often, by the highest that was seen meanwhile", Range::period());
  }
  void check(const Scope& scope) const override {
    if (target_ > 1) scope.at("target_fraction").problem("must be at most 1");
    if (release_ > target_) scope.at("release_fraction").problem("must be at most target_fraction");
  }

  void check_in(const PolicyContext& context, const Scope& scope) const override {
    if (whom_ == CappedServers::opaque && !context.has_vms)
      scope.at("servers").problem("caps virtual machines of which nothing is known, but there is no /workload/vms");
  }

  bool locks_clocks() const override { return true; }
  bool needs_whole_nodes() const override { return true; }
  Seconds period() const override { return period_; }

  void control(const ControlView& view, Actions& actions) override {
    asked_.resize(view.fleet.servers(), 1.0);
    std::vector<Wanted> wanted(asked_.size());
    rows_.resize(view.site.nodes.size());
    for (std::size_t i = 0; i < rows_.size(); ++i) {
      const NodeTelemetry& node = view.site.nodes[i];
      if (!node.delivered || is_at_ease(rows_[i], node.power.value(), node.budget.value())) continue;
      std::vector<ServerId> servers;
      for (const ServerInfo& server : node.servers) servers.push_back(server.id);
      if (!servers.empty()) limit(rows_[i], measured_power(node, servers, view), servers, node.name, view, wanted);
    }
    aisles_.resize(view.heat ? view.heat->aisles() : 0);
    for (std::size_t aisle = 0; aisle < aisles_.size(); ++aisle) {
      if (is_at_ease(aisles_[aisle], view.heat->demand(aisle), view.heat->supply(aisle))) continue;
      const std::vector<ServerId> servers = servers_of(aisle, view);
      if (!servers.empty())
        limit(aisles_[aisle], measured_air(aisle, servers, view), servers, "an aisle", view, wanted);
    }
    ask(wanted, view, actions);
  }

 private:
  /// What holds of a row or an aisle.
  struct State {
    double clock = 1;    ///< over the highest
    double highest = 0;  ///< seen since `since`
    Seconds since{};
    std::optional<Seconds> over_since{};
    std::string cause{};  ///< of its clock
  };
  /// The lowest clock that is asked of a server, and why.
  struct Wanted {
    double clock = 1;
    const std::string* cause = nullptr;
  };

  /// Inside its limit, and nothing holds it.
  static bool is_at_ease(State& state, double now, double limit) {
    if (state.clock < 1 || now > limit) return false;
    state.over_since.reset();
    return true;
  }
  [[nodiscard]] bool concerns(ServerId server, const ControlView& view) const {
    return view.reach.holds(server) && (whom_ == CappedServers::all || (view.vms && view.vms->opaque_on(server) > 0));
  }
  [[nodiscard]] std::vector<ServerId> servers_of(std::size_t aisle, const ControlView& view) const {
    std::vector<ServerId> list;
    for (std::size_t i = 0; i < view.fleet.servers(); ++i)
      if (view.heat->aisle_of(ServerId(i)) == aisle) list.emplace_back(i);
    return list;
  }
  [[nodiscard]] static Power idle_gpus(ServerId server, const ControlView& view) {
    const ServerState& state = view.fleet.server(server);
    return view.world.catalogue->idle_gpu(state.type) * static_cast<double>(state.gpus);
  }
  /// Of draw at the clocks that are asked of these servers over that at the highest, on average of those concerned.
  [[nodiscard]] double ratio_of(const std::vector<ServerId>& servers, const ControlView& view) const {
    double sum = 0, count = 0;
    for (const ServerId server : servers) {
      if (!concerns(server, view)) continue;
      const TypeId type = view.fleet.server(server).type;
      sum += view.world.catalogue->draw_ratio(type, highest_clock(type, view) * asked_[server.index()]);
      ++count;
    }
    return count > 0 ? sum / count : 1.0;
  }
  [[nodiscard]] static Hertz highest_clock(TypeId type, const ControlView& view) {
    return *std::ranges::max_element(view.world.clocks[type.index()]);
  }

  /// What clocks do not move: idle power of all; of those that are not capped, all that they draw by their templates.
  [[nodiscard]] Clocked measured_power(const NodeTelemetry& node, const std::vector<ServerId>& servers,
                                       const ControlView& view) const {
    Clocked what{node.power.value(), 0, ratio_of(servers, view), node.budget.value()};
    for (const ServerId server : servers) {
      const Power idle = view.world.catalogue->server_input(view.fleet.server(server).type, idle_gpus(server, view));
      what.fixed += concerns(server, view) || !view.vms ? idle.value()
                                                        : std::max(idle, view.vms->expected(server, view.now)).value();
    }
    return what;
  }
  [[nodiscard]] Clocked measured_air(std::size_t aisle, const std::vector<ServerId>& servers,
                                     const ControlView& view) const {
    Clocked what{view.heat->demand(aisle), 0, ratio_of(servers, view), view.heat->supply(aisle)};
    for (const ServerId server : servers) {
      const Power gpus =
          concerns(server, view) || !view.vms ? idle_gpus(server, view) : view.vms->expected_gpus(server, view.now);
      what.fixed += view.heat->airflow(server, gpus);
    }
    return what;
  }

  /// Decides the clock of a row or an aisle, and asks it of its servers.
  void limit(State& state, Clocked what, const std::vector<ServerId>& servers, const std::string& name,
             const ControlView& view, std::vector<Wanted>& wanted) {
    decide(state, what, servers.front(), view, name);
    if (state.cause.empty()) return;
    for (const ServerId server : servers) {
      Wanted& lowest = wanted[server.index()];
      if (concerns(server, view) && state.clock <= lowest.clock) lowest = {state.clock, &state.cause};
    }
  }

  void decide(State& state, Clocked what, ServerId first, const ControlView& view, const std::string& name) {
    if (view.now < state.since) return;  // what was decided has not been seen yet
    state.highest = std::max(state.highest, what.now);
    if (what.now <= what.limit) state.over_since.reset();
    else if (!state.over_since) state.over_since = view.now;
    what.now = state.highest;
    if (state.over_since && view.now - *state.over_since >= after_)
      set(state, std::min(state.clock, fitting(what, target_, first, view)), what, view, name);
    else if (view.now >= state.since + hold_) {
      set(state, std::max(state.clock, state.clock < 1 ? fitting(what, release_, first, view) : 1.0), what, view, name);
      state.highest = 0;
      if (state.since < view.now) state.since = view.now;
    }
  }

  void set(State& state, double clock, const Clocked& what, const ControlView& view, const std::string& name) {
    if (clock == state.clock) return;
    state = {clock,
             0,
             view.now + view.site.clock_lock_delay + view.site.window,
             {},
             "row_cap: " + name + " at " + std::to_string(what.now / what.limit)};
  }

  /// The highest clock of the server's type, over its highest, at which it fits.
  [[nodiscard]] static double fitting(const Clocked& what, double fraction, ServerId server, const ControlView& view) {
    const TypeId type = view.fleet.server(server).type;
    std::vector<Hertz> clocks = view.world.clocks[type.index()];
    std::ranges::sort(clocks);
    std::vector<double> ratios;
    for (const Hertz clock : clocks) ratios.push_back(view.world.catalogue->draw_ratio(type, clock));
    return clocks[highest_fitting(what, fraction, ratios)] / clocks.back();
  }

  /// The highest supported clock that is no higher.
  [[nodiscard]] static Hertz clock_of(double fraction, ServerId server, const ControlView& view) {
    const std::vector<Hertz>& clocks = view.world.clocks[view.fleet.server(server).type.index()];
    const Hertz most = highest_clock(view.fleet.server(server).type, view) * (fraction * (1 + 1e-9));
    Hertz best = *std::ranges::min_element(clocks);
    for (const Hertz clock : clocks)
      if (clock <= most) best = std::max(best, clock);
    return best;
  }

  void ask(const std::vector<Wanted>& wanted, const ControlView& view, Actions& actions) {
    for (std::size_t i = 0; i < wanted.size(); ++i) {
      const double clock = wanted[i].clock;
      if (clock == asked_[i]) continue;
      asked_[i] = clock;
      actions.because(wanted[i].cause ? *wanted[i].cause : "row_cap: who is capped has changed");
      if (clock == 1.0) actions.add(Release{ServerId(i), Release::What::clock});
      else actions.add(LockClock{ServerId(i), clock_of(clock, ServerId(i), view)});
    }
  }

  Seconds period_{2.0};
  CappedServers whom_ = CappedServers::all;
  Seconds after_{0.0};
  double target_ = 0.93, release_ = 0.90;
  Seconds hold_{30.0};
  std::vector<State> rows_, aisles_;
  std::vector<double> asked_;  ///< clock over the highest, by server
};

}  // namespace

namespace kinds {
Kind<Controller> row_cap() {
  return kind_of<Controller, RowCap>("row_cap",
                                     "one clock for all servers of a row or aisle that passes its limit, the highest "
                                     "at which it fits");
}
}  // namespace kinds

}  // namespace headroom
