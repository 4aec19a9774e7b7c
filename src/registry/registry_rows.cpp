#include "registry/registry_rows.hpp"

#include <algorithm>
#include <array>
#include <string>
#include <vector>

#include "base/text.hpp"
#include "registry/day_plan.hpp"

namespace headroom {
namespace {

constexpr double kJoulesPerMwh = 3.6e9;

void add_choices(const WorkflowRegistry& registry, Json& rows) {
  for (const auto& [name, workflow] : registry.workflows)
    for (const SloKind kind : {SloKind::accuracy, SloKind::latency})
      for (std::size_t t = 0; t < kSloTiers; ++t) {
        const SloBound bound{&workflow, kind, static_cast<SloTier>(t)};
        Json row = {{"part", "choice"},
                    {"workflow", name},
                    {"slo", word_of(kind)},
                    {"tier", word_of(bound.tier)},
                    {"bound", bound.value()}};
        const auto option = best_option(registry, bound);
        row["configuration"] = option ? option->configuration->name() : "none";
        if (option) {
          row["point"] = option->point->name();
          row["usd_per_request"] = cost_of_request(registry, *option, PlanObjective::cost);
          row["accuracy_percent"] = option->configuration->accuracy_percent;
          row["median_s"] = request_time(registry, *option->point, option->configuration->tokens_p50).value();
        }
        rows.push_back(std::move(row));
      }
}

void add_day(const DayPlan& plan, const DayPlan& first, Json& rows) {
  std::uint64_t nodes = 0;
  bool proven = true;
  for (const EpochPlan& epoch : plan.epochs) {
    nodes += epoch.nodes;
    proven = proven && epoch.proven;
  }
  rows.push_back({{"part", "day"},
                  {"policy", plan.policy},
                  {"usd", plan.usd},
                  {"static_over_this_ratio", first.usd / plan.usd},
                  {"peak_gpus", plan.peak_gpus},
                  {"mean_gpus", plan.mean_gpus},
                  {"energy_mwh", plan.energy.value() / kJoulesPerMwh},
                  {"accuracy_within_fraction", plan.accuracy_within},
                  {"latency_within_fraction", plan.latency_within},
                  {"median_latency_within_fraction", plan.median_latency_within},
                  {"short_epochs", plan.short_epochs},
                  {"solver_nodes", nodes},
                  {"proven", proven}});
}

std::string instances_text(const WorkflowRegistry& registry, const EpochPlan& plan) {
  std::vector<std::string> parts;
  for (std::size_t m = 0; m < plan.instances.size(); ++m)
    if (plan.instances[m] > 0) parts.push_back(std::to_string(plan.instances[m]) + " x " + registry.points[m].name());
  return join(parts, ", ");
}

void add_epochs(const WorkflowRegistry& registry, const std::array<DayPlan, 4>& plans, Json& rows) {
  for (std::size_t e = 0; e < plans.back().epochs.size(); ++e) {
    Json row = {{"part", "epoch"}, {"epoch", e}};
    for (const DayPlan& plan : plans) row[plan.policy + "_gpus"] = plan.epochs[e].gpus(registry);
    row["jointly_usd_per_h"] = plans.back().epochs[e].usd_per_h(registry);
    row["instances"] = instances_text(registry, plans.back().epochs[e]);
    rows.push_back(std::move(row));
  }
}

void add_routes(const WorkflowRegistry& registry, const DayPlan& plan, Json& rows) {
  const auto dearest =
      std::ranges::max_element(plan.epochs, {}, [&](const EpochPlan& epoch) { return epoch.usd_per_h(registry); });
  const auto& demands = plan.demands[static_cast<std::size_t>(dearest - plan.epochs.begin())];
  for (std::size_t d = 0; d < demands.size(); ++d)
    for (const RoutedPart& part : dearest->routes[d]) {
      const auto named = std::ranges::find_if(
          registry.workflows, [&](const auto& workflow) { return &workflow.second == demands[d].bound.workflow; });
      rows.push_back({{"part", "route"},
                      {"epoch", dearest - plan.epochs.begin()},
                      {"workflow", named->first},
                      {"slo", word_of(demands[d].bound.kind)},
                      {"tier", word_of(demands[d].bound.tier)},
                      {"requests_per_s", demands[d].requests_per_s},
                      {"served_fraction", dearest->served_fraction[d]},
                      {"configuration", part.option.configuration->name()},
                      {"point", part.option.point->name()},
                      {"routed_fraction", part.fraction}});
    }
}

}  // namespace

Json registry_rows(const WorkflowRegistry& registry) {
  const RegistryDay day(registry);
  const std::array<DayPlan, 4> plans = {static_day(registry, day), autoscaled_day(registry, day),
                                        separate_day(registry, day), joint_day(registry, day)};
  Json rows = Json::array();
  add_choices(registry, rows);
  for (const DayPlan& plan : plans) add_day(plan, plans.front(), rows);
  add_epochs(registry, plans, rows);
  add_routes(registry, plans.back(), rows);
  return rows;
}

}  // namespace headroom
