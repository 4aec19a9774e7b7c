#include <CLI/CLI.hpp>
#include <algorithm>
#include <memory>
#include <span>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include "app/commands.hpp"
#include "app/print.hpp"
#include "app/sweep_end.hpp"
#include "app/sweep_progress.hpp"
#include "app/sweep_status.hpp"
#include "base/problem.hpp"
#include "base/text.hpp"
#include "study/local_launcher.hpp"
#include "study/slurm_launcher.hpp"
#include "study/sweep_directory.hpp"

namespace headroom {
namespace {

struct SweepArguments {
  std::string study;
  std::string out;
  std::string status;
  std::vector<std::string> sets;
  std::size_t jobs = 0;
  std::string launcher = "local";
  SlurmOptions slurm;
  bool detach = false;
  bool dry_run = false;
};

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

SlurmLauncher slurm_launcher(const SweepArguments& arguments, const SweepDirectory& directory, const SweepPlan& plan) {
  SlurmOptions options = arguments.slurm;
  options.most_at_a_time = arguments.jobs;
  return {directory.folder(), options, [&](const PointRun& run) {
            const auto point = std::ranges::find(plan.points, run.name, &PlannedPoint::name);
            return directory.is_done(plan, *point);
          }};
}

/// Gives the points that are left to Slurm without waiting for them.
void hand_over(SlurmLauncher& launcher, std::span<const PointRun> runs, const SweepArguments& arguments, bool quiet) {
  launcher.hand_over(runs);
  if (quiet) return;
  const std::vector<std::string> jobs(launcher.jobs().begin(), launcher.jobs().end());
  print(counted(runs.size(), "point") + " with Slurm (scancel " + join(jobs, " ") +
        " ends them); headroom sweep --status " + arguments.out + " says how far they are\n");
}

void run_locally(std::span<const PointRun> runs, std::size_t jobs, LaunchObserver& observer) {
  LocalLauncher(jobs > 0 ? jobs : std::max(1U, std::thread::hardware_concurrency())).run(runs, observer);
}

void sweep(const SweepArguments& arguments, const GlobalOptions& global) {
  const ConfigFolders folders(global.config_dirs);
  const LoadedStudy loaded = load_study(arguments.study, folders);
  const ResolvedPlan resolved = plan_sweep(loaded, folders, arguments.sets);
  const SweepPlan& plan = resolved.plan;
  if (arguments.dry_run) return list_points(plan);
  if (arguments.out.empty()) throw InputError("--out", "name the directory of the sweep");
  SweepDirectory directory(arguments.out, loaded.study.name);
  directory.prepare(resolved);
  const auto runs = runs_left(directory, plan);
  if (!runs.empty()) {
    SweepProgress progress(plan.points.size(), plan.points.size() - runs.size(), global.quiet);
    SlurmLauncher slurm = slurm_launcher(arguments, directory, plan);
    if (arguments.detach) return hand_over(slurm, runs, arguments, global.quiet);
    if (arguments.launcher == "slurm") slurm.run(runs, progress);
    else run_locally(runs, arguments.jobs, progress);
  }
  finish_sweep(directory, plan, global.quiet);
}

/// Options that mean something on Slurm alone.
void add_slurm_options(CLI::App& command, SweepArguments& arguments) {
  const auto option = [&](const char* name, std::string& value, const char* meaning, const char* type) {
    command.add_option(name, value, meaning)->type_name(type)->group("With --launcher slurm");
  };
  option("--partition", arguments.slurm.partition, "Partition of the jobs", "NAME");
  option("--time", arguments.slurm.time, "Limit of each point, as sbatch takes it: 30 (minutes), 2:00:00", "TIME");
  option("--account", arguments.slurm.account, "Account of the jobs", "NAME");
  command.add_flag("--detach", arguments.detach, "Submit the points and do not wait for them")
      ->group("With --launcher slurm");
}

void check_arguments(const SweepArguments& arguments) {
  if (arguments.study.empty()) throw InputError("STUDY", "name a study, or --status with the directory of a sweep");
  const auto& slurm = arguments.slurm;
  if (arguments.launcher == "slurm") return;
  for (const auto& [name, given] : {std::pair{"--partition", !slurm.partition.empty()},
                                    {"--time", !slurm.time.empty()},
                                    {"--account", !slurm.account.empty()},
                                    {"--detach", arguments.detach}})
    if (given) throw InputError(name, "needs --launcher slurm");
}

}  // namespace

void add_sweep_command(CLI::App& program, const GlobalOptions& global) {
  auto* command = program.add_subcommand("sweep", "Run all points of a study, as many at a time as there are cores");
  auto arguments = std::make_shared<SweepArguments>();
  auto* study = command->add_option("study", arguments->study, "Study file (JSON), or the name of a shipped one")
                    ->type_name("STUDY");
  command
      ->add_option("--out", arguments->out,
                   "Directory of the sweep: sweep.json, sweep.csv, points/, logs/. One that is there is gone on with")
      ->type_name("DIR");
  command->add_option("--set", arguments->sets, "Override a value in every point: /json/pointer=value; axes win")
      ->type_name("POINTER=VALUE")
      ->allow_extra_args(false);
  command
      ->add_option("-j,--jobs", arguments->jobs,
                   "Points that run at a time; without it, one a core, on Slurm what it can")
      ->check(CLI::Range(1, 4096))
      ->type_name("N");
  command->add_flag("--dry-run", arguments->dry_run, "List the points and run nothing");
  command->add_option("--status", arguments->status, "Say how far the sweep in DIR is; write its table when it is over")
      ->excludes(study)
      ->type_name("DIR");
  command->add_option("--launcher", arguments->launcher, "Who runs the points")
      ->check(CLI::IsMember({"local", "slurm"}))
      ->capture_default_str()
      ->type_name("NAME");
  add_slurm_options(*command, *arguments);
  command->callback([arguments, &global] {
    if (!arguments->status.empty()) return show_status(arguments->status, global.quiet);
    check_arguments(*arguments);
    sweep(*arguments, global);
  });
}

}  // namespace headroom
