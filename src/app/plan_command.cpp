#include <CLI/CLI.hpp>
#include <algorithm>
#include <array>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "app/commands.hpp"
#include "app/plan_table.hpp"
#include "app/print.hpp"
#include "app/warnings.hpp"
#include "config/folders.hpp"
#include "predict/job_plan.hpp"
#include "scenario/class_pools.hpp"
#include "scenario/graph_classes.hpp"

namespace headroom {
namespace {

struct PlanArguments {
  std::string scenario;
  std::vector<std::string> sets;
  std::string stream;
  std::optional<std::uint32_t> gpus;
  std::string objective = "cost_x_ttff";
};

constexpr std::array<std::pair<const char*, Objective>, 6> kObjectives{{{"cost_x_ttff", Objective::cost_ttff},
                                                                        {"ttff", Objective::ttff},
                                                                        {"total", Objective::total},
                                                                        {"cost", Objective::cost},
                                                                        {"energy", Objective::energy},
                                                                        {"energy_x_ttff", Objective::energy_ttff}}};

std::vector<std::string> names_of_objectives() {
  std::vector<std::string> names;
  for (const auto& [name, unused] : kObjectives) names.emplace_back(name);
  return names;
}

Objective objective_of(const std::string& name) {
  return std::ranges::find(kObjectives, name, [](const auto& known) { return std::string(known.first); })->second;
}

void plan(const PlanArguments& arguments, const GlobalOptions& global) {
  const auto loaded = load_scenario(arguments.scenario, ConfigFolders(global.config_dirs), arguments.sets);
  say(loaded.warnings, global.strict);
  ClassTable classes;
  add_stage_classes(loaded.scenario, classes);
  if (!loaded.scenario.workload.has_requests()) check_pools(loaded.scenario, classes);
  const PlannedJob job = planned_job(loaded.scenario, arguments.stream);
  print(plan_table(job, arguments.gpus, objective_of(arguments.objective)));
}

}  // namespace

void add_plan_command(CLI::App& program, const GlobalOptions& global) {
  auto* command = program.add_subcommand("plan", "Estimate a job graph without a run, and propose instances for it");
  auto arguments = std::make_shared<PlanArguments>();
  command->add_option("scenario", arguments->scenario, "Scenario file")->required()->type_name("SCENARIO");
  command->add_option("--set", arguments->sets, "Override a value: /json/pointer=value")
      ->type_name("POINTER=VALUE")
      ->allow_extra_args(false);
  command->add_option("--stream", arguments->stream, "Whose jobs, where there are several streams")->type_name("NAME");
  command->add_option("--gpus", arguments->gpus, "GPUs at most; without: those of all servers that no pool holds")
      ->check(CLI::Range(1, 10'000'000))
      ->type_name("NUMBER");
  command->add_option("--objective", arguments->objective, "What is to be small")
      ->check(CLI::IsMember(names_of_objectives()))
      ->capture_default_str();
  command->callback([arguments, &global] { plan(*arguments, global); });
}

}  // namespace headroom
