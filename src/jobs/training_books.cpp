// What training jobs draw and where the energy of their smoothing goes.
#include <algorithm>
#include <cmath>

#include "base/residual.hpp"
#include "jobs/training.hpp"

namespace headroom {
namespace {

/// Adds what `count` GPUs did, each of which did `each`.
void add(SmoothingBooks& sum, const SmoothingBooks& each, double count) {
  sum.demand += each.demand * count;
  sum.unserved += each.unserved * count;
  sum.burned += each.burned * count;
  sum.stored += each.stored * count;
  sum.lost += each.lost * count;
  sum.drawn += each.drawn * count;
}

double residual_of(const SmoothingBooks& books) {
  const Energy off = books.drawn - (books.demand - books.unserved + books.burned + books.stored + books.lost);
  const Energy moved = std::max({books.drawn, books.demand, books.burned});
  return moved > Energy() ? std::abs(off / moved) : 0.0;
}

void widen(std::optional<StorageUse>& all, const StorageUse& one) {
  if (!all) {
    all = one;
    return;
  }
  all->used = std::max(all->used, one.used);
  all->peak_charge = std::max(all->peak_charge, one.peak_charge);
  all->peak_discharge = std::max(all->peak_discharge, one.peak_discharge);
  if (one.lowest_charge_fraction)
    all->lowest_charge_fraction = std::min(all->lowest_charge_fraction.value_or(1.0), *one.lowest_charge_fraction);
  if (one.highest_charge_fraction)
    all->highest_charge_fraction = std::max(all->highest_charge_fraction.value_or(0.0), *one.highest_charge_fraction);
}

}  // namespace

/// Books what each server of the cohort draws from now on.
void Training::book(Cohort& cohort, Power inlet, Power feed) {
  const Seconds span = now() - cohort.since;
  const double servers = static_cast<double>(cohort.servers.size());
  cohort.inlet_energy += cohort.inlet * span;
  result_.servers += (cohort.inlet - idle_server_) * span * servers;
  result_.storages += (cohort.feed - cohort.inlet) * span * servers;
  cohort.since = now();
  if (inlet != cohort.inlet)
    for (const NodeId server : cohort.followed) nodes_.changed(server, inlet);
  if (feed != cohort.feed)
    site_.tree().add(cohort.spread, feed - cohort.feed, now(),
                     [this](NodeId node, Power drawn) { nodes_.changed(node, drawn); });
  if (scenario_.cooling && cohort.state)
    for (const SliceId slice : cohort.slices) fleet_.draws(slice, cohort.state->gpu(), inlet - idle_server_);
  cohort.inlet = inlet;
  cohort.feed = feed;
}

/// Adds what a cohort has done to the result.
void Training::count(const Cohort& cohort) {
  if (!cohort.counts) return;
  const double gpus = static_cast<double>(cohort.gpus) * static_cast<double>(cohort.servers.size());
  const SmoothingBooks gpu = cohort.state->gpu_books(now()), rack = cohort.state->rack_books(now());
  add(result_.gpu, gpu, gpus);
  add(result_.rack, rack, gpus);
  result_.residual = worse(result_.residual, worse(residual_of(gpu), residual_of(rack)));
  if (const auto use = cohort.state->storage_use(now())) widen(result_.storage, *use);
}

std::optional<ShrinkResult> Training::shrink_result(const Job& job) {
  const std::optional<WorkLeft>& work = job.plan->work();
  if (!work) return std::nullopt;
  const std::vector<Cycle>& cycles = job.plan->cycles();
  return ShrinkResult{job.reconfigurations,   cycles.front().round_time(), cycles[job.reconfigurations].round_time(),
                      work->compute_fraction, work->memory_fraction,       work->communication_fraction};
}

TrainingResult Training::finish() {
  for (Job& job : jobs_) {
    for (Cohort& cohort : job.cohorts) {
      book(cohort, cohort.inlet, cohort.feed);
      count(cohort);
      job.energy += cohort.inlet_energy * static_cast<double>(cohort.servers.size());
    }
    JobResult result{.name = job.name,
                     .gpus = job.gpus,
                     .servers = static_cast<std::uint32_t>(job.servers.size()),
                     .submitted_s = job.submit.value()};
    if (job.started) result.started_s = job.started->value();
    if (job.stopped) result.ended_s = job.stopped->value();
    result.energy_j = job.energy.value();
    result.shrink = shrink_result(job);
    result_.jobs.push_back(std::move(result));
  }
  return std::move(result_);
}

}  // namespace headroom
