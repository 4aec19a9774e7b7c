#include <algorithm>
#include <limits>
#include <optional>
#include <string>
#include <vector>

#include "headroom/controller.hpp"
#include "headroom/recipe.hpp"
#include "policy/tapas/risk.hpp"

namespace headroom {
namespace {

/// TAPAS's load balancer, the slow half (ASPLOS 2025, sections 4.2 and 4.5): instances whose row, aisle or server is
/// likely to break a limit, or that have more to do than they can, get no requests; where all of a pool are such, the
/// least risky ones do. What a row draws is estimated every few minutes, from what it drew and what templates say is
/// to come, and at once where it draws more than that.
class TapasRisk final : public Controller {
 public:
  void fields(Fields& f) override {
    f("period_s", period_, "time between decisions", Range::between(1e-3, 1e6));
    f("renew_s", renew_, "how long an estimate of power or air serves where it is not passed", Range::period());
    f("power_sd_fraction", power_sd_, "standard deviation of estimates of power and air, over the estimate",
      Range::fraction());
    f("temperature_sd_k", temperature_sd_, "likewise of temperatures", Range::between(0, 100));
    f("risk_fraction", high_, "probability above which a risk is high", Range::fraction());
    f("most_waiting_requests", most_waiting_, "an instance at which more requests wait has too much to do",
      Range::between(0, 1e6));
  }

  bool decides_alone() const override { return true; }
  bool needs_whole_nodes() const override { return true; }
  Seconds period() const override { return period_; }

  void control(const ControlView& view, Actions& actions) override {
    look(view);
    risks_.assign(view.fleet.servers(), 0.0);
    for (std::size_t i = 0; i < view.site.nodes.size(); ++i) {
      const NodeTelemetry& node = view.site.nodes[i];
      const double estimate = rows_[i].estimate;
      const double risk = risk_above(node.budget.value(), estimate, power_sd_ * estimate);
      for (const ServerInfo& server : node.servers) raise(server.id, risk);
    }
    if (view.heat) add_heat(view);
    for (std::size_t pool = 0; pool < view.fleet.pools(); ++pool)
      if (view.reach.holds(PoolId(pool))) steer(PoolId(pool), view, actions);
  }

 private:
  /// Of a row or an aisle, since the last renewal.
  struct Estimated {
    double sum = 0;
    std::size_t samples = 0;
    double estimate = 0;

    void see(double value) {
      sum += value;
      ++samples;
      estimate = std::max(estimate, value);
    }
    /// `to_come`: by how much templates say that it will rise.
    void renew(double to_come) {
      if (samples > 0) estimate = std::max(0.0, sum / static_cast<double>(samples) + to_come);
      sum = 0;
      samples = 0;
    }
  };

  void raise(ServerId server, double risk) { risks_[server.index()] = std::max(risks_[server.index()], risk); }

  void look(const ControlView& view) {
    rows_.resize(view.site.nodes.size());
    aisles_.resize(view.heat ? view.heat->aisles() : 0);
    for (std::size_t i = 0; i < rows_.size(); ++i)
      if (view.site.nodes[i].delivered) rows_[i].see(view.site.nodes[i].power.value());
    for (std::size_t i = 0; i < aisles_.size(); ++i) aisles_[i].see(view.heat->demand(i));
    if (view.now < renewed_ + renew_ && renewed_ > Seconds()) return;
    renewed_ = view.now;
    for (std::size_t i = 0; i < rows_.size(); ++i) rows_[i].renew(power_to_come(view.site.nodes[i], view));
    for (Estimated& aisle : aisles_) aisle.renew(0);
  }

  [[nodiscard]] double power_to_come(const NodeTelemetry& node, const ControlView& view) const {
    double rise = 0;
    if (view.vms)
      for (const ServerInfo& server : node.servers)
        rise += (view.vms->expected(server.id, view.now + renew_) - view.vms->expected(server.id, view.now)).value();
    return rise;
  }

  void add_heat(const ControlView& view) {
    for (std::size_t i = 0; i < view.fleet.servers(); ++i) {
      const ServerId id(i);
      raise(id,
            risk_above(view.heat->gpu_limit(id).value(), view.heat->hottest_gpu(id).value(), temperature_sd_.value()));
      const double supply = view.heat->supply(view.heat->aisle_of(id));
      const double demand = aisles_[view.heat->aisle_of(id)].estimate;
      if (supply < std::numeric_limits<double>::infinity()) raise(id, risk_above(supply, demand, power_sd_ * demand));
    }
  }

  [[nodiscard]] double risk_of(const InstanceState& state) const {
    return state.load.waiting > most_waiting_ ? 1.0 : risks_[state.server.index()];
  }

  [[nodiscard]] static bool serves(const InstanceState& state) { return state.status == Status::up && state.load.up; }

  /// Weights 0 and 1; only what changes is said.
  void steer(PoolId pool, const ControlView& view, Actions& actions) const {
    double least = 1;
    for (const InstanceId id : view.fleet.members(pool))
      if (serves(view.fleet[id])) least = std::min(least, risk_of(view.fleet[id]));
    for (const InstanceId id : view.fleet.members(pool)) {
      const InstanceState& state = view.fleet[id];
      if (!serves(state)) continue;
      const double risk = risk_of(state);
      const double weight = risk > high_ && risk > least + high_ ? 0.0 : 1.0;
      if (weight == state.weight) continue;
      actions.because("tapas_risk: " + std::to_string(risk));
      actions.add(Steer{id, weight});
    }
  }

  Seconds period_{5.0}, renew_{300.0};
  double power_sd_ = 0.05;
  Kelvin temperature_sd_{2.0};
  double high_ = 0.05;
  std::uint32_t most_waiting_ = 16;
  Seconds renewed_{};
  std::vector<Estimated> rows_, aisles_;  ///< by node that is seen; by aisle
  std::vector<double> risks_;             ///< by server
};

}  // namespace

namespace kinds {
Kind<Controller> tapas_risk() {
  return kind_of<Controller, TapasRisk>(
      "tapas_risk", "no requests to instances whose row, aisle or server is likely to break a limit (TAPAS)");
}
}  // namespace kinds

}  // namespace headroom
