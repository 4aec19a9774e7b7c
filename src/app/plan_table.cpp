#include "app/plan_table.hpp"

#include <algorithm>
#include <functional>
#include <utility>

#include "app/print.hpp"
#include "base/problem.hpp"
#include "base/text.hpp"

namespace headroom {
namespace {

/// Devices of one kind that its instances have.
std::uint32_t sum_of(const PlannedJob& job, const Allocation& allocation, std::uint32_t WorkerOption::*devices) {
  std::uint32_t sum = 0;
  for (std::size_t m = 0; m < allocation.size(); ++m)
    for (std::size_t i = 0; i < allocation[m].size(); ++i)
      sum += allocation[m][i] * (job.models[m].options[i].*devices);
  return sum;
}

/// Servers of a type that hold its instances, the largest placed first, each on the first one with room.
std::size_t servers_of(const PlannedJob& job, const Allocation& allocation, std::size_t type) {
  std::vector<FreeDevices> sizes, free;
  for (std::size_t m = 0; m < allocation.size(); ++m)
    for (std::size_t i = 0; i < allocation[m].size(); ++i)
      if (const WorkerOption& option = job.models[m].options[i]; option.type == type)
        sizes.insert(sizes.end(), allocation[m][i], {option.gpus, option.cpu_cores});
  std::ranges::sort(sizes, std::greater(),
                    [](const FreeDevices& size) { return std::pair(size.gpus, size.cpu_cores); });
  for (const FreeDevices& size : sizes) {
    auto room = std::ranges::find_if(
        free, [&](const FreeDevices& left) { return left.gpus >= size.gpus && left.cpu_cores >= size.cpu_cores; });
    if (room == free.end()) room = free.insert(free.end(), job.types[type].of_server);
    room->gpus -= size.gpus;
    room->cpu_cores -= size.cpu_cores;
  }
  return free.size();
}

/// Of all GPUs and cores of the servers that an allocation needs.
double whole_servers_usd(const PlannedJob& job, const Allocation& allocation) {
  double usd_per_h = 0;
  for (std::size_t t = 0; t < job.types.size(); ++t)
    usd_per_h += static_cast<double>(servers_of(job, allocation, t)) * job.types[t].usd_per_h;
  return usd_per_h * estimate_job(job.models, allocation, job.content).total.value() / 3600;
}

std::string row(const char* name, const PlannedJob& job, const Allocation& allocation) {
  const JobEstimate estimate = estimate_job(job.models, allocation, job.content);
  return line("%-14s %6u %12.2f %12.2f %12.2f %10.2f %16.1f %10.4f %14.2f %6u\n", name,
              sum_of(job, allocation, &WorkerOption::gpus), estimate.total.value(), estimate.first.value(),
              estimate.ttff.value(), estimate.cost_usd, value_of(estimate, Objective::cost_ttff),
              estimate.energy.value() / 3.6e6, whole_servers_usd(job, allocation),
              sum_of(job, allocation, &WorkerOption::cpu_cores));
}

/// As /services/NAME/pools/N/instances says it, of a server type.
std::string instances_of(const WorkerModel& model, const std::vector<std::uint32_t>& counts, std::size_t type) {
  std::vector<std::string> parts;
  for (std::size_t i = 0; i < counts.size(); ++i)
    if (counts[i] > 0 && model.options[i].type == type)
      parts.push_back('"' + (model.options[i].variant.empty() ? kServiceItself : model.options[i].variant) +
                      "\": " + std::to_string(counts[i]));
  return parts.empty() ? "" : "{" + join(parts, ", ") + "}";
}

/// The same of all types, with their names where there are several.
std::string instances_of(const PlannedJob& job, const WorkerModel& model, const std::vector<std::uint32_t>& counts) {
  if (job.types.size() == 1) return instances_of(model, counts, 0);
  std::vector<std::string> parts;
  for (std::size_t t = 0; t < job.types.size(); ++t)
    if (const std::string of_type = instances_of(model, counts, t); !of_type.empty())
      parts.push_back(job.types[t].name + " " + of_type);
  return join(parts, ", ");
}

/// Without a price anything costs the same.
void check_prices(const PlannedJob& job, Objective objective) {
  if (objective != Objective::cost_ttff && objective != Objective::cost) return;
  const auto is_free = [](const WorkerOption& option) { return option.usd_per_h == 0; };
  if (std::ranges::all_of(job.models, [&](const auto& model) { return std::ranges::all_of(model.options, is_free); }))
    throw InputError("--objective",
                     "needs /hardware/gpu_cost_usd_per_h: without a price all costs nothing; ttff, total, energy and "
                     "energy_x_ttff need none");
}

bool stands(const Allocation& allocation) {
  return std::ranges::all_of(allocation, [](const auto& counts) {
    return std::ranges::any_of(counts, [](std::uint32_t count) { return count > 0; });
  });
}

}  // namespace

std::string plan_table(const PlannedJob& job, std::optional<std::uint32_t> most_gpus, Objective objective) {
  std::vector<FreeDevices> free = job.free;
  if (most_gpus && free.size() > 1) throw InputError("--gpus", "needs a site with one server type");
  if (most_gpus && *most_gpus > free.front().gpus)
    throw InputError("--gpus",
                     "is more than the " + std::to_string(free.front().gpus) + " GPUs of servers that no pool holds");
  if (most_gpus) free.front().gpus = *most_gpus;
  check_prices(job, objective);
  const Allocation proposed = provision(job.models, free, job.content, objective);
  std::string table = line(
      "%s: %zu stages, %g s to play. By the estimator, models work one after the other; a run, "
      "where they work beside each other, takes less.\n\n",
      job.stream.c_str(), job.stages, job.content.value());
  table += line("%-14s %6s %12s %12s %12s %10s %16s %10s %14s %6s\n", "", "GPUs", "total s", "first s", "TTFF s", "USD",
                "USD x TTFF", "kWh", "USD of servers", "cores");
  if (stands(job.as_it_stands)) table += row("as it stands", job, job.as_it_stands);
  table += row("proposed", job, proposed) + "\n";
  for (std::size_t m = 0; m < job.models.size(); ++m)
    table += line("%-28s %s\n", job.models[m].pool.c_str(), instances_of(job, job.models[m], proposed[m]).c_str());
  return table;
}

}  // namespace headroom
