#include <CLI/CLI.hpp>
#include <algorithm>
#include <cstdio>
#include <fstream>
#include <memory>
#include <stdexcept>
#include <thread>
#include <vector>

#include "app/commands.hpp"
#include "app/print.hpp"
#include "app/sweep_progress.hpp"
#include "base/log.hpp"
#include "base/problem.hpp"
#include "base/text.hpp"
#include "study/local_launcher.hpp"
#include "study/sweep_directory.hpp"
#include "study/sweep_table.hpp"

namespace headroom {
namespace {

constexpr std::size_t kFailuresShown = 10;

struct SweepArguments {
  std::string study;
  std::string out;
  std::vector<std::string> sets;
  std::size_t jobs = std::max(1U, std::thread::hardware_concurrency());
  bool dry_run = false;
};

std::string counted(std::size_t count, const char* what) {
  return grouped(count) + " " + what + (count == 1 ? "" : "s");
}

void list_points(const SweepPlan& plan) {
  std::string text;
  for (const PlannedPoint& point : plan.points)
    text += point.name + (point.problem.empty() ? "" : "  CANNOT RUN: " + point.problem) + "\n";
  print(text + counted(plan.points.size(), "point") + "\n");
}

/// The points that are left to be run.
std::vector<PointRun> runs_left(const SweepDirectory& directory, const SweepPlan& plan) {
  std::vector<PointRun> runs;
  for (const PlannedPoint& point : plan.points)
    if (point.problem.empty() && !directory.is_done(plan, point)) runs.push_back(directory.run_of(point));
  return runs;
}

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

/// Writes the table of a sweep whose points have all ended.
void finish(const SweepDirectory& directory, const SweepPlan& plan, bool quiet) {
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

void run_points(const SweepArguments& arguments, SweepDirectory& directory, const ResolvedPlan& resolved, bool quiet) {
  directory.prepare(resolved);
  const auto runs = runs_left(directory, resolved.plan);
  SweepProgress progress(resolved.plan.points.size(), resolved.plan.points.size() - runs.size(), quiet);
  LocalLauncher(arguments.jobs).run(runs, progress);
}

void sweep(const SweepArguments& arguments, const GlobalOptions& global) {
  const ConfigFolders folders(global.config_dirs);
  const LoadedStudy loaded = load_study(arguments.study, folders);
  const ResolvedPlan resolved = plan_sweep(loaded, folders, arguments.sets);
  if (arguments.dry_run) return list_points(resolved.plan);
  if (arguments.out.empty()) throw InputError("--out", "name the directory of the sweep");
  SweepDirectory directory(arguments.out, loaded.study.name);
  try {
    run_points(arguments, directory, resolved, global.quiet);
  } catch (const Interrupted&) {
    throw Interrupted("interrupted; the same command goes on where it stopped");
  }
  finish(directory, resolved.plan, global.quiet);
}

}  // namespace

void add_sweep_command(CLI::App& program, const GlobalOptions& global) {
  auto* command = program.add_subcommand("sweep", "Run all points of a study, as many at a time as there are cores");
  auto arguments = std::make_shared<SweepArguments>();
  command->add_option("study", arguments->study, "Study file (JSON), or the name of a shipped one")
      ->required()
      ->type_name("STUDY");
  command
      ->add_option("--out", arguments->out,
                   "Directory of the sweep: sweep.json, sweep.csv, points/, logs/. One that is there is gone on with")
      ->type_name("DIR");
  command->add_option("--set", arguments->sets, "Override a value in every point: /json/pointer=value; axes win")
      ->type_name("POINTER=VALUE")
      ->allow_extra_args(false);
  command->add_option("-j,--jobs", arguments->jobs, "Points that run at a time")
      ->check(CLI::Range(1, 4096))
      ->capture_default_str()
      ->type_name("N");
  command->add_flag("--dry-run", arguments->dry_run, "List the points and run nothing");
  command->callback([arguments, &global] { sweep(*arguments, global); });
}

}  // namespace headroom
