#include "study/sweep_merge.hpp"

#include <unistd.h>

#include <deque>

#include "base/file.hpp"
#include "base/interrupt.hpp"
#include "base/problem.hpp"

namespace headroom {
namespace fs = std::filesystem;

namespace {

/// The plan of every part, which is the same.
SweepPlan plan_of(const std::deque<SweepDirectory>& parts) {
  const SweepPlan plan = parts.front().plan();
  for (const SweepDirectory& part : parts)
    if (plan_text(part.plan()) != plan_text(plan))
      throw InputError(
          "--merge " + part.folder().string(),
          "has other points, columns or inputs than " + parts.front().folder().string() + ", or is of another program");
  return plan;
}

void check_scenario(const PointRun& run, const PointRun& first, const SweepDirectory& part) {
  if (read_file(run.scenario) != read_file(first.scenario))
    throw InputError("--merge " + part.folder().string(), "the scenario of " + run.name + " is not that of the others");
}

/// Appears whole under its name.
void copy_output(const PointRun& from, const PointRun& to) {
  fs::path temporary = to.out;
  temporary += ".tmp" + std::to_string(::getpid());
  fs::copy(from.out, temporary, fs::copy_options::recursive);
  fs::remove_all(to.out);
  fs::rename(temporary, to.out);
}

}  // namespace

SweepPlan merge_sweeps(SweepDirectory& into, const std::vector<fs::path>& folders) {
  std::deque<SweepDirectory> parts;
  for (const fs::path& folder : folders) parts.emplace_back(folder);
  const SweepPlan plan = plan_of(parts);
  for (const PlannedPoint& point : plan.points)
    for (const SweepDirectory& part : parts) check_scenario(part.run_of(point), parts.front().run_of(point), part);
  into.claim(plan.study);
  into.lay_out(plan);
  for (const PlannedPoint& point : plan.points) {
    const PointRun to = into.run_of(point);
    if (const auto scenario = read_file(parts.front().run_of(point).scenario)) into.put(to.scenario, *scenario);
    for (const SweepDirectory& part : parts) {
      stop_if_interrupted(kGoesOn);
      const PointRun from = part.run_of(point);
      if (summary_of(to, plan)) break;
      if (summary_of(from, plan)) copy_output(from, to);
      if (is_file(from.log)) fs::copy_file(from.log, to.log, fs::copy_options::overwrite_existing);
    }
  }
  return plan;
}

}  // namespace headroom
