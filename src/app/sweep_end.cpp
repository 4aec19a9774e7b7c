#include "app/sweep_end.hpp"

#include <algorithm>
#include <cstdio>
#include <fstream>
#include <span>
#include <stdexcept>
#include <vector>

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
void report_failures(const SweepDirectory& directory, const SweepPlan& plan, const std::vector<std::size_t>& failed) {
  for (const std::size_t i : std::span(failed).first(std::min(failed.size(), kFailuresShown))) {
    const PointRun run = directory.run_of(plan.points[i]);
    std::fprintf(stderr, "headroom: %s failed: %s (%s)\n", run.name.c_str(), first_line(run.log).c_str(),
                 run.log.c_str());
  }
  if (failed.size() > kFailuresShown)
    std::fprintf(stderr, "headroom: and %s more, see outcome in sweep.csv\n",
                 grouped(failed.size() - kFailuresShown).c_str());
}

void say_what_is_there(const SweepDirectory& directory, const SweepPlan& plan, std::size_t failed) {
  std::string text = plan.study + ": " + counted(plan.points.size(), "point") + ", " + grouped(failed) +
                     " failed; written to " + (directory.folder() / "sweep.csv").string() + " and sweep.json\n";
  if (const std::size_t before = directory.left_of_before(plan); before > 0)
    text += counted(before, "point") + " of before " + (before == 1 ? "is" : "are") + " left in points/\n";
  print(text);
}

/// Says which points failed and throws, where some did.
void throw_for(const SweepDirectory& directory, const SweepPlan& plan, const std::vector<std::size_t>& failed,
               std::size_t points) {
  if (failed.empty()) return;
  report_failures(directory, plan, failed);
  throw std::runtime_error(grouped(failed.size()) + " of " + counted(points, "point") +
                           " failed; the same command tries them again");
}

}  // namespace

void finish_part(const SweepDirectory& directory, const SweepPlan& plan, const PointSelection& selection,
                 const SweepEnd& end) {
  std::vector<std::size_t> failed;
  std::size_t selected = 0, others = 0;
  for (std::size_t i = 0; i < plan.points.size(); ++i) {
    const bool is_own = selection.has(i, plan.points[i].name);
    const bool done = summary_of(directory.run_of(plan.points[i]), plan).has_value();
    selected += is_own ? 1 : 0;
    others += !is_own && !done ? 1 : 0;
    if (is_own && !done) failed.push_back(i);
  }
  if (others == 0) return finish_sweep(directory, plan, end);
  if (!end.quiet)
    print(plan.study + ": " + grouped(selected) + " of " + counted(plan.points.size(), "point") + ", " +
          grouped(failed.size()) + " failed; " + grouped(others) +
          " of the others not done, and no table before they are (--merge puts parts together)\n");
  throw_for(directory, plan, failed, selected);
}

void finish_sweep(const SweepDirectory& directory, const SweepPlan& plan, const SweepEnd& end) {
  const SweepTable table(directory, plan);
  table.write(directory, end.names);
  for (const Problem& problem : table.warnings()) log::warn(problem.where + ": " + problem.what);
  const auto& failed = table.failed();
  if (!end.quiet) say_what_is_there(directory, plan, failed.size());
  throw_for(directory, plan, failed, plan.points.size());
}

}  // namespace headroom
