#include "study/sweep_directory.hpp"

#include <algorithm>
#include <array>

#include "base/file.hpp"
#include "base/interrupt.hpp"
#include "base/problem.hpp"
#include "metrics/report.hpp"
#include "study/header_names.hpp"
#include "study/remains.hpp"

namespace headroom {
namespace fs = std::filesystem;

namespace {

constexpr const char* kPlan = "plan.json";
constexpr std::array kWritten = {"summary.json", "power.json",    "latency.json",
                                 "events.json",  "resolved.json", "host.json"};

std::set<std::string> names_of(const SweepPlan& plan) {
  std::set<std::string> names;
  for (const PlannedPoint& point : plan.points) names.insert(point.name);
  return names;
}

std::vector<std::string> names_in(const fs::path& folder) {
  std::vector<std::string> names;
  std::error_code absent;
  for (const auto& entry : fs::directory_iterator(folder, absent)) names.push_back(entry.path().filename().string());
  return names;
}

/// Whether an output has all that every run writes; it was published whole, but others may have cleared a file since.
bool is_whole(const fs::path& output) {
  return std::ranges::all_of(kWritten, [&](const char* name) {
    std::error_code absent;
    return is_file(output / name) && fs::file_size(output / name, absent) > 0;
  });
}

bool balances(const Json& summary) {
  return std::ranges::all_of(summary.at("checks"),
                             [](const Json& residual) { return residual.get<double>() < kLargestResidual; });
}

}  // namespace

/// Also where a program was killed before it had written the plan.
bool SweepDirectory::is_new() const {
  return std::ranges::all_of(names_in(folder_), [](const auto& name) { return remains_of(name) == kPlan; });
}

void SweepDirectory::claim(const std::string& study) {
  const char* other = "exists already and is not that of a sweep";
  if (fs::exists(folder_) && !fs::is_directory(folder_)) throw InputError(where(), other);
  std::error_code error;
  fs::create_directories(folder_, error);
  if (error) throw InputError(where(), "cannot be made: " + error.message());
  if (!lock()) throw InputError(where(), "another sweep is at work in it");
  if (is_new()) return;
  if (!fs::exists(folder_ / kPlan)) throw InputError(where(), other);
  SweepPlan before;
  try {
    before = plan();
  } catch (const InputError&) {
    if (fs::exists(folder_ / "points")) return;  // a damaged plan, which is written again
    throw InputError(where(), other);
  }
  if (before.study != study)
    throw InputError(where(), "holds the sweep of the study \"" + before.study + "\", not of \"" + study + '"');
}

std::vector<PointRun> SweepDirectory::prepare(SweepPlanner& planner, const SlurmTasks& live) {
  check_live(planner, live);
  const SweepPlan& plan = planner.plan();
  lay_out(plan);
  if (live.empty()) clean(plan);
  for (std::size_t i = 0; i < plan.points.size(); ++i) {
    const std::string text = planner.resolve(i);
    write_scenario(plan.points[i], text);
  }
  write_plan(plan);  // again, with the problems of points
  std::vector<PointRun> left;
  for (const PlannedPoint& point : plan.points) {
    stop_if_interrupted(kGoesOn);
    const PointRun run = run_of(point);
    if (!point.problem.empty() || summary_of(run, plan)) continue;
    if (!live.contains(point.name)) fs::remove(run.log);
    left.push_back(run);
  }
  if (!left.empty()) remove_tables();
  return left;
}

void SweepDirectory::lay_out(const SweepPlan& plan) const {
  write_plan(plan);  // first: whatever stops this, the directory is known as that of a sweep
  for (const char* part : {"points", "logs", "scenarios"}) fs::create_directories(folder_ / part);
}

void SweepDirectory::check_live(SweepPlanner& planner, const SlurmTasks& live) const {
  const auto& points = planner.plan().points;
  for (std::size_t i = 0; i < points.size(); ++i)
    if (live.contains(points[i].name) && planner.resolve(i) != read_file(run_of(points[i]).scenario))
      throw InputError(where(),
                       "the scenario of " + points[i].name +
                           " has changed, but Slurm has this point still; end its jobs first: " + scancel_of(live));
}

void SweepDirectory::write_plan(const SweepPlan& plan) const {
  const std::string text = plan_text(plan);
  if (read_file(folder_ / kPlan) == text) return;
  remove_tables();
  write_atomically(folder_ / kPlan, text);
}

/// The log of a point that has no scenario says why.
void SweepDirectory::write_scenario(const PlannedPoint& point, const std::string& text) const {
  const PointRun run = run_of(point);
  if (!text.empty()) return put(run.scenario, text);
  fs::remove(run.scenario);
  put(run.log, point.problem + "\n");
}

void SweepDirectory::put(const fs::path& file, const std::string& text) const {
  if (read_file(file) == text) return;
  remove_tables();
  write_whole(file, text);
}

void SweepDirectory::remove_tables() const {
  for (const char* table : {"sweep.json", "sweep.csv", kDictionary}) fs::remove(folder_ / table);
}

void SweepDirectory::clean(const SweepPlan& plan) const {
  const auto points = names_of(plan);
  for (const char* part : {"", "points", "logs", "scenarios"}) remove_remains(folder_ / part, points);
}

SweepPlan SweepDirectory::plan() const {
  return read_plan(folder_ / kPlan);
}

std::set<std::string> SweepDirectory::begun() const {
  std::set<std::string> points;
  for (const auto& name : names_in(folder_ / "points"))
    if (const auto point = remains_of(name)) points.insert(*point);
  return points;
}

std::size_t SweepDirectory::left_of_before(const SweepPlan& plan) const {
  const auto points = names_of(plan);
  const auto names = names_in(folder_ / "points");
  return static_cast<std::size_t>(
      std::ranges::count_if(names, [&](const auto& name) { return !points.contains(name) && !remains_of(name); }));
}

PointRun SweepDirectory::run_of(const PlannedPoint& point) const {
  return {point.name,
          folder_ / "scenarios" / (point.name + ".json"),
          folder_ / "points" / point.name,
          folder_ / "logs" / (point.name + ".log"),
          point.inputs,
          {}};
}

std::optional<Json> summary_of(const PointRun& run, const SweepPlan& plan) {
  if (!is_whole(run.out)) return std::nullopt;
  const auto resolved = read_file(run.out / "resolved.json");
  if (!resolved || resolved != read_file(run.scenario)) return std::nullopt;
  try {
    Json summary = parse_json_file(run.out / "summary.json");
    const bool same_program =
        summary.at("version") == plan.version && parse_json_file(run.out / "host.json").at("build") == plan.build;
    if (same_program && summary.at("inputs") == run.inputs && balances(summary)) return summary;
  } catch (const std::exception&) {
    // damaged, so it is not done
  }
  return std::nullopt;
}

}  // namespace headroom
