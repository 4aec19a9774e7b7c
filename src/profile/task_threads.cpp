#include "profile/task_threads.hpp"

#include <algorithm>
#include <chrono>
#include <thread>
#include <vector>

namespace headroom {

void TaskThreads::run(std::size_t threads, const std::function<void(std::size_t, std::size_t)>& progress) {
  {
    std::vector<std::jthread> at_work;
    for (std::size_t i = 0; i < std::min(threads, tasks_); ++i)
      at_work.emplace_back([this](const std::stop_token& stop) { take_tasks(stop); });
    do {
      if (progress) progress(done_, tasks_);
      std::unique_lock lock(mutex_);
      changed_.wait_for(lock, std::chrono::milliseconds(100), [this] { return is_over(); });
    } while (!is_over());
  }
  if (failure_) std::rethrow_exception(failure_);
}

void TaskThreads::take_tasks(const std::stop_token& stop) {
  while (!stop.stop_requested() && !failed_) {
    const std::size_t task = next_++;
    if (task >= tasks_) return;
    try {
      task_(task);
      const std::scoped_lock lock(mutex_);
      if (++done_ == tasks_) changed_.notify_one();
    } catch (...) {
      fail(task);
    }
  }
}

void TaskThreads::fail(std::size_t task) {
  const std::scoped_lock lock(mutex_);
  if (task < failed_task_) {
    failed_task_ = task;
    failure_ = std::current_exception();
  }
  failed_ = true;
  changed_.notify_one();
}

}  // namespace headroom
