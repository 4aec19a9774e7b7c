#include <CLI/CLI.hpp>
#include <algorithm>
#include <filesystem>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "app/commands.hpp"
#include "app/option_checks.hpp"
#include "app/print.hpp"
#include "app/sweep_end.hpp"
#include "app/sweep_progress.hpp"
#include "app/sweep_run.hpp"
#include "app/warnings.hpp"
#include "base/file.hpp"
#include "base/interrupt.hpp"
#include "base/problem.hpp"
#include "base/text.hpp"
#include "fit/fit_answer.hpp"
#include "report/power_facts.hpp"

namespace headroom {
namespace fs = std::filesystem;

namespace {

constexpr std::size_t kMostNodes = 8;  ///< whose samples become columns of the table

struct FitArguments {
  FitQuestion question;
  std::vector<std::string> limits;
  std::string out;
  std::string load = "grows";
  std::optional<std::uint64_t> from, to;
  std::uint64_t step = 1;
  std::uint64_t draws = 0;
  std::size_t jobs = 0;
};

/// One search: its rounds are sweeps of more and more sizes in one directory, each of which keeps the points before.
class FitSearch {
 public:
  FitSearch(const FitStudy& study, const std::vector<FitLimit>& limits, const SizeRange& range,
            const FitArguments& arguments, const GlobalOptions& global, const ConfigFolders& folders)
      : study_(study), limits_(limits), range_(range), arguments_(arguments), global_(global), folders_(folders) {}

  FitValues run(const fs::path& folder, std::uint64_t draw) const {
    SweepDirectory directory(folder);
    FitValues values;
    std::vector<std::string> nodes;
    std::vector<std::uint64_t> sizes;
    for (auto next = next_sizes({}, range_); !next.empty(); next = next_sizes(tried_sizes(values, limits_), range_)) {
      sizes.insert(sizes.end(), next.begin(), next.end());
      std::ranges::sort(sizes);
      run_round(directory, sizes, draw, nodes, values);
    }
    return values;
  }

 private:
  void run_round(SweepDirectory& directory, const std::vector<std::uint64_t>& sizes, std::uint64_t draw,
                 std::vector<std::string>& nodes, FitValues& values) const {
    const LoadedStudy loaded = study_.study(sizes, draw, nodes);
    SweepPlanner planner(loaded, folders_, study_.sets());
    planner.resolve_all();
    if (!planner.problems().empty()) throw InputError(planner.problems());
    if (values.empty()) directory.claim(loaded.study.name);
    auto runs = directory.prepare(planner, {});
    if (values.empty() && draw == 0) say(planner.warnings(), global_.strict);
    for (PointRun& run : runs) run.options = run_options(global_);
    const SweepPlan& plan = planner.plan();
    if (!runs.empty()) {
      SweepProgress progress(plan.points.size(), plan.points.size() - runs.size(), global_.quiet);
      run_locally(runs, arguments_.jobs, progress);
    }
    finish_sweep(directory, plan, {.quiet = true});
    measure(directory, plan, sizes, nodes, values);
  }

  /// The points are those of the reference, where there are any, then those of the policy, in order of the sizes.
  void measure(const SweepDirectory& directory, const SweepPlan& plan, const std::vector<std::uint64_t>& sizes,
               std::vector<std::string>& nodes, FitValues& values) const {
    const std::size_t first = plan.points.size() - sizes.size();
    for (std::size_t i = 0; i < sizes.size(); ++i) {
      if (values.contains(sizes[i])) continue;
      const auto summary = summary_of(directory.run_of(plan.points[first + i]), plan);
      const auto reference = summary_of(directory.run_of(plan.points[i]), plan);
      for (const FitLimit& limit : limits_) values[sizes[i]].push_back(measured(limit, *summary, *reference));
      if (nodes.empty())
        for (const NodeLoad& node : budgeted_nodes(*summary))
          if (nodes.size() < kMostNodes) nodes.push_back(node.node);
    }
  }

