#pragma once

#include <filesystem>
#include <span>
#include <string>
#include <vector>

#include "config/json.hpp"

namespace headroom {

/// One run of a point: the resolved scenario, the directory it makes, and the file that gets what it says.
struct PointRun {
  std::string name;
  std::filesystem::path scenario;
  std::filesystem::path out;
  std::filesystem::path log;
  Json inputs = Json::array();         ///< of its scenario, as in /inputs of the summary
  std::vector<std::string> options{};  ///< of the run, beside those that every run of a sweep has
};

/// What a sweep that was interrupted says.
constexpr const char* kGoesOn = "interrupted; the same command goes on where it stopped";

/// The command line of a run after the program's name.
[[nodiscard]] std::vector<std::string> arguments_of(const PointRun& run);

/// Hears from a launcher how the runs go.
class LaunchObserver {
 public:
  virtual ~LaunchObserver() = default;
  virtual void started(const PointRun& run) = 0;
  virtual void ended(const PointRun& run, bool succeeded) = 0;
  /// Comes about every second, and whenever a run has ended.
  virtual void waiting() {}
};

/// Runs `headroom run` for points of a sweep, each in a process of its own.
class Launcher {
 public:
  virtual ~Launcher() = default;
  /// Comes back when all runs have ended. An Interrupted comes out when the user asks to stop.
  virtual void run(std::span<const PointRun> runs, LaunchObserver& observer) = 0;
};

}  // namespace headroom
