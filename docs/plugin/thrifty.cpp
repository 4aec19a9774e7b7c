// A policy out of the tree: locks the clock of low-priority servers while their node is above a share of its budget.
#include <string>
#include <vector>

#include "headroom/plugin.hpp"

namespace {

using namespace headroom;

class Thrifty final : public Controller {
 public:
  void fields(Fields& f) override {
    f("above_fraction", above_, "of the budget, above which clocks are locked", Range::between(0.0, 2.0));
    f("below_fraction", below_, "of the budget, below which they are released", Range::between(0.0, 2.0));
    f("clock_mhz", clock_, "to which they are locked", Range::clock());
  }
  void check(const Scope& scope) const override {
    if (below_ > above_) scope.at("below_fraction").problem("must not be above above_fraction");
  }
  void check_in(const PolicyContext& context, const Scope& scope) const override {
    if (!context.supports(clock_)) scope.at("clock_mhz").problem("the GPUs do not support this clock");
  }
  bool locks_clocks() const override { return true; }
  Seconds period() const override { return Seconds(2); }

  void control(const ControlView& view, Actions& actions) override {
    is_locked_.resize(view.site.nodes.size());
    for (std::size_t i = 0; i < is_locked_.size(); ++i) {
      const NodeTelemetry& node = view.site.nodes[i];
      if (!node.delivered) continue;
      const bool lock = node.budget_fraction() > (is_locked_[i] ? below_ : above_);
      if (lock != is_locked_[i]) change(node, lock, actions);
      is_locked_[i] = lock;
    }
  }

 private:
  void change(const NodeTelemetry& node, bool lock, Actions& actions) const {
    actions.because("thrifty: " + node.name + (lock ? " nears its budget" : " has room"));
    for (const ServerInfo& server : node.servers) {
      if (server.priority != Priority::low) continue;
      if (lock) actions.add(LockClock{server.id, clock_});
      else actions.add(Release{server.id, Release::What::clock});
    }
  }

  double above_ = 0.8, below_ = 0.7;
  Hertz clock_ = Hertz(1.11e9);
  std::vector<bool> is_locked_;  ///< by node
};

void fill(Plugin& plugin) {
  plugin.controllers = {kind_of<Controller, Thrifty>("thrifty", "locks low priority near the budget")};
}

}  // namespace

HEADROOM_PLUGIN(fill)
