#include <algorithm>
#include <limits>
#include <map>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "headroom/controller.hpp"
#include "headroom/recipe.hpp"
#include "policy/tapas/choice.hpp"
#include "policy/tapas/configurations.hpp"
#include "policy/tapas/shares.hpp"

namespace headroom {
namespace {

/// TAPAS's instance configurator (ASPLOS 2025, section 4.3): each instance gets a share of what its row may draw and
/// its aisle may blow, and a temperature; of the configurations that carry its load inside these it takes the one of
/// best quality, then of most goodput. Clock and batch change at once; another parallelism, precision or model is
/// deployed, and a better one only once it has fitted for a while. An instance that needs nothing of this runs as it
/// came.
class TapasConfigure final : public Controller {
 public:
  void fields(Fields& f) override {
    f("period_s", period_, "time between decisions", Range::between(1e-3, 1e6));
    f("limit_fraction", limit_, "of a row's or aisle's limit that instances share, with what others take",
      Range::between(0.01, 1));
    f("gpu_margin_k", margin_, "GPUs stay so far below the temperature at which they throttle", Range::between(0, 100));
    f("load_margin", load_margin_, "the present load counts so many times", Range::between(0.1, 10));
    f("better_after_s", better_after_, "how long a better variant must fit before it is deployed", Range::delay());
    f("in_transition_fraction", in_transition_,
      "of the instances of a pool, one at least, may change their variant at a time", Range::fraction());
    f.part(space_);
  }
  void check_in(const PolicyContext& context, const Scope& scope) const override {
    space_.check_in(context.clocks, scope);
    if (context.pools.empty()) scope.problem("needs a service whose instances it configures");
  }

  bool decides_alone() const override { return true; }
  bool needs_whole_nodes() const override { return true; }
  bool follows_arrivals() const override { return true; }
  Seconds period() const override { return period_; }

  void control(const ControlView& view, Actions& actions) override {
    std::vector<Serving> serving = serving_servers(view, space_.request, load_margin_);
    for (Serving& server : serving) fill_in(server, view);
    const Shares shares(view, serving, limit_);
    changed_.resize(view.fleet.instances());
    count_moving(view);
    for (std::size_t i = 0; i < serving.size(); ++i) configure(serving[i], shares.of(i), view, actions);
  }

 private:
  using Table = std::vector<Configuration>;
  /// What was asked of an instance, and since when a better variant would do.
  struct Changed {
    std::uint32_t batch = 0;  ///< 0: as it came
    std::optional<Seconds> better_since;
  };

  /// Instances of a pool come as the first one that is seen.
  const Table& table_of(const InstanceState& state, const World& world) {
    const TypeId type = world.variants[state.variant.index()].server_type;
    const auto [found, is_new] = tables_.try_emplace({state.pool.index(), type.index()});
    if (is_new) found->second = configurations_of(world, state.variant, space_);
    return found->second;
  }

  /// What it wants as it came.
  void fill_in(Serving& server, const ControlView& view) {
    const Table& table = table_of(view.fleet[server.instance], view.world);
    const Configuration& came = table.front();
    const Power others = server.idle_gpu * static_cast<double>(server.gpus - came.gpus);
    server.idle_gpus = came.gpus_draw(0) + others;
    server.wanted_gpus = came.gpus_draw(server.rate_per_s) + others;
  }

  /// One that does not fit on the server from the instance's first GPU on is none.
  [[nodiscard]] Candidate candidate(const Configuration& one, const Serving& server, const ControlView& view) const {
    constexpr double kInfinite = std::numeric_limits<double>::infinity();
    if (server.first_gpu + one.gpus > server.gpus) return {one.quality, -1, kInfinite, kInfinite, kInfinite};
    const Power draw = one.gpus_draw(server.rate_per_s);
    const Power all = draw + server.idle_gpu * static_cast<double>(server.gpus - one.gpus);
    Candidate candidate{one.quality, one.goodput_per_s, 0, view.world.catalogue->server_input(server.type, all).value(),
                        0};
    if (!view.heat) return candidate;
    candidate.airflow = view.heat->airflow(server.id, all);
    candidate.temperature = view.heat
                                ->steady_gpu(server.id, server.first_gpu, one.gpus,
                                             draw / static_cast<double>(one.gpus), view.heat->inlet(server.id))
                                .value();
    return candidate;
  }

  [[nodiscard]] Allowance allowance(const Serving& server, const Portion& portion, const ControlView& view) const {
    Allowance allowed{server.rate_per_s, 0, portion.power_w, portion.airflow_m3_per_s};
    if (view.heat) allowed.temperature = (view.heat->gpu_limit(server.id) - margin_).value();
    return allowed;
  }

