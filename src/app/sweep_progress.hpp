#pragma once

#include <chrono>
#include <cstddef>

#include "study/launcher.hpp"

namespace headroom {

/// Says how far a sweep is, on stderr: on a terminal one line that is rewritten, elsewhere a line a point.
class SweepProgress final : public LaunchObserver {
 public:
  /// `done` of `points` are so already; when quiet it only counts.
  SweepProgress(std::size_t points, std::size_t done, bool quiet);
  ~SweepProgress() override;
  SweepProgress(const SweepProgress&) = delete;
  SweepProgress& operator=(const SweepProgress&) = delete;

  void started(const PointRun& run) override;
  void ended(const PointRun& run, bool succeeded) override;
  void waiting() override;

 private:
  using Clock = std::chrono::steady_clock;

  void show();

  std::size_t points_, before_, succeeded_ = 0, failed_ = 0, running_ = 0;
  bool quiet_, on_terminal_;
  bool shown_ = false;
  Clock::time_point begun_ = Clock::now();
};

}  // namespace headroom
