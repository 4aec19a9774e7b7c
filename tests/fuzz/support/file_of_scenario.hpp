#pragma once

#include <string>
#include <string_view>

#include "fuzz/support/scratch.hpp"
#include "scenario/scenario.hpp"

namespace headroom::fuzz {

/// A scenario in which one file, named FILE in the JSON of its workload, is the input; so that a reader is tried the
/// way a run comes to it.
class FileOfScenario {
 public:
  /// Ends the program where the scenario itself is wrong.
  FileOfScenario(std::string workload_json, const std::string& file_name);
  /// Reads at most a thousand requests, and all of the files of jobs.
  void read(std::string_view bytes) const;

 private:
  ScratchFile file_;
  Scenario scenario_;
};

/// Draws requests and reads the files of jobs, as `headroom check` does.
void read_workload(const Scenario& scenario);

}  // namespace headroom::fuzz
