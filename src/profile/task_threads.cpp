#include "profile/task_threads.hpp"

#include <algorithm>
#include <chrono>
#include <thread>
#include <vector>

namespace headroom {

void TaskThreads::run(std::size_t threads, const std::function<void(std::size_t, std::size_t)>& progress) {
  {
    std::vector<std::jthread> at_work;
    for (std::size_t i = 0; i < std::min(threads, tasks_); ++i) at_work.emplace_back([this] { take_tasks(); });
    do {
      if (progress) report(progress);
      std::unique_lock lock(mutex_);
      changed_.wait_for(lock, std::chrono::milliseconds(100), [this] { return is_over(); });
    } while (!is_over());
  }
  if (failure_) std::rethrow_exception(failure_);
}

/// Where it throws nobody begins another task.
void TaskThreads::report(const std::function<void(std::size_t, std::size_t)>& progress) {
  try {
    progress(done_, tasks_);
  } catch (...) {
    failed_ = true;
    throw;
  }
}

void TaskThreads::take_tasks() {
  while (!failed_) {
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
