#include "study/sweep_merge.hpp"

#include <unistd.h>

#include <deque>
#include <optional>
#include <string>

#include "base/file.hpp"
#include "base/interrupt.hpp"
#include "base/problem.hpp"
#include "base/text.hpp"
#include "compare/result_table.hpp"

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

/// What a run found: its summary without what is about its execution.
Json result_of(Json summary) {
  for (const char* aside : kLeftAside) summary.erase(std::string(aside).substr(1));
  return summary;
}

/// Where the output of a point is, and what it said where it failed.
struct Source {
  std::optional<PointRun> done;
  std::optional<PointRun> failed;
};

/// The first directory that has a point done; all that have it must have found the same.
Source source_of(const PlannedPoint& point, const SweepPlan& plan, const std::deque<SweepDirectory>& parts) {
  Source source;
  Json result;
  for (const SweepDirectory& part : parts) {
    const PointRun run = part.run_of(point);
    const auto summary = summary_of(run, plan);
    if (!summary) {
      if (!source.failed && is_file(run.log)) source.failed = run;
      continue;
    }
    if (source.done && result_of(*summary) != result)
      throw InputError(
          "--merge " + part.folder().string(),
          "found another result of " + run.name + " than " + source.done->out.string() + ": one of them was changed");
    if (!source.done) {
      source.done = run;
      result = result_of(*summary);
    }
  }
  return source;
}

/// Of every point of the plan; one that no part has tried is missing.
std::vector<Source> sources_of(const SweepPlan& plan, const std::deque<SweepDirectory>& parts) {
  std::vector<Source> sources;
  std::vector<std::string> missing;
  for (const PlannedPoint& point : plan.points) {
    stop_if_interrupted(kGoesOn);
    sources.push_back(source_of(point, plan, parts));
    if (!sources.back().done && !sources.back().failed && point.problem.empty()) missing.push_back(point.name);
  }
  if (missing.empty()) return sources;
  throw InputError("--merge", "no part has " + counted(missing.size(), "point") + " of " + grouped(plan.points.size()) +
                                  ", first " + missing.front() + ": a part is missing or has not ended");
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

/// The scenario of a point, its output where it is done, and what was said beside that.
void put_point(const PlannedPoint& point, const Source& source, const SweepDirectory& first, SweepDirectory& into) {
  const PointRun to = into.run_of(point);
  if (const auto scenario = read_file(first.run_of(point).scenario)) into.put(to.scenario, *scenario);
  const auto& from = source.done ? source.done : source.failed;
  if (!from || from->out == to.out) return;
  if (source.done) copy_output(*from, to);
  fs::remove(to.log);
  if (is_file(from->log)) fs::copy_file(from->log, to.log);
}

}  // namespace

SweepPlan merge_sweeps(SweepDirectory& into, const std::vector<fs::path>& folders) {
  std::deque<SweepDirectory> parts;
  if (is_file(into.folder() / "plan.json")) parts.emplace_back(into.folder());
  for (const fs::path& folder : folders) parts.emplace_back(folder);
  const SweepPlan plan = plan_of(parts);
  for (const PlannedPoint& point : plan.points)
    for (const SweepDirectory& part : parts) check_scenario(part.run_of(point), parts.front().run_of(point), part);
  const auto sources = sources_of(plan, parts);
  into.claim(plan.study);
  into.lay_out(plan);
  for (std::size_t i = 0; i < plan.points.size(); ++i) {
    stop_if_interrupted(kGoesOn);
    put_point(plan.points[i], sources[i], parts.front(), into);
  }
  return plan;
}

}  // namespace headroom
