#include <CLI/CLI.hpp>
#include <algorithm>
#include <cstdio>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "app/commands.hpp"
#include "app/memory_estimate.hpp"
#include "app/memory_limit.hpp"
#include "app/print.hpp"
#include "app/warnings.hpp"
#include "base/github.hpp"
#include "base/problem.hpp"
#include "base/text.hpp"
#include "config/folders.hpp"
#include "config/json.hpp"
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
  bool json = false;
  bool github = false;
};

/// What was found in one file.
struct Finding {
  std::string file;
  std::vector<Problem> problems;
  Warnings warnings;
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

/// Reads a scenario and its trace, and warns of what may surprise. Throws InputError.
Warnings warnings_in(const std::string& file, const CheckArguments& arguments, const GlobalOptions& global) {
  auto loaded = load_scenario(file, ConfigFolders(global.config_dirs), arguments.sets);
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
  return std::move(loaded.warnings);
}

Finding finding_in(const std::string& file, const CheckArguments& arguments, const GlobalOptions& global) {
  Finding finding{file, {}, {}};
  try {
    finding.warnings = warnings_in(file, arguments, global);
  } catch (const InputError& error) {
    finding.problems = error.problems();
  }
  if (!global.strict) return finding;
  for (const Warning& warning : std::exchange(finding.warnings, {}))
    finding.problems.push_back({warning.where, warning.what});
  return finding;
}

template <class List>
Json places_of(const List& list) {
  Json json = Json::array();
  for (const auto& [where, what] : list) json.push_back({{"where", where}, {"what", what}});
  return json;
}

Json json_of(const Finding& finding) {
  return {{"file", finding.file},
          {"fine", finding.problems.empty()},
          {"problems", places_of(finding.problems)},
          {"warnings", places_of(finding.warnings)}};
}

/// As annotations of the file in a workflow.
void tell_github(const Finding& finding) {
  const auto annotate = [&](const char* level, const std::string& where, const std::string& what) {
    print("::" + std::string(level) + " file=" + github_text(finding.file) +
          ",title=headroom check::" + github_text(where + ": " + what) + "\n");
  };
  for (const auto& [where, what] : finding.problems) annotate("error", where, what);
  for (const auto& [where, what] : finding.warnings) annotate("warning", where, what);
}

/// Reads every scenario and its trace; reports the problems of all before it gives up.
void check_all(const CheckArguments& arguments, const GlobalOptions& global) {
  Json findings = Json::array();
  std::vector<Problem> problems;
  for (const auto& file : arguments.scenarios) {
    const Finding finding = finding_in(file, arguments, global);
    problems.insert(problems.end(), finding.problems.begin(), finding.problems.end());
    if (arguments.json) findings.push_back(json_of(finding));
    else if (arguments.github) tell_github(finding);
    else say(finding.warnings, false);
    const bool is_told = arguments.json || arguments.github || global.quiet;
    if (finding.problems.empty() && !is_told) std::printf("%s: fine\n", printable(file).c_str());
  }
  if (arguments.json)
    print(Json{{"format", 1}, {"scenarios", findings}}.dump(2, ' ', false, Json::error_handler_t::replace) + "\n");
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
  auto* json = command->add_flag("--json", arguments->json, "Print problems and warnings of each file as JSON");
  command->add_flag("--github", arguments->github, "Print them as annotations of a GitHub workflow")->excludes(json);
  command->callback([arguments, &global] { check_all(*arguments, global); });
}

}  // namespace headroom
