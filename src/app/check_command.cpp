#include <CLI/CLI.hpp>
#include <algorithm>
#include <cstdio>
#include <memory>

#include "app/commands.hpp"
#include "app/memory_estimate.hpp"
#include "app/memory_limit.hpp"
#include "app/warnings.hpp"
#include "base/problem.hpp"
#include "base/text.hpp"
#include "config/folders.hpp"
#include "jobs/job_files.hpp"
#include "scenario/answers_config.hpp"
#include "scenario/class_pools.hpp"
#include "scenario/graph_classes.hpp"
#include "scenario/scenario.hpp"
#include "scenario/served_model.hpp"
#include "scenario/slo.hpp"
#include "trace/trace_reader.hpp"
#include "workload/make_source.hpp"

namespace headroom {
namespace {

struct CheckArguments {
  std::vector<std::string> scenarios;
  std::vector<std::string> sets;
};

/// The most that an instance of any variant holds: what is longer never fits, whoever it is sent to.
std::uint64_t most_kv_tokens(const Scenario& scenario) {
  std::uint64_t most = 0;
  for (const VariantSpec& variant : variants_of(scenario))
    most = std::max(most, ServedModel(variant).kv_capacity_tokens);
  return most;
}

/// Reads a trace to its end, where a run may meet a bad line only after hours, and warns of requests that never fit.
Warnings read_through(const Scenario& scenario) {
  const auto reader =
      open_trace(*scenario.workload.trace, scenario.where("/workload/trace"), scenario.seed, scenario.prompt_blocks());
  const std::uint64_t kv_capacity_tokens = most_kv_tokens(scenario);
  TraceRow row;
  std::uint64_t rows = 0, unfit = 0, longest = 0;
  for (; reader->next(row); ++rows) {
    reader->drop_blocks(row.blocks);
    const std::uint64_t tokens = std::uint64_t{row.input_tokens} + row.output_tokens;
    if (tokens <= kv_capacity_tokens) continue;
    ++unfit;
    longest = std::max(longest, tokens);
  }
  Warnings warnings = warnings_of(reader->facts());
  if (auto warning = outlasts_trace(scenario, reader->facts())) warnings.push_back(std::move(*warning));
  if (unfit > 0) warnings.push_back(never_fit(unfit, rows, longest, "", kv_capacity_tokens));
  return warnings;
}

/// Reads every scenario and its trace; reports the problems of all before it gives up.
void check_all(const CheckArguments& arguments, const GlobalOptions& global) {
  const ConfigFolders folders(global.config_dirs);
  std::vector<Problem> problems;
  for (const auto& file : arguments.scenarios) {
    try {
      auto loaded = load_scenario(file, folders, arguments.sets);
      check_memory(loaded.scenario, memory_limit_mib(global.max_memory_mib), file);
      ClassTable classes;
      Request first;
      const Scenario& scenario = loaded.scenario;
      const WorkloadConfig& workload = scenario.workload;
      const auto source = make_source(workload, classes, scenario.seed, scenario.where("/workload"), scenario.duration,
                                      scenario.prompt_blocks());
      add_stage_classes(scenario, classes);
      source->next(first);
      check_slo(scenario, classes);
      check_answers(scenario, classes);
      check_pools(scenario, classes);
      check_images(scenario, *source);
      append(loaded.warnings, workload.trace ? read_through(scenario) : source->warnings());
      append(loaded.warnings, read_job_files(scenario));
      if (const auto& prices = scenario.prices)
        (void)EnergyBill(*prices, scenario.where("/prices"), scenario.duration, workload.trace.has_value(),
                         loaded.warnings);
      say(loaded.warnings, global.strict);
      if (!global.quiet) std::printf("%s: fine\n", printable(file).c_str());
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
