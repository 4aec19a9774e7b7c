#include "registry/epoch_plan.hpp"

#include <algorithm>
#include <cmath>
#include <limits>

#include "base/problem.hpp"
#include "base/text.hpp"
#include "optimise/milp.hpp"

namespace headroom {
namespace {

constexpr double kNoEnd = std::numeric_limits<double>::infinity();
constexpr double kRoundedTo = 1e-6;  // of a demand: the solver's own tolerance

/// Columns of the program: instances by point, requests/s by demand and option, and of each demand what is not served.
struct EpochProgram {
  Milp milp;
  std::vector<std::size_t> instances;
  std::vector<std::vector<WorkflowOption>> options;
  std::vector<std::vector<std::size_t>> requests;
  std::vector<std::size_t> unserved;  ///< none where all must be
};

enum class Serves : std::uint8_t { all, most };

/// Above all that instances cost, a request that is not served.
double penalty(const WorkflowRegistry& registry, const std::vector<WorkflowOption>& options) {
  double dearest = 0;
  for (const WorkflowOption& option : options)
    dearest = std::max(dearest, cost_of_instance(registry, *option.point, registry.objective) *
                                    std::max(1.0, option.configuration->tokens_p90 / option.point->tokens_per_s));
  return 1e3 * (1 + dearest);
}

void add_demand(const WorkflowRegistry& registry, const SloDemand& demand, Serves serves, EpochProgram& program) {
  const auto& options = program.options.emplace_back(options_of(registry, demand.bound));
  auto& requests = program.requests.emplace_back();
  std::vector<std::pair<std::size_t, double>> sum;
  for ([[maybe_unused]] const WorkflowOption& option : options)
    sum.emplace_back(requests.emplace_back(program.milp.add_column(0, false)), 1.0);
  program.milp.add_row(-kNoEnd, registry.alpha_ratio * demand.requests_per_s, sum);
  if (serves == Serves::most)
    sum.emplace_back(program.unserved.emplace_back(program.milp.add_column(penalty(registry, options), false)), 1.0);
  program.milp.add_row(demand.requests_per_s, kNoEnd, sum);
}

/// What requests take of each point's instances is no more than these give.
void add_capacities(const WorkflowRegistry& registry, EpochProgram& program) {
  for (std::size_t m = 0; m < registry.points.size(); ++m) {
    std::vector<std::pair<std::size_t, double>> sum{{program.instances[m], registry.points[m].tokens_per_s}};
    for (std::size_t d = 0; d < program.options.size(); ++d)
      for (std::size_t i = 0; i < program.options[d].size(); ++i)
        if (const WorkflowOption& option = program.options[d][i]; option.point_number == m)
          sum.emplace_back(program.requests[d][i], -registry.multiplexing_ratio * option.configuration->tokens_p90);
    if (sum.size() > 1) program.milp.add_row(0, kNoEnd, sum);
  }
}

void add_limits(const WorkflowRegistry& registry, EpochProgram& program) {
  for (const auto& [name, gpu] : registry.gpus) {
    if (!gpu.most_gpus) continue;
    std::vector<std::pair<std::size_t, double>> sum;
    for (std::size_t m = 0; m < registry.points.size(); ++m)
      if (registry.points[m].gpu == name) sum.emplace_back(program.instances[m], registry.points[m].tensor_parallel);
    program.milp.add_row(-kNoEnd, *gpu.most_gpus, sum);
  }
}

std::optional<EpochPlan> solve_epoch(const WorkflowRegistry& registry, const std::vector<SloDemand>& demands,
                                     Serves serves, bool limited) {
  EpochProgram program;
  for (const LlmPoint& point : registry.points)
    program.instances.push_back(program.milp.add_column(cost_of_instance(registry, point, registry.objective), true));
  for (const SloDemand& demand : demands) add_demand(registry, demand, serves, program);
  add_capacities(registry, program);
  if (limited) add_limits(registry, program);
  const auto solution = program.milp.solve(registry.most_nodes);
  if (!solution) return std::nullopt;
  EpochPlan plan{{}, {}, {}, solution->nodes, solution->proven};
  for (const std::size_t column : program.instances)
    plan.instances.push_back(static_cast<std::uint32_t>(solution->values[column]));
  for (std::size_t d = 0; d < demands.size(); ++d) {
    const double asked = demands[d].requests_per_s;
    const double missing = serves == Serves::most ? solution->values[program.unserved[d]] : 0;
    plan.served_fraction.push_back(asked > 0 ? 1 - std::round(missing / asked / kRoundedTo) * kRoundedTo : 1);
    double sum = 0;
    for (const std::size_t column : program.requests[d]) sum += solution->values[column];
    auto& parts = plan.routes.emplace_back();
    for (std::size_t i = 0; i < program.options[d].size() && sum > 0; ++i) {
      const double fraction = std::round(solution->values[program.requests[d][i]] / sum / kRoundedTo) * kRoundedTo;
      if (fraction > 0) parts.push_back({program.options[d][i], fraction});
    }
  }
  return plan;
}

/// Which GPUs are too few, by the best plan without limits.
std::string shortage(const WorkflowRegistry& registry, const std::vector<SloDemand>& demands) {
  const auto plan = solve_epoch(registry, demands, Serves::all, false);
  if (!plan) throw InputError(registry.where("/most_nodes"), "the search for a plan found none within so many nodes");
  std::string what;
  for (const auto& [name, gpu] : registry.gpus) {
    std::uint64_t needed = 0;
    for (std::size_t m = 0; m < registry.points.size(); ++m)
      if (registry.points[m].gpu == name)
        needed += plan->instances[m] * std::uint64_t{registry.points[m].tensor_parallel};
    if (gpu.most_gpus && needed > *gpu.most_gpus)
      what += (what.empty() ? "" : ", ") + std::to_string(needed) + " " + name + " where there are " +
              std::to_string(*gpu.most_gpus);
  }
  return what;
}

}  // namespace

double EpochPlan::usd_per_h(const WorkflowRegistry& registry) const {
  double sum = 0;
  for (std::size_t m = 0; m < instances.size(); ++m) sum += instances[m] * registry.usd_per_h(registry.points[m]);
  return sum;
}

std::uint64_t EpochPlan::gpus(const WorkflowRegistry& registry) const {
  std::uint64_t sum = 0;
  for (std::size_t m = 0; m < instances.size(); ++m)
    sum += std::uint64_t{instances[m]} * registry.points[m].tensor_parallel;
  return sum;
}

EpochPlan plan_epoch(const WorkflowRegistry& registry, const std::vector<SloDemand>& demands,
                     const std::string& epoch) {
  if (auto plan = solve_epoch(registry, demands, Serves::all, true)) return *plan;
  if (registry.on_shortage == OnShortage::serve_most)
    if (auto plan = solve_epoch(registry, demands, Serves::most, true)) return *plan;
  throw InputError(registry.where("/gpus"), "too few for " + epoch + ", whose cheapest plan takes " +
                                                shortage(registry, demands) +
                                                ": raise most_gpus, or let on_shortage be serve_most");
}

}  // namespace headroom
