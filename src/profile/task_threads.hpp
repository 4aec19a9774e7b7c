#pragma once

#include <atomic>
#include <condition_variable>
#include <cstddef>
#include <cstdint>
#include <exception>
#include <functional>
#include <mutex>
#include <utility>

namespace headroom {

/// Does independent tasks on some threads, while the caller's own watches.
class TaskThreads {
 public:
  TaskThreads(std::size_t tasks, std::function<void(std::size_t)> task) : tasks_(tasks), task_(std::move(task)) {}

  /// Once. `progress(done, of)`, where there is one, is called now and then; when it throws, tasks under way are waited
  /// for and no other begins. What a task throws ends all likewise, and is thrown here.
  void run(std::size_t threads, const std::function<void(std::size_t, std::size_t)>& progress);

 private:
  [[nodiscard]] bool is_over() const { return done_ == tasks_ || failed_; }
  void report(const std::function<void(std::size_t, std::size_t)>& progress);
  void take_tasks();
  void fail(std::size_t task);

  std::size_t tasks_;
  std::function<void(std::size_t)> task_;
  std::atomic<std::size_t> next_ = 0, done_ = 0;
  std::atomic<bool> failed_ = false;
  std::mutex mutex_;  ///< of what follows, and of changes of what is waited for
  std::condition_variable changed_;
  std::size_t failed_task_ = SIZE_MAX;  ///< the first of those that failed
  std::exception_ptr failure_;
};

}  // namespace headroom
