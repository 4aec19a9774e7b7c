#pragma once

#include <cstddef>
#include <string>
#include <vector>

#include "study/header_names.hpp"
#include "study/point_selection.hpp"
#include "study/slurm_launcher.hpp"

namespace headroom {

struct GlobalOptions;

struct SweepArguments {
  std::string study;
  std::string out;
  std::string status;
  std::vector<std::string> merge;
  std::vector<std::string> sets;
  std::string shard;
  PointSelection selection;
  std::size_t jobs = 0;
  std::string launcher = "local";
  SlurmOptions slurm;
  HeaderStyle names = HeaderStyle::pointers;
  bool detach = false;
  bool dry_run = false;
};

/// Runs what is left of a study's points, and writes its table.
void sweep(const SweepArguments& arguments, const GlobalOptions& global);

}  // namespace headroom
