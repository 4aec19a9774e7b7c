#pragma once

#include <filesystem>
#include <span>
#include <string>
#include <vector>

#include "study/launcher.hpp"

namespace headroom {

/// A job array that was submitted: its id in Slurm, and the names of the points that its tasks 1, 2, ... run.
struct SlurmArray {
  std::string job;
  std::vector<std::string> points;
};

/// What a sweep's directory keeps for Slurm, in slurm/: `job.sh`, which runs one line of a list; the lists,
/// `points-1.txt` and so on, one a job array; `jobs.txt`, a line `JOB LIST` for each array that was submitted; and
/// `messages.log`, what Slurm said to the tasks.
class SlurmFolder {
 public:
  explicit SlurmFolder(const std::filesystem::path& sweep);

  /// Absolute; the working directory of the tasks, by which Slurm knows them as this sweep's.
  [[nodiscard]] const std::filesystem::path& path() const { return path_; }
  /// Every array of jobs.txt, the oldest first.
  [[nodiscard]] std::vector<SlurmArray> arrays() const;
  /// Makes the folder and its job.sh. A path with a tab or line break is an InputError.
  void prepare() const;
  /// Writes the next list and returns its name.
  [[nodiscard]] std::string write_list(std::span<const PointRun> runs) const;
  /// Remembers that this list was submitted as this job array.
  void record(const std::string& job, const std::string& list) const;

 private:
  [[nodiscard]] std::vector<std::string> points(const std::string& list) const;

  std::filesystem::path path_;
};

}  // namespace headroom