  const FitStudy& study_;
  const std::vector<FitLimit>& limits_;
  const SizeRange& range_;
  const FitArguments& arguments_;
  const GlobalOptions& global_;
  const ConfigFolders& folders_;
};

/// The last size is one of the steps: one that was asked for must be, one that was not is the last below.
SizeRange range_of(const FitArguments& arguments, const FitBase& base) {
  SizeRange range{arguments.from.value_or(base.servers),
                  arguments.to.value_or(2 * std::max(base.servers, arguments.from.value_or(1))), arguments.step};
  if (range.to < range.from)
    throw InputError("--to " + std::to_string(range.to), "is below --from, " + std::to_string(range.from));
  const std::uint64_t beyond = (range.to - range.from) % range.step;
  if (arguments.to && beyond > 0)
    throw InputError("--to " + std::to_string(range.to),
                     "is not met from --from " + std::to_string(range.from) + " by steps of " +
                         std::to_string(range.step) + "; the last before it is " + std::to_string(range.to - beyond));
  range.to -= beyond;
  return range;
}

/// The answer of every draw, from searches of their own.
FitInterval interval_of(const FitSearch& search, const std::vector<FitLimit>& limits, const FitArguments& arguments) {
  FitInterval interval;
  for (std::uint64_t draw = 1; draw <= arguments.draws; ++draw) {
    const fs::path folder = fs::path(arguments.out) / "draws" / std::to_string(draw);
    interval.draws.push_back(finding_of(tried_sizes(search.run(folder, draw), limits)).fits.value_or(0));
  }
  return interval;
}

/// Where there is no budget, no peak is too high.
void leave_out_peak(std::vector<FitLimit>& limits, const std::vector<std::string>& given) {
  if (std::ranges::any_of(given, [](const std::string& text) { return text.starts_with("peak="); }))
    throw InputError("--limit peak", "no level of the site has a budget_w to hold it against");
  std::erase_if(limits, [](const FitLimit& limit) { return limit.kind == LimitKind::peak; });
}

void fit(FitArguments& arguments, const GlobalOptions& global) {
  watch_interrupts();
  if (arguments.out.empty()) throw InputError("--out", "name the directory of the points");
  arguments.question.load_grows = arguments.load == "grows";
  const ConfigFolders folders(global.config_dirs);
  FitAnswer answer;
  answer.limits = fit_limits(arguments.limits);
  answer.base = fit_base(arguments.question, folders);
  check_classes(answer.limits, answer.base.classes);
  if (!answer.base.has_budget) leave_out_peak(answer.limits, arguments.limits);
  answer.range = range_of(arguments, answer.base);
  const FitStudy study(arguments.question, answer.base, answer.limits);
  answer.policy = study.policy();
  const FitSearch search(study, answer.limits, answer.range, arguments, global, folders);
  answer.values = search.run(arguments.out, 0);
  answer.interval = interval_of(search, answer.limits, arguments);
  write_atomically(fs::path(arguments.out) / "fit.json", answer_json(answer).dump(1) + "\n");
  if (!global.quiet) print(answer_table(answer) + "\n");
  print(answer_text(answer) + "\n");
}

}  // namespace

void add_fit_command(CLI::App& program, const GlobalOptions& global) {
  auto* command = program.add_subcommand("fit", "Say how many servers fit under limits: power, brakes, latency");
  auto arguments = std::make_shared<FitArguments>();
  const auto option = [&](const char* name, auto& value, const char* meaning, const char* type) {
    return command->add_option(name, value, meaning)->type_name(type);
  };
  option("scenario", arguments->question.scenario, "Scenario file (JSON), or the name of a shipped one", "SCENARIO")
      ->required();
  option("--policy", arguments->question.policy, "Policy that the servers run under; without it the scenario's own",
         "NAME")
      ->check(not_empty());
  option("--limit", arguments->limits, "What a size must keep to fit; may be repeated", "NAME=VALUE")
      ->allow_extra_args(false);
  option("--from", arguments->from, "Smallest number of servers; without it that of the scenario", "N")
      ->check(CLI::Range(1, 1'000'000));
  option("--to", arguments->to, "Largest number of servers; without it twice the smallest, as far as steps lead", "N")
      ->check(CLI::Range(1, 1'000'000));
  option("--step", arguments->step, "Ask only about every so many servers", "N")->check(CLI::Range(1, 1'000'000));
  option("--load", arguments->load, "Whether the load grows with the servers, in proportion, or stays", "KIND")
      ->check(CLI::IsMember({"grows", "fixed"}))
      ->capture_default_str();
  option("--uncertainty", arguments->draws, "Draws of the models' errors for an interval, each a search of its own",
         "N")
      ->check(CLI::Range(1, 1000));
  option("--set", arguments->question.sets, "Override a value of the scenario: /json/pointer=value", "POINTER=VALUE")
      ->allow_extra_args(false);
  option("--out", arguments->out, "Directory of the points, a sweep; one that is there is resumed", "DIR");
  option("-j,--jobs", arguments->jobs, "Points that run at a time; without it, one a core", "N")
      ->check(CLI::Range(1, 4096));
  command->footer(
      "Limits: low.e2e_p99=0.05 (at most 5 % above the same size and load without controllers),\n"
      "low.e2e_p99_s=30 (seconds); ttft, tbt or e2e; mean, p50, p90, p99 or max; without a class, of all requests.\n"
      "Unless they are given, these hold: trips=0 brakes=0 peak=1 (largest sample over a budget) rejected=0.");
  command->callback([arguments, &global] { fit(*arguments, global); });
}

}  // namespace headroom
