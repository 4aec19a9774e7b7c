#include <memory>
#include <optional>

#include "headroom/controller.hpp"
#include "headroom/recipe.hpp"
#include "policy/control/parameter_check.hpp"

namespace headroom {

/// Limits all servers of the monitored nodes once, whatever they draw: what a power cap or a locked clock costs on its
/// own.
class FixedLimit : public Controller {
 public:
  void fields(Fields& f) override {
    f("power_cap_w", power_cap_, "cap of each GPU", Range::power_limit());
    f("clock_mhz", clock_, "clock that the servers lock to", Range::clock());
    f("at_s", at_, "when the command is issued", Range::between(0.001, 1e9));
  }

  void check_in(const PolicyContext& context, const Scope& scope) const override {
    if (clock_) check_clock(context, *clock_, scope.at("clock_mhz"));
    if (power_cap_ && *power_cap_ > context.gpu_tdp)
      scope.at("power_cap_w").problem("must not be above the TDP of the GPU");
  }
  bool locks_clocks() const override { return clock_.has_value(); }

  Seconds period() const override { return at_; }
  bool is_done() const override { return issued_; }

  void control(const ControlView& view, Actions& actions) override {
    issued_ = true;
    actions.because("fixed_limit");
    for (const auto& node : view.site.nodes)
      for (const auto& server : node.servers) {
        if (power_cap_) actions.add(CapPower{server.id, *power_cap_});
        if (clock_) actions.add(LockClock{server.id, *clock_});
      }
  }

 private:
  std::optional<Power> power_cap_;
  std::optional<Hertz> clock_;
  Seconds at_{1.0};
  bool issued_ = false;
};

namespace kinds {
Kind<Controller> fixed_limit() {
  return kind_of<Controller, FixedLimit>("fixed_limit", "one power cap or clock lock for all servers, from a date on");
}
}  // namespace kinds

}  // namespace headroom
