#pragma once

#include <vector>

#include "headroom/controller.hpp"

namespace headroom {

/// A controller that treats every monitored node by the same law, with a state for each; decides once a period.
template <class State>
class NodeController : public Controller {
 public:
  void fields(Fields& f) override { f("period_s", period_, "time between decisions", Range::between(1e-3, 1e6)); }
  [[nodiscard]] Seconds period() const override { return period_; }

  void control(const ControlView& view, Actions& actions) final {
    const SiteTelemetry& telemetry = view.site;
    states_.resize(telemetry.nodes.size());
    for (std::size_t i = 0; i < telemetry.nodes.size(); ++i)
      if (telemetry.nodes[i].delivered) control_node(telemetry.nodes[i], telemetry, states_[i], actions);
  }

 private:
  virtual void control_node(const NodeTelemetry& node, const SiteTelemetry& site, State& state,
                            Actions& actions) const = 0;

  Seconds period_{2.0};
  std::vector<State> states_;
};

}  // namespace headroom
