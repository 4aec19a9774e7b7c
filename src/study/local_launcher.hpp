#pragma once

#include <sys/types.h>

#include <cstddef>
#include <map>

#include "study/held_signals.hpp"
#include "study/launcher.hpp"

namespace headroom {

/// Runs points as processes of this machine, a number of them at a time. They die with this process, whatever ends it.
class LocalLauncher final : public Launcher {
 public:
  explicit LocalLauncher(std::size_t jobs) : jobs_(jobs) {}

  void run(std::span<const PointRun> runs, LaunchObserver& observer) override;

 private:
  void reap(LaunchObserver& observer);
  void stop(const HeldSignals& signals);

  std::size_t jobs_;
  std::map<pid_t, const PointRun*> running_;
};

}  // namespace headroom
