#include <algorithm>
#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "headroom/controller.hpp"
#include "headroom/recipe.hpp"
#include "policy/dynamo/node_plan.hpp"
#include "policy/dynamo/pool_facts.hpp"

namespace headroom {
namespace {

enum class NodeRule : std::uint8_t { fixed, rounded_up, spill };
inline std::array<std::string_view, 3> words_of(NodeRule) {
  return {"fixed", "rounded_up", "spill"};
}

/// DynamoLLM's cluster manager (arXiv 2408.00741, section IV-B): so many servers for each pool as carry the largest
/// load that is foreseen for the period. With `spill` numbers are rounded down, and what is left over goes to the pool
/// of the next longer requests; the last pool is rounded up.
class DynamoCluster final : public Controller {
 public:
  void fields(Fields& f) override {
    f("period_s", period_, "time between decisions on servers", Range::between(1, 1e7));
    f("call_s", call_, "time between calls, at which what was decided is carried on", Range::between(1e-3, 1e6));
    f("rule", rule_,
      "servers of a pool: `fixed`, once for the largest load within /foresight/lead_s; `rounded_up` and `spill`, for "
      "that of each period");
    f("servers", servers_, "with `fixed` and one pool: so many, whatever the load", Range::between(1, 1e6));
    f("load_factor", load_factor_, "the foreseen largest load counts so many times", Range::between(0.1, 10));
    f("lead_s", lead_, "so long before a period servers start that it needs", Range::delay());
  }
  void check(const Scope& scope) const override {
    if (lead_ >= period_) scope.at("lead_s").problem("must be below period_s");
    if (call_ > period_) scope.at("call_s").problem("must not be above period_s");
    if (servers_ && rule_ != NodeRule::fixed) scope.at("servers").problem("is only for the rule fixed");
  }
  void check_in(const PolicyContext& context, const Scope& scope) const override {
    check_dynamo(context, scope);
    if (servers_ && context.pools.size() > 1) scope.at("servers").problem("is only for a policy with one pool");
    if (rule_ != NodeRule::fixed && period_ + lead_ > context.foresight)
      scope.at("period_s").problem("and lead_s must not be above /foresight/lead_s together");
  }

  bool follows_power() const override { return false; }
  bool needs_profile() const override { return true; }
  bool decides_alone() const override { return true; }
  Seconds period() const override { return call_; }

  void begin(const ControlView& view, Actions& actions) override {
    decide(view, Seconds());
    std::size_t next = 0;
    const auto servers = servers_in_reach(view);
    for (std::size_t p = 0; p < pools_.size(); ++p)
      for (std::size_t i = 0; i < plan_.pools[p].nodes; ++i) {
        const ServerId server = servers[next++];
        actions.add(Allot{server, pools_[p]});
        actions.add(Deploy{{server}, PoolFacts(view, pools_[p]).full_of_the_largest(server)});
      }
    for (; next < servers.size(); ++next) {
      actions.add(Deploy{{servers[next]}, {}});
      actions.add(Allot{servers[next], std::nullopt});
    }
    share(view, actions);
  }

  void control(const ControlView& view, Actions& actions) override {
    const Seconds next = period_ * static_cast<double>(periods_);
    if (rule_ != NodeRule::fixed && !prepared_ && view.now >= next - lead_) {
      decide(view, next);
      prepared_ = true;
    }
    if (prepared_ && view.now >= next) {
      share(view, actions);
      prepared_ = false;
      ++periods_;
    }
    actions.because(
        "dynamo_cluster: period " + std::to_string(periods_) + (prepared_ ? ", ahead" : "") +
        (plan_.short_of_servers > 0 ? ", short of " + std::to_string(plan_.short_of_servers) + " servers" : ""));
    move_servers(view, actions);
  }

 private:
  [[nodiscard]] std::vector<ServerId> servers_in_reach(const ControlView& view) const {
    std::vector<ServerId> list;
    for (const Service& service : view.world.services)
      for (const ServerId id : service.servers)
        if (view.reach.holds(id) && !has_strangers(view.fleet, id) && std::ranges::find(list, id) == list.end() &&
            view.fleet.server(id).type == view.fleet.server(service.servers.front()).type)
          list.push_back(id);
    return list;
  }

  /// How many servers each pool gets in the period that begins then.
  void decide(const ControlView& view, Seconds from) {
    pools_ = pools_in_reach(view);
    const Seconds length = rule_ == NodeRule::fixed ? view.world.foresight->lead() : period_;
    std::vector<double> peaks, largest;
    for (const PoolId pool : pools_) {
      const PoolFacts facts(view, pool);
      peaks.push_back(load_factor_ * facts.foreseen_peak(from, length));
      largest.push_back(facts.largest_load_of_a_server());
    }
    // The last pool serves whatever comes to it, even where the profile saw no request of its own.
    if (largest.back() <= 0) largest.back() = std::max(1.0, *std::ranges::max_element(largest));
    const auto most = static_cast<unsigned>(servers_in_reach(view).size());
    plan_ = rule_ == NodeRule::spill ? plan_with_spill(peaks, largest, most) : plan_without_spill(peaks, largest, most);
    if (servers_) plan_.pools.front().nodes = std::min(*servers_, most);
  }

