#include "app/sweep_end.hpp"

#include <cstdio>
#include <fstream>
#include <stdexcept>

#include "app/print.hpp"
#include "base/log.hpp"
#include "base/problem.hpp"
#include "base/text.hpp"
#include "study/sweep_table.hpp"

namespace headroom {
namespace {

constexpr std::size_t kFailuresShown = 10;

std::string first_line(const std::filesystem::path& log) {
  std::ifstream file(log);
  std::string line;
  std::getline(file, line);
  return line.empty() ? "says nothing" : line;
}

/// Which points failed and the first that each says about it.
void report_failures(const SweepDirectory& directory, const SweepPlan& plan) {
  std::size_t failed = 0;
  for (const PlannedPoint& point : plan.points) {
    if (directory.is_done(plan, point) || ++failed > kFailuresShown) continue;
    const auto log = directory.run_of(point).log;
    std::fprintf(stderr, "headroom: %s failed: %s (%s)\n", point.name.c_str(), first_line(log).c_str(), log.c_str());
  }
  if (failed > kFailuresShown)
    std::fprintf(stderr, "headroom: and %s more, see outcome in sweep.csv\n", grouped(failed - kFailuresShown).c_str());
}

}  // namespace

void finish_sweep(const SweepDirectory& directory, const SweepPlan& plan, bool quiet) {
  const SweepTable table(directory, plan);
  table.write(directory);
  for (const Problem& problem : table.absent()) log::warn(problem.where + ": " + problem.what);
  if (!quiet)
    print(plan.study + ": " + counted(plan.points.size(), "point") + ", " + grouped(table.failed()) +
          " failed; written to " + (directory.folder() / "sweep.csv").string() + " and sweep.json\n");
  if (table.failed() == 0) return;
  report_failures(directory, plan);
  throw std::runtime_error(grouped(table.failed()) + " of " + counted(plan.points.size(), "point") +
                           " failed; the same command tries them again");
}

std::string counted(std::size_t count, const char* what) {
  return grouped(count) + " " + what + (count == 1 ? "" : "s");
}

}  // namespace headroom
