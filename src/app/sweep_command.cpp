#include "app/sweep_command.hpp"

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
#include "app/warnings.hpp"
#include "base/interrupt.hpp"
#include "base/problem.hpp"
#include "base/text.hpp"
#include "plugin/plugins.hpp"
#include "study/local_launcher.hpp"
#include "study/sweep_directory.hpp"

namespace headroom {
namespace {

/// Of each run of the sweep, from those of the sweep.
std::vector<std::string> options_of(const GlobalOptions& global) {
  std::vector<std::string> options;
  for (const auto& plugin : loaded_plugins()) options.insert(options.end(), {kPluginOption, plugin.string()});
  if (global.strict) options.emplace_back("--strict");
  if (global.max_memory_mib) options.insert(options.end(), {"--max-memory", shortest(*global.max_memory_mib)});
  return options;
}

/// Lists the points; throws what is wrong with those that cannot run.
void list_points(SweepPlanner& planner, bool strict) {
  const auto& points = planner.plan().points;
  std::string text;
  for (std::size_t i = 0; i < points.size(); ++i) {
    const bool runs = !planner.resolve(i).empty();
    text += points[i].name + (runs ? "" : "  CANNOT RUN: " + points[i].problem) + "\n";
  }
  print(text + counted(points.size(), "point") + "\n");
  if (!planner.problems().empty()) throw InputError(planner.problems());
  say(planner.warnings(), strict);
}

/// Processes of this machine would run what Slurm has a second time.
void refuse_beside(const SlurmTasks& live) {
  if (!live.empty())
    throw InputError("--launcher local",
                     "Slurm has " + counted(live.size(), "point") +
                         " of this sweep still; wait for them with --launcher slurm, or end them: " + scancel_of(live));
}

SlurmLauncher slurm_launcher(const SweepArguments& arguments, const SweepDirectory& directory, const SweepPlan& plan) {
  SlurmOptions options = arguments.slurm;
  options.most_at_a_time = arguments.jobs;
  return {directory.folder(), options,
          [&plan](const PointRun& run) { return summary_of(run, plan.version).has_value(); }};
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

}  // namespace

void sweep(const SweepArguments& arguments, const GlobalOptions& global) {
  watch_interrupts();
  const ConfigFolders folders(global.config_dirs);
  const LoadedStudy loaded = load_study(arguments.study, folders);
  SweepPlanner planner(loaded, folders, arguments.sets);
  if (arguments.dry_run) return list_points(planner, global.strict);
  if (arguments.out.empty()) throw InputError("--out", "name the directory of the sweep");
  planner.expect_one_that_runs();
  if (global.strict) {
    planner.resolve_all();
    say(planner.warnings(), true);
  }
  SweepDirectory directory(arguments.out);
  directory.claim(loaded.study.name);
  const SlurmTasks live = live_tasks(SlurmFolder(directory.folder()));
  if (arguments.launcher == "local") refuse_beside(live);
  auto runs = directory.prepare(planner, live);
  say(planner.warnings(), global.strict);
  for (PointRun& run : runs) run.options = options_of(global);
  const SweepPlan& plan = planner.plan();
  if (!runs.empty()) {
    SweepProgress progress(plan.points.size(), plan.points.size() - runs.size(), global.quiet);
    SlurmLauncher slurm = slurm_launcher(arguments, directory, plan);
    if (arguments.detach) return hand_over(slurm, runs, arguments, global.quiet);
    if (arguments.launcher == "slurm") slurm.run(runs, progress);
    else run_locally(runs, arguments.jobs, progress);
  }
  finish_sweep(directory, plan, global.quiet);
}

namespace {

/// Options that mean something on Slurm alone.
void add_slurm_options(CLI::App& command, SweepArguments& arguments) {
  const auto option = [&](const char* name, std::string& value, const char* meaning, const char* type) {
    command.add_option(name, value, meaning)->type_name(type)->group("With --launcher slurm");
  };
  option("--partition", arguments.slurm.partition, "Partition of the jobs", "NAME");
  option("--time", arguments.slurm.time, "Limit of each point, as sbatch takes it: 30 (minutes), 2:00:00", "TIME");
  option("--account", arguments.slurm.account, "Account of the jobs", "NAME");
  command.add_flag("--detach", arguments.detach, "Submit the points and do not wait for them")
      ->excludes(command.get_option("--status"))
      ->group("With --launcher slurm");
}

void check_arguments(const SweepArguments& arguments) {
  if (arguments.study.empty() && arguments.status.empty())
    throw InputError("STUDY", "name a study, or --status with the directory of a sweep");
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
  auto* out =
      command
          ->add_option(
              "--out", arguments->out,
              "Directory of the sweep: sweep.json, sweep.csv, points/, logs/. One that is there is gone on with")
          ->type_name("DIR");
  auto* set = command->add_option("--set", arguments->sets, "Override a value in every point: /json/pointer=value")
                  ->type_name("POINTER=VALUE")
                  ->allow_extra_args(false);
  command
      ->add_option("-j,--jobs", arguments->jobs,
                   "Points that run at a time; without it, one a core, on Slurm what it can")
      ->check(CLI::Range(1, 4096))
      ->type_name("N");
  auto* dry_run = command->add_flag("--dry-run", arguments->dry_run, "List the points and run nothing");
  command->add_option("--status", arguments->status, "Say how far the sweep in DIR is; write its table when it is over")
      ->excludes(study)
      ->excludes(out)
      ->excludes(set)
      ->excludes(dry_run)
      ->type_name("DIR");
  command->add_option("--launcher", arguments->launcher, "Who runs the points")
      ->check(CLI::IsMember({"local", "slurm"}))
      ->capture_default_str()
      ->type_name("NAME");
  add_slurm_options(*command, *arguments);
  command->callback([arguments, &global] {
    check_arguments(*arguments);
    if (!arguments->status.empty()) return show_status(arguments->status, global.quiet);
    sweep(*arguments, global);
  });
}

}  // namespace headroom