  /// What pools pass on to those behind them.
  void share(const ControlView& view, Actions& actions) const {
    for (std::size_t p = 0; p < pools_.size(); ++p) {
      const std::vector<double> parts = parts_behind(p);
      for (const ClassId id : PoolFacts(view, pools_[p]).classes())
        for (std::size_t i = parts.size(); i-- > 0;) actions.add(Share{id, pools_[p + 1 + i], parts[i]});
    }
  }

  /// Of the requests of a pool: which part of those that the ones before leave goes to each behind it.
  [[nodiscard]] std::vector<double> parts_behind(std::size_t pool) const {
    std::vector<double> parts;
    double reaches = plan_.pools[pool].forwarded, left = 1;
    for (std::size_t next = pool + 1; next < pools_.size(); ++next) {
      const double stays = reaches * (1 - plan_.pools[next].forwarded);
      parts.push_back(left > 0 ? std::min(1.0, stays / left) : 0.0);
      left -= stays;
      reaches *= plan_.pools[next].forwarded;
    }
    return parts;
  }

  /// Pools that have too many servers give them to those that lack some, and up, at the beginning of a period; what is
  /// lacking then, or will be, starts on servers that nobody holds.
  void move_servers(const ControlView& view, Actions& actions) {
    std::vector<std::vector<ServerId>> held;
    for (const PoolId pool : pools_) held.push_back(PoolFacts(view, pool).servers());
    if (!prepared_)
      for (std::size_t p = 0; p < pools_.size(); ++p) give_away_surplus(p, held, view, actions);
    std::size_t wanted = 0, have = 0;
    for (std::size_t p = 0; p < pools_.size(); ++p) {
      wanted += plan_.pools[p].nodes;
      have += held[p].size();
    }
    for (const ServerId server : servers_in_reach(view)) {
      const auto to = first_that_lacks(held);
      if (have >= wanted || !to) return;
      if (!is_free(view, server)) continue;
      actions.add(Allot{server, pools_[*to]});
      actions.add(Deploy{{server}, PoolFacts(view, pools_[*to]).full_of_the_largest(server)});
      held[*to].push_back(server);
      ++have;
    }
  }

  void give_away_surplus(std::size_t pool, std::vector<std::vector<ServerId>>& held, const ControlView& view,
                         Actions& actions) {
    for (std::size_t i = held[pool].size(); i-- > 0 && held[pool].size() > plan_.pools[pool].nodes;) {
      const ServerId server = held[pool][i];
      if (view.fleet.is_in_transition(server)) continue;
      held[pool].erase(held[pool].begin() + static_cast<std::ptrdiff_t>(i));
      if (const auto to = first_that_lacks(held)) {
        give(server, pools_[*to], view, actions);
        held[*to].push_back(server);
      } else {
        actions.add(Deploy{{server}, {}});
        actions.add(Allot{server, std::nullopt});
      }
    }
  }

  [[nodiscard]] std::optional<std::size_t> first_that_lacks(const std::vector<std::vector<ServerId>>& held) const {
    for (std::size_t p = 0; p < pools_.size(); ++p)
      if (held[p].size() < plan_.pools[p].nodes) return p;
    return std::nullopt;
  }

  [[nodiscard]] static bool is_free(const ControlView& view, ServerId id) {
    const ServerState& server = view.fleet.server(id);
    return !server.pool && server.up && !server.leaving && server.slices.empty() && !view.fleet.is_in_transition(id);
  }

  static void give(ServerId server, PoolId pool, const ControlView& view, Actions& actions) {
    actions.add(Allot{server, pool});
    for (const SliceState& slice : view.fleet.server(server).slices)
      if (slice.instance) actions.add(Assign{*slice.instance, pool});
  }

  Seconds period_{1800.0}, call_{5.0};
  NodeRule rule_ = NodeRule::spill;
  std::optional<std::uint32_t> servers_;
  double load_factor_ = 1.0;
  Seconds lead_{120.0};
  std::vector<PoolId> pools_;
  NodePlan plan_;              ///< of the period, or of the next one where that is prepared
  std::uint64_t periods_ = 1;  ///< the number of the next one
  bool prepared_ = false;
};

}  // namespace

namespace kinds {
Kind<Controller> dynamo_cluster() {
  return kind_of<Controller, DynamoCluster>("dynamo_cluster",
                                            "servers of each pool, for the load that is foreseen (DynamoLLM)");
}
}  // namespace kinds

}  // namespace headroom
