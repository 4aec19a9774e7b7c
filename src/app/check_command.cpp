#include <CLI/CLI.hpp>
#include <cstdio>
#include <filesystem>
#include <memory>

#include "app/commands.hpp"
#include "app/memory_limit.hpp"
#include "app/warnings.hpp"
#include "base/problem.hpp"
#include "config/folders.hpp"
#include "config/json.hpp"
#include "engine/memory_estimate.hpp"
#include "engine/scenario.hpp"
#include "engine/training.hpp"
#include "workload/make_source.hpp"

namespace headroom {
namespace {

struct CheckArguments {
  std::vector<std::string> scenarios;
  std::vector<std::string> sets;
};

/// Reads a trace to its end, where a run may meet a bad line only after hours.
void read_through(const TraceConfig& trace) {
  const auto reader = open_trace(trace.path, trace.format);
  TraceRow row;
  while (reader->next(row)) {
  }
}

/// A study is another kind of file, which `sweep` checks.
void refuse_study(const std::string& file) {
  if (std::filesystem::is_regular_file(file) && parse_json_file(file).contains("axes"))
    throw InputError(file, "is a study, use: headroom sweep " + file + " --dry-run");
}

/// Reads every scenario and its trace; reports the problems of all before it gives up.
void check_all(const CheckArguments& arguments, const GlobalOptions& global) {
  const ConfigFolders folders(global.config_dirs);
  std::vector<Problem> problems;
  for (const auto& file : arguments.scenarios) {
    try {
      refuse_study(file);
      const auto loaded = load_scenario(file, folders, arguments.sets);
      check_memory(loaded.scenario, memory_limit_mib(global.max_memory_mib), file);
      ClassTable classes;
      Request first;
      const WorkloadConfig& workload = loaded.scenario.workload;
      make_source(workload, classes, loaded.scenario.seed, file, loaded.scenario.duration)->next(first);
      check_slo(loaded.scenario, classes, file);
      if (workload.trace) read_through(*workload.trace);
      read_job_files(loaded.scenario);
      say(loaded.warnings, global.strict);
      if (!global.quiet) std::printf("%s: fine\n", file.c_str());
    } catch (const InputError& error) {
      problems.insert(problems.end(), error.problems().begin(), error.problems().end());
    }
  }
  if (!problems.empty()) throw InputError(std::move(problems));
}

}  // namespace

void add_check_command(CLI::App& program, const GlobalOptions& global) {
  auto* command = program.add_subcommand(
      "check", "Say what is wrong with scenarios, without running them; reads their traces to the end");
  auto arguments = std::make_shared<CheckArguments>();
  command->add_option("scenarios", arguments->scenarios, "Scenario files")->required()->type_name("SCENARIO");
  command->add_option("--set", arguments->sets, "Override a value: /json/pointer=value")
      ->type_name("POINTER=VALUE")
      ->allow_extra_args(false);
  command->callback([arguments, &global] { check_all(*arguments, global); });
}

}  // namespace headroom
