#pragma once

#include <chrono>
#include <functional>
#include <optional>
#include <set>
#include <string>

#include "study/held_signals.hpp"
#include "study/launcher.hpp"
#include "study/slurm_queue.hpp"
#include "study/slurm_submission.hpp"

namespace headroom {

/// Runs points as job arrays of Slurm. Points of this sweep that Slurm has already are waited for, not submitted again.
/// An Interrupted leaves the jobs as they are.
class SlurmLauncher final : public Launcher {
 public:
  /// Whether the output of a run is there and is the one that was asked for.
  using Succeeded = std::function<bool(const PointRun&)>;

  SlurmLauncher(const std::filesystem::path& sweep, SlurmOptions options, Succeeded succeeded);

  /// Submits the runs that Slurm does not have, and comes back.
  void hand_over(std::span<const PointRun> runs);
  void run(std::span<const PointRun> runs, LaunchObserver& observer) override;
  /// The job arrays with tasks that have not ended, as of the last look at the queue.
  [[nodiscard]] const std::set<std::string>& jobs() const { return jobs_; }

 private:
  using Clock = std::chrono::steady_clock;
  /// A run whose end the observer has not heard of.
  struct Open {
    const PointRun* run;
    bool started;
    std::optional<Clock::time_point> ended;
  };

  void look();
  void look_again();
  void wait(std::span<const PointRun> runs, const HeldSignals& signals, LaunchObserver& observer);
  void pause(Clock::duration span, const HeldSignals& signals, LaunchObserver& observer) const;
  [[nodiscard]] std::string farewell() const;
  [[nodiscard]] bool settled(Open& open, LaunchObserver& observer) const;

  SlurmFolder folder_;
  SlurmOptions options_;
  Succeeded succeeded_;
  SlurmTasks tasks_;
  std::set<std::string> jobs_;
  Clock::time_point last_answer_;
};

}  // namespace headroom
