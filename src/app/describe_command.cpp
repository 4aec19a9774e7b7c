#include <CLI/CLI.hpp>
#include <cmath>
#include <cstdio>
#include <memory>

#include "app/commands.hpp"
#include "app/print.hpp"
#include "base/text.hpp"
#include "config/folders.hpp"
#include "config/result_page.hpp"
#include "config/schema.hpp"
#include "facility/server_power.hpp"
#include "facility/site.hpp"
#include "metrics/summary.hpp"
#include "model/gpu_memory.hpp"
#include "scenario/fleet_plan.hpp"
#include "scenario/scenario.hpp"
#include "study/study.hpp"

namespace headroom {
namespace {

struct DescribeArguments {
  std::string scenario;
  std::vector<std::string> sets;
  std::string schema;  ///< of what; empty: none
  bool reference = false;
  bool summary = false;
};

/// How warm a mean GPU would get at the start, with everything at full load.
void describe_cooling(const CoolingConfig& cooling, const HardwareConfig& hardware) {
  const Celsius outside = cooling.outside.value->at(Seconds());
  const Celsius inlet = cooling.inlet.inlet(outside, 1.0);
  const Celsius die = DieSink(*hardware.thermal, 1.0).steady(hardware.gpu.tdp, hardware.thermal->ambient(inlet)).die();
  std::printf(
      "cooling      %.1f degC outside at the start: at full load inlets of %.1f degC and GPUs of %.1f degC; they "
      "throttle at %g degC\n",
      outside.value(), inlet.value(), die.value(), hardware.thermal->throttle.value());
}

void describe_serving(const ServingConfig& serving, const HardwareConfig& hardware, const FleetPlan& plan) {
  std::printf("serving      %s on %s, tensor parallel %u: %u instances a server, %s KV tokens each\n",
              serving.model.name.c_str(), serving.stack.name.c_str(), serving.tensor_parallel,
              plan.instances_per_server,
              grouped(static_cast<std::uint64_t>(
                          kv_capacity_tokens(serving.model, hardware.gpu, serving.stack, serving.tensor_parallel)))
                  .c_str());
  for (const auto& pool : plan.pools) {
    std::vector<std::string> serves;
    for (const Priority priority : pool.serves) serves.push_back(word_of(priority));
    std::printf("pool         %s: %zu servers, %zu instances, for requests of priority %s\n", pool.name.c_str(),
                pool.servers, pool.servers * plan.instances_per_server, join(serves, " and ").c_str());
  }
}

/// What a scenario amounts to: numbers that follow from its files.
void describe_scenario(const DescribeArguments& arguments, const GlobalOptions& global) {
  const Scenario scenario =
      load_scenario(arguments.scenario, ConfigFolders(global.config_dirs), arguments.sets).scenario;
  const auto& hardware = scenario.hardware;
  const ServerPower server(hardware.server, hardware.gpu.tdp);
  const double gpus = hardware.server.gpus;
  const Power idle = server.inlet(hardware.gpu_power.idle_loaded * gpus);
  const Power full = server.inlet(hardware.gpu.tdp * gpus);
  std::printf("%s: %s\n\n", scenario.name.c_str(), scenario.description.c_str());
  std::printf(
      "servers      %u x %s, %u GPUs each (%s): %.0f W waiting with a model loaded, %.0f W with all GPUs at TDP\n",
      scenario.site.servers, hardware.name.c_str(), hardware.server.gpus, hardware.gpu.name.c_str(), idle.value(),
      full.value());
  const Site site(scenario.site);
  for (const SiteNode& node : site.nodes()) {
    if (!node.level || !node.level->budget) continue;
    const double n = static_cast<double>(node.servers);
    std::printf("%-12s %zu servers: %.1f kW waiting, %.1f kW at TDP, budget %.1f kW\n",
                site.tree().path(node.id).c_str(), node.servers, idle.value() * n / 1e3, full.value() * n / 1e3,
                node.level->budget->value() / 1e3);
  }
  const FleetPlan plan = plan_fleet(scenario);
  if (scenario.serving) describe_serving(*scenario.serving, hardware, plan);
  if (scenario.workload.has_jobs()) std::printf("for jobs     %zu servers\n", plan.servers_for_jobs);
  for (const SiteJob& job : scenario.workload.jobs)
    std::printf("job          %s: %u GPUs from %g s on\n", job.name.c_str(), job.gpus, job.start.value());
  if (scenario.workload.trace)
    std::printf("workload     %s, %s copies\n", scenario.workload.trace->path.c_str(),
                shortest(scenario.workload.trace->copies).c_str());
  std::printf("policy       %s: router %s, batching %s", scenario.policy.name.c_str(),
              scenario.policy.router.kind.c_str(), scenario.policy.batching.kind.c_str());
  for (const auto& controller : scenario.policy.controllers) std::printf(", controller %s", controller.kind.c_str());
  std::printf("\ntelemetry    every %g s, mean over %g s, delivered after %g s\n", scenario.telemetry.period.value(),
              scenario.telemetry.window.value(), scenario.telemetry.delay.value());
  std::printf("actuation    clock lock %g s, power cap %g s, power brake %g s\n", scenario.actuation.clock_lock.value(),
              scenario.actuation.power_cap.value(), scenario.actuation.power_brake.value());
  if (scenario.cooling) describe_cooling(*scenario.cooling, hardware);
}

std::string summary_page() {
  const Report report;
  const HostUsage usage;
  const Summary summary{report, usage};
  return result_page("Summary", slot_of(summary));
}

void describe(const DescribeArguments& arguments, const GlobalOptions& global) {
  Scenario scenario;
  Study study;
  if (arguments.schema == "scenario") print(json_schema("Headroom scenario", slot_of(scenario)));
  else if (arguments.schema == "study") print(json_schema("Headroom study", slot_of(study)));
  else if (arguments.reference) print(reference_page("Scenario reference", slot_of(scenario)));
  else if (arguments.summary) print(summary_page());
  else if (!arguments.scenario.empty()) describe_scenario(arguments, global);
  else throw InputError("describe", "say what: a scenario file, --schema, --reference or --summary");
}

}  // namespace

void add_describe_command(CLI::App& program, const GlobalOptions& global) {
  auto* command = program.add_subcommand("describe", "Explain a scenario, or all that scenarios and results can say");
  auto arguments = std::make_shared<DescribeArguments>();
  command->add_option("scenario", arguments->scenario, "Scenario file: what it amounts to")->type_name("SCENARIO");
  command->add_option("--set", arguments->sets, "Override a value: /json/pointer=value")
      ->type_name("POINTER=VALUE")
      ->allow_extra_args(false);
  command->add_option("--schema", arguments->schema, "Print the JSON Schema of scenarios, or of studies")
      ->expected(0, 1)
      ->default_str("scenario")
      ->check(CLI::IsMember({"scenario", "study"}));
  command->add_flag("--reference", arguments->reference, "Print every value a scenario can have, as Markdown");
  command->add_flag("--summary", arguments->summary, "Print every value of summary.json, as Markdown");
  command->callback([arguments, &global] { describe(*arguments, global); });
}

}  // namespace headroom
