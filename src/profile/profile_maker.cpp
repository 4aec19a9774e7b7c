#include "profile/profile_maker.hpp"

#include "base/text.hpp"
#include "profile/load_search.hpp"
#include "profile/task_threads.hpp"

namespace headroom {
namespace {

std::string reached(const PointResult& alone) {
  return "P99 of time to first token " + shortest(alone.ttft_p99.value()) + " s, between tokens " +
         shortest(alone.tbt_p99.value()) + " s";
}

std::vector<ProfileTask> tasks_of(const ProfileSurroundings& around) {
  std::vector<ProfileTask> tasks;
  const auto& pools = around.requests.pools;
  for (std::size_t p = 0; p < pools.size(); ++p)
    for (std::size_t v = 0; v < around.variants.size() && !pools[p].requests.empty(); ++v)
      if (around.variants[VariantId(v)].spec.service == pools[p].service) tasks.push_back({VariantId(v), PoolId(p)});
  return tasks;
}

/// Throws where no variant is of use to a pool, with the latencies of the one that comes nearest.
void expect_kept(const ProfileSurroundings& around, const std::vector<ProfileTask>& tasks,
                 const std::vector<ProfiledVariant>& made) {
  std::vector<const ProfiledVariant*> best(around.requests.pools.size());
  for (std::size_t i = 0; i < tasks.size(); ++i) {
    const ProfiledVariant*& nearest = best[tasks[i].pool.index()];
    if (!nearest || made[i].is_of_use() || (!nearest->is_of_use() && made[i].alone.worst < nearest->alone.worst))
      nearest = &made[i];
  }
  for (std::size_t p = 0; p < best.size(); ++p)
    if (best[p] && !best[p]->is_of_use())
      throw InputError(around.scenario.where("/slo"),
                       "pool \"" + around.requests.pools[p].name +
                           "\" cannot keep its latency targets with any variant, even at the highest clock under next "
                           "to no load: at best " +
                           reached(best[p]->alone));
}

}  // namespace

ProfileTable make_profile(const Scenario& scenario, const ProfiledRequests& requests, const ProfileWork& work) {
  ProfileTable table(scenario, requests);
  const RunningVariants variants(scenario, nullptr);
  const ModelCatalogue catalogue(scenario);
  const ProfileSurroundings around{scenario, requests, variants, catalogue};
  const auto tasks = tasks_of(around);
  std::vector<ProfiledVariant> made(tasks.size());
  TaskThreads(tasks.size(), [&](std::size_t i) {
    made[i] = profile_variant(around, tasks[i], table.clocks(tasks[i].variant));
  }).run(work.threads, work.progress);
  expect_kept(around, tasks, made);
  for (std::size_t i = 0; i < tasks.size(); ++i)
    table.put(tasks[i].variant, tasks[i].pool, std::move(made[i].by_clock));
  return table;
}

}  // namespace headroom
