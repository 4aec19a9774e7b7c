#include "app/sweep_command.hpp"

#include <CLI/CLI.hpp>
#include <memory>
#include <set>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include "app/commands.hpp"
#include "app/print.hpp"
#include "app/sweep_end.hpp"
#include "app/sweep_progress.hpp"
#include "app/sweep_run.hpp"
#include "app/sweep_status.hpp"
#include "app/warnings.hpp"
#include "base/interrupt.hpp"
#include "base/problem.hpp"
#include "base/text.hpp"
#include "study/sweep_directory.hpp"
#include "study/sweep_merge.hpp"

namespace headroom {
namespace {

/// Lists the points that would run; throws what is wrong with those that cannot.
void list_points(SweepPlanner& planner, const PointSelection& selection, bool strict) {
  const auto& points = planner.plan().points;
  std::string text;
  std::size_t listed = 0;
  for (std::size_t i = 0; i < points.size(); ++i) {
    if (!selection.has(i, points[i].name)) continue;
    ++listed;
    const bool runs = !planner.resolve(i).empty();
    text += points[i].name + (runs ? "" : "  CANNOT RUN: " + points[i].problem) + "\n";
  }
  print(text + counted(listed, "point") + (selection.is_all() ? "" : " of " + grouped(points.size())) + "\n");
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
  return {directory.folder(), options, [&plan](const PointRun& run) { return summary_of(run, plan).has_value(); }};
}

/// Gives the points that are left to Slurm without waiting for them.
void hand_over(SlurmLauncher& launcher, std::span<const PointRun> runs, const SweepArguments& arguments, bool quiet) {
  launcher.hand_over(runs);
  if (quiet) return;
  const std::vector<std::string> jobs(launcher.jobs().begin(), launcher.jobs().end());
  print(counted(runs.size(), "point") + " with Slurm (scancel " + join(jobs, " ") +
        " ends them); headroom sweep --status " + arguments.out + " says how far they are\n");
}

std::set<std::string> selected_points(const SweepPlan& plan, const PointSelection& selection) {
  std::set<std::string> names;
  for (std::size_t i = 0; i < plan.points.size(); ++i)
    if (selection.has(i, plan.points[i].name)) names.insert(plan.points[i].name);
  return names;
}

}  // namespace

void sweep(const SweepArguments& arguments, const GlobalOptions& global) {
  watch_interrupts();
  const ConfigFolders folders(global.config_dirs);
  const LoadedStudy loaded = load_study(arguments.study, folders);
  SweepPlanner planner(loaded, folders, arguments.sets);
  const PointSelection& selection = arguments.selection;
  selection.check(planner.plan());
  if (arguments.dry_run) return list_points(planner, selection, global.strict);
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
  const auto selected = selected_points(planner.plan(), selection);
  std::erase_if(runs, [&](const PointRun& run) { return !selected.contains(run.name); });
  for (PointRun& run : runs) run.options = run_options(global);
  const SweepPlan& plan = planner.plan();
  if (!runs.empty()) {
    SweepProgress progress(selected.size(), selected.size() - runs.size(), global.quiet);
    SlurmLauncher slurm = slurm_launcher(arguments, directory, plan);
    if (arguments.detach) return hand_over(slurm, runs, arguments, global.quiet);
    if (arguments.launcher == "slurm") slurm.run(runs, progress);
    else run_locally(runs, arguments.jobs, progress);
  }
  finish_part(directory, plan, selection, {global.quiet, arguments.names});
}

namespace {

void merge(const SweepArguments& arguments, const GlobalOptions& global) {
  watch_interrupts();
  if (arguments.out.empty()) throw InputError("--out", "name the directory of the whole sweep");
  SweepDirectory directory(arguments.out);
  const SweepPlan plan = merge_sweeps(directory, {arguments.merge.begin(), arguments.merge.end()});
  finish_sweep(directory, plan, {global.quiet, arguments.names});
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
      ->excludes(command.get_option("--status"))
      ->group("With --launcher slurm");
}

void check_arguments(const SweepArguments& arguments) {
  if (arguments.study.empty() && arguments.status.empty() && arguments.merge.empty())
    throw InputError("STUDY", "name a study, or --status with the directory of a sweep, or --merge with its parts");
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
          ->add_option("--out", arguments->out,
                       "Directory of the sweep: sweep.json, sweep.csv, points/, logs/. One that is there is resumed")
          ->type_name("DIR");
  auto* set = command->add_option("--set", arguments->sets, "Override a value in every point: /json/pointer=value")
                  ->type_name("POINTER=VALUE")
                  ->allow_extra_args(false);
  command
      ->add_option("-j,--jobs", arguments->jobs,
                   "Points that run at a time; without it, one a core, on Slurm what it can")
      ->check(CLI::Range(1, 4096))
      ->type_name("N");
  auto* shard = command
                    ->add_option("--shard", arguments->shard,
                                 "Run only part I of N, each in a directory of its own; --merge puts them together")
                    ->type_name("I/N");
  auto* only = command->add_option("--only", arguments->selection.only, "Run only this point, by name; may be repeated")
                   ->type_name("POINT")
                   ->allow_extra_args(false);
  auto* dry_run = command->add_flag("--dry-run", arguments->dry_run, "List the points and run nothing");
  command->add_option("--status", arguments->status, "Say how far the sweep in DIR is; write its table when it is over")
      ->excludes(study)
      ->excludes(out)
      ->excludes(set)
      ->excludes(dry_run)
      ->excludes(shard)
      ->excludes(only)
      ->type_name("DIR");
  command->add_option("--merge", arguments->merge, "Put the directories of parts of a sweep together in --out")
      ->excludes(study)
      ->excludes(set)
      ->excludes(dry_run)
      ->excludes(shard)
      ->excludes(only)
      ->excludes(command->get_option("--status"))
      ->type_name("DIR");
  command
      ->add_option_function<std::string>(
          "--names",
          [arguments](const std::string& word) {
            arguments->names = word == "short" ? HeaderStyle::brief : HeaderStyle::pointers;
          },
          "Columns of sweep.csv: by JSON pointers, or short, with columns.csv as their dictionary")
      ->check(CLI::IsMember(std::vector<std::string>{"pointers", "short"}))
      ->default_str("pointers")
      ->type_name("KIND");
  command->add_option("--launcher", arguments->launcher, "Who runs the points")
      ->check(CLI::IsMember({"local", "slurm"}))
      ->capture_default_str()
      ->type_name("NAME");
  add_slurm_options(*command, *arguments);
  command->callback([arguments, &global] {
    check_arguments(*arguments);
    if (!arguments->shard.empty()) read_shard(arguments->shard, arguments->selection);
    if (!arguments->merge.empty()) return merge(*arguments, global);
    if (!arguments->status.empty()) return show_status(arguments->status, {global.quiet, arguments->names});
    sweep(*arguments, global);
  });
}

}  // namespace headroom
