#include "profile/profile_maker.hpp"

#include <algorithm>
#include <atomic>
#include <chrono>
#include <condition_variable>
#include <exception>
#include <mutex>
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
      while (!is_over()) {
        if (work.progress) work.progress(done_, tasks_);
        std::unique_lock lock(mutex_);
        changed_.wait_for(lock, std::chrono::milliseconds(kWatchMs), [this] { return is_over(); });
      }
    }
    if (failure_) std::rethrow_exception(failure_);
  }

 private:
  static constexpr int kWatchMs = 100;

  [[nodiscard]] bool is_over() const { return done_ == tasks_ || failed_; }

  void take_tasks(const std::stop_token& stop) {
    for (std::size_t i = next_++; i < tasks_ && !stop.stop_requested() && !failed_; i = next_++) try {
        task_(i);
        const std::scoped_lock lock(mutex_);
        if (++done_ == tasks_) changed_.notify_one();
      } catch (...) {
        const std::scoped_lock lock(mutex_);
        if (i < failed_task_) {
          failed_task_ = i;
          failure_ = std::current_exception();
        }
        failed_ = true;
        changed_.notify_one();
      }
  }

  std::size_t tasks_;
  std::function<void(std::size_t)> task_;
  std::atomic<std::size_t> next_ = 0, done_ = 0;
  std::atomic<bool> failed_ = false;
  std::mutex mutex_;
  std::condition_variable changed_;
  std::size_t failed_task_ = SIZE_MAX;
  std::exception_ptr failure_;
};

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
  }).run(work);
  expect_kept(around, tasks, made);
  for (std::size_t i = 0; i < tasks.size(); ++i)
    table.put(tasks[i].variant, tasks[i].pool, std::move(made[i].by_clock));
  return table;
}

}  // namespace headroom
