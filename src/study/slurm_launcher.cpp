#include "study/slurm_launcher.hpp"

#include <algorithm>
#include <stdexcept>
#include <utility>
#include <vector>

#include "base/interrupt.hpp"
#include "base/problem.hpp"
#include "base/text.hpp"

namespace headroom {
namespace {

using namespace std::chrono_literals;

constexpr std::chrono::milliseconds kShortestPause = 1s;
constexpr std::chrono::milliseconds kLongestPause = 10s;
constexpr auto kLateFiles = 60s;   // a shared file system may show the files of another node that much later
constexpr auto kPatience = 10min;  // for squeue to answer again, e.g. while its daemon restarts

/// Whether a task that has ended may have made its output.
bool may_have_succeeded(const SlurmTask& task) {
  return task.state.empty() || task.state == "COMPLETED";
}

}  // namespace

SlurmLauncher::SlurmLauncher(const std::filesystem::path& sweep, SlurmOptions options, Succeeded succeeded)
    : folder_(sweep), options_(std::move(options)), succeeded_(std::move(succeeded)) {}

void SlurmLauncher::hand_over(std::span<const PointRun> runs) {
  look();
  std::vector<PointRun> missing;
  std::ranges::copy_if(runs, std::back_inserter(missing), [this](const PointRun& run) {
    const auto task = tasks_.find(run.name);
    return task == tasks_.end() || task->second.stage() == SlurmStage::ended;
  });
  submit(missing, options_, folder_);
  look();
}

void SlurmLauncher::run(std::span<const PointRun> runs, LaunchObserver& observer) {
  const HeldSignals signals;
  stop_if_interrupted(kGoesOn);
  hand_over(runs);
  wait(runs, signals, observer);
}

void SlurmLauncher::look() {
  tasks_ = slurm_tasks(folder_);
  last_answer_ = Clock::now();
  jobs_.clear();
  for (const auto& [name, task] : tasks_)
    if (task.stage() != SlurmStage::ended) jobs_.insert(task.job);
}

/// Keeps what is known where squeue does not answer for a while.
void SlurmLauncher::look_again() {
  try {
    look();
  } catch (const std::runtime_error&) {
    if (Clock::now() - last_answer_ > kPatience) throw;
  }
}

void SlurmLauncher::wait(std::span<const PointRun> runs, const HeldSignals& signals, LaunchObserver& observer) {
  std::vector<Open> open;
  for (const auto& run : runs) open.push_back({&run, false, std::nullopt});
  for (auto span = kShortestPause;; span = std::min(span * 5 / 4, kLongestPause)) {
    std::erase_if(open, [&](Open& one) { return settled(one, observer); });
    if (open.empty()) return;
    pause(span, signals, observer);
    look_again();
  }
}

void SlurmLauncher::pause(Clock::duration span, const HeldSignals& signals, LaunchObserver& observer) const {
  for (const auto until = Clock::now() + span; Clock::now() < until; observer.waiting())
    if (const int number = signals.wait(); asks_to_stop(number)) throw Interrupted(farewell(), number);
}

std::string SlurmLauncher::farewell() const {
  if (jobs_.empty()) return kGoesOn;
  const std::vector<std::string> jobs(jobs_.begin(), jobs_.end());
  return "interrupted; the jobs go on: scancel " + join(jobs, " ") + " ends them, the same command picks them up";
}

/// Tells the observer what is new of a run; true when that is its end.
bool SlurmLauncher::settled(Open& open, LaunchObserver& observer) const {
  const SlurmTask& task = tasks_.at(open.run->name);
  if (task.stage() == SlurmStage::waiting) return false;
  if (!std::exchange(open.started, true)) observer.started(*open.run);
  if (task.stage() == SlurmStage::running) return false;

  const bool done = succeeded_(*open.run);
  if (!open.ended) open.ended = Clock::now();
  if (!done && may_have_succeeded(task) && Clock::now() - *open.ended < kLateFiles) return false;
  if (!done) note_end(*open.run, task);
  observer.ended(*open.run, done);
  return true;
}

}  // namespace headroom
