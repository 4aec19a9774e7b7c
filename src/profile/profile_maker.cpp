#include "profile/profile_maker.hpp"

#include <algorithm>
#include <atomic>
#include <chrono>
#include <exception>
#include <mutex>
#include <optional>
#include <thread>

#include "base/text.hpp"
#include "profile/load_search.hpp"

namespace headroom {
namespace {

/// Does independent tasks on some threads; the caller's own watches.
class TaskThreads {
 public:
  TaskThreads(std::size_t tasks, std::function<void(std::size_t)> task) : tasks_(tasks), task_(std::move(task)) {}

  /// The failure of the first task that failed, if any, is thrown here.
  void run(const ProfileWork& work) {
    {
      std::vector<std::jthread> threads;
      for (std::size_t i = 0; i < std::min(work.threads, tasks_); ++i)
        threads.emplace_back([this](const std::stop_token& stop) { take_tasks(stop); });
      while (done_ < tasks_ && !failed_) {
        std::this_thread::sleep_for(std::chrono::milliseconds(kWatchMs));
        if (work.progress) work.progress(done_, tasks_);
      }
    }
    if (failure_) std::rethrow_exception(failure_);
  }

 private:
  static constexpr int kWatchMs = 20;

  void take_tasks(const std::stop_token& stop) {
    for (std::size_t i = next_++; i < tasks_ && !stop.stop_requested() && !failed_; i = next_++) try {
        task_(i);
        ++done_;
      } catch (...) {
        const std::scoped_lock lock(mutex_);
        if (i < failed_task_) {
          failed_task_ = i;
          failure_ = std::current_exception();
        }
        failed_ = true;
      }
  }

  std::size_t tasks_;
  std::function<void(std::size_t)> task_;
  std::atomic<std::size_t> next_ = 0, done_ = 0;
  std::atomic<bool> failed_ = false;
  std::mutex mutex_;
  std::size_t failed_task_ = SIZE_MAX;
  std::exception_ptr failure_;
};

std::string reached(const PointResult& alone) {
  return "P99 of time to first token " + shortest(alone.ttft_p99.value()) + " s, between tokens " +
         shortest(alone.tbt_p99.value()) + " s";
}

}  // namespace

ProfileTable make_profile(const Scenario& scenario, const ProfiledRequests& requests, const ProfileWork& work) {
  ProfileTable table(scenario, requests);
  const RunningVariants variants(scenario, nullptr);
  const ModelCatalogue catalogue(scenario);
  const ProfileSurroundings around{scenario, requests, variants, catalogue};
  std::vector<ProfileTask> tasks;
  for (std::size_t p = 0; p < requests.pools.size(); ++p)
    for (std::size_t v = 0; v < variants.size() && !requests.pools[p].requests.empty(); ++v)
      if (variants[VariantId(v)].spec.service == requests.pools[p].service) tasks.push_back({VariantId(v), PoolId(p)});
  std::vector<ProfiledVariant> made(tasks.size());
  TaskThreads(tasks.size(), [&](std::size_t i) {
    made[i] = profile_variant(around, tasks[i], table.clocks(tasks[i].variant));
  }).run(work);
  for (std::size_t p = 0; p < requests.pools.size(); ++p) {
    const ProfiledVariant* best = nullptr;
    for (std::size_t i = 0; i < tasks.size(); ++i)
      if (tasks[i].pool == PoolId(p) && (!best || made[i].alone.worst < best->alone.worst)) best = &made[i];
    const auto is_of_use = [&](std::size_t i) { return made[i].by_clock.back().largest_load() > 0; };
    bool served = best == nullptr;
    for (std::size_t i = 0; i < tasks.size(); ++i) served = served || (tasks[i].pool == PoolId(p) && is_of_use(i));
    if (!served)
      throw InputError(scenario.where("/slo"), "pool \"" + requests.pools[p].name +
                                                   "\" cannot keep its targets with any variant, even at the highest "
                                                   "clock and with one request at a time: at best " +
                                                   reached(best->alone));
  }
  for (std::size_t i = 0; i < tasks.size(); ++i)
    table.put(tasks[i].variant, tasks[i].pool, std::move(made[i].by_clock));
  return table;
}

}  // namespace headroom