  void configure(const Serving& server, const Portion& portion, const ControlView& view, Actions& actions) {
    const InstanceState& state = view.fleet[server.instance];
    const Table& table = table_of(state, view.world);
    const Allowance allowed = allowance(server, portion, view);
    if (table.front().variant == state.variant && allowed.keeps(candidate(table.front(), server, view))) {
      changed_[server.instance.index()].better_since.reset();
      return set(table.front(), server, view, actions);
    }
    std::vector<Candidate> candidates;
    for (const Configuration& one : table) candidates.push_back(candidate(one, server, view));
    const std::size_t best = choose(table, candidates, allowed, state);
    if (table[best].variant != state.variant && deploys(table[best], server, view, actions)) return;
    if (table[best].variant == state.variant) changed_[server.instance.index()].better_since.reset();
    set(table[best_of(state.variant, table, candidates, allowed)], server, view, actions);
  }

  /// As it came where that fits; else the best, on the variant that stands there where that is as good.
  [[nodiscard]] static std::size_t choose(const Table& table, const std::vector<Candidate>& candidates,
                                          const Allowance& allowed, const InstanceState& state) {
    if (allowed.keeps(candidates.front())) return 0;
    const auto best = best_choice(candidates, allowed);
    if (!best) return least_choice(candidates);
    const std::size_t own = best_of(state.variant, table, candidates, allowed);
    const bool is_as_good = allowed.takes(candidates[own]) && candidates[own].quality == candidates[*best].quality;
    return is_as_good ? own : *best;
  }

  /// Of one variant: as it came where that fits, else the best; where none carries the load inside the allowance, the
  /// one inside it that carries most, or the one that draws least.
  [[nodiscard]] static std::size_t best_of(VariantId variant, const Table& table, const std::vector<Candidate>& all,
                                           const Allowance& allowed) {
    if (table.front().variant == variant && allowed.keeps(all.front())) return 0;
    std::vector<Candidate> own;
    std::vector<std::size_t> places;
    for (std::size_t i = 0; i < table.size(); ++i) {
      if (table[i].variant != variant) continue;
      own.push_back(all[i]);
      places.push_back(i);
    }
    if (const auto best = best_choice(own, allowed)) return places[*best];
    Allowance without_load = allowed;
    without_load.need = 0;
    return places[best_choice(own, without_load).value_or(least_choice(own))];
  }

  /// Deploys another variant, if it is time to and not too many of its pool change already.
  bool deploys(const Configuration& wanted, const Serving& server, const ControlView& view, Actions& actions) {
    const InstanceState& state = view.fleet[server.instance];
    Changed& changed = changed_[server.instance.index()];
    const bool is_better = wanted.quality >= view.world.variants[state.variant.index()].quality;
    if (!changed.better_since || !is_better) changed.better_since = view.now;
    if (is_better && view.now - *changed.better_since < better_after_) return false;
    std::size_t& moving = moving_[state.pool.index()];
    const auto members = static_cast<double>(view.fleet.members(state.pool).size());
    if (static_cast<double>(moving) >= std::max(1.0, in_transition_ * members)) return false;
    ++moving;
    say_why(server, actions);
    actions.add(Deploy{{server.id}, {{wanted.variant, state.pool, server.id, server.first_gpu}}});
    return true;
  }

  void set(const Configuration& wanted, const Serving& server, const ControlView& view, Actions& actions) {
    if (wanted.clock != view.fleet[server.instance].clock) {
      say_why(server, actions);
      actions.add(SetClock{server.instance, wanted.clock});
    }
    Changed& changed = changed_[server.instance.index()];
    const std::uint32_t most = view.world.most_sequences, batch = std::min(wanted.batch, most);
    if (batch == (changed.batch > 0 ? changed.batch : most)) return;
    changed.batch = batch;
    say_why(server, actions);
    actions.add(SetBatch{server.instance, batch});
  }

  static void say_why(const Serving& server, Actions& actions) {
    actions.because("tapas_configure: " + std::to_string(server.rate_per_s) + " requests/s");
  }

  void count_moving(const ControlView& view) {
    moving_.assign(view.fleet.pools(), 0);
    for (std::size_t pool = 0; pool < moving_.size(); ++pool)
      for (const InstanceId id : view.fleet.members(PoolId(pool))) moving_[pool] += view.fleet[id].status != Status::up;
  }

  Seconds period_{5.0};
  double limit_ = 0.97;
  Kelvin margin_{0.0};
  double load_margin_ = 1.1;
  Seconds better_after_{60.0};
  double in_transition_ = 0.25;
  ConfigurationSpace space_;
  std::map<std::pair<std::size_t, std::size_t>, Table> tables_;  ///< by pool and server type
  std::vector<std::size_t> moving_;                              ///< instances that drain or start, by pool
  std::vector<Changed> changed_;                                 ///< by instance
};

}  // namespace

namespace kinds {
Kind<Controller> tapas_configure() {
  return kind_of<Controller, TapasConfigure>(
      "tapas_configure", "clock, batch and variant of each instance by its share of power, air and heat (TAPAS)");
}
}  // namespace kinds

}  // namespace headroom
