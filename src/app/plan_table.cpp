#include "app/plan_table.hpp"

#include <algorithm>

#include "app/print.hpp"
#include "base/problem.hpp"
#include "base/text.hpp"

namespace headroom {
namespace {

std::uint32_t gpus_of(const PlannedJob& job, const Allocation& allocation) {
  std::uint32_t sum = 0;
  for (std::size_t m = 0; m < allocation.size(); ++m)
    for (std::size_t i = 0; i < allocation[m].size(); ++i) sum += allocation[m][i] * job.models[m].options[i].gpus;
  return sum;
}

std::string row(const char* name, const PlannedJob& job, const Allocation& allocation) {
  const JobEstimate estimate = estimate_job(job.models, allocation, job.content);
  return line("%-14s %6u %12.2f %12.2f %12.2f %10.2f %16.1f\n", name, gpus_of(job, allocation), estimate.total.value(),
              estimate.first.value(), estimate.ttff.value(), estimate.cost_usd,
              value_of(estimate, Objective::cost_ttff));
}

/// As /services/NAME/pools/N/instances says it.
std::string instances_of(const WorkerModel& model, const std::vector<std::uint32_t>& counts) {
  std::vector<std::string> parts;
  for (std::size_t i = 0; i < counts.size(); ++i)
    if (counts[i] > 0)
      parts.push_back('"' + (model.options[i].variant.empty() ? kServiceItself : model.options[i].variant) +
                      "\": " + std::to_string(counts[i]));
  return "{" + join(parts, ", ") + "}";
}

bool stands(const Allocation& allocation) {
  return std::ranges::all_of(allocation, [](const auto& counts) {
    return std::ranges::any_of(counts, [](std::uint32_t count) { return count > 0; });
  });
}

}  // namespace

std::string plan_table(const PlannedJob& job, std::optional<std::uint32_t> most_gpus, Objective objective) {
  std::vector<std::uint32_t> gpus = job.gpus;
  if (most_gpus && gpus.size() > 1) throw InputError("--gpus", "needs a site with one server type");
  if (most_gpus && *most_gpus > gpus.front())
    throw InputError("--gpus",
                     "is more than the " + std::to_string(gpus.front()) + " GPUs of servers that no pool holds");
  if (most_gpus) gpus.front() = *most_gpus;
  const Allocation proposed = provision(job.models, gpus, job.content, objective);
  std::string table = line(
      "%s: %zu stages, %g s to play. By the estimator, models work one after the other; a run, "
      "where they work beside each other, takes less.\n\n",
      job.stream.c_str(), job.stages, job.content.value());
  table +=
      line("%-14s %6s %12s %12s %12s %10s %16s\n", "", "GPUs", "total s", "first s", "TTFF s", "USD", "USD x TTFF");
  if (stands(job.as_it_stands)) table += row("as it stands", job, job.as_it_stands);
  table += row("proposed", job, proposed) + "\n";
  for (std::size_t m = 0; m < job.models.size(); ++m)
    table += line("%-28s %s\n", job.models[m].pool.c_str(), instances_of(job.models[m], proposed[m]).c_str());
  return table;
}

}  // namespace headroom
