#include <CLI/CLI.hpp>
#include <algorithm>
#include <cmath>
#include <cstdio>
#include <functional>
#include <map>
#include <memory>

#include "app/commands.hpp"
#include "app/explanation.hpp"
#include "app/kinds.hpp"
#include "app/print.hpp"
#include "app/scenario_graph.hpp"
#include "base/file.hpp"
#include "base/text.hpp"
#include "config/folders.hpp"
#include "config/reference_page.hpp"
#include "config/schema.hpp"
#include "facility/server_power.hpp"
#include "facility/site.hpp"
#include "metrics/summary_reference.hpp"
#include "model/gpu_memory.hpp"
#include "scenario/fleet_plan.hpp"
#include "scenario/scenario.hpp"
#include "scenario/variants.hpp"
#include "study/study.hpp"

namespace headroom {
namespace {

struct DescribeArguments {
  std::vector<std::string> what;
  std::vector<std::string> sets;
  std::string schema;  ///< of what; empty: none
  bool reference = false;
  bool summary = false;
  bool graph = false;
};

/// How warm a mean GPU would get at the start, with everything at full load.
void describe_cooling(const CoolingConfig& cooling, const HardwareConfig& hardware) {
  const Celsius outside = cooling.outside.value->at(Seconds());
  const Celsius inlet = cooling.inlet.value->inlet(outside, 1.0);
  const Celsius die = DieSink(*hardware.thermal, 1.0).steady(hardware.gpu.tdp, hardware.thermal->ambient(inlet)).die();
  std::printf(
      "cooling      %.1f degC outside at the start: at full load inlets of %.1f degC and GPUs of %.1f degC; they "
      "throttle at %g degC\n",
      outside.value(), inlet.value(), die.value(), hardware.thermal->throttle.value());
}

std::string thousands(double tokens) {
  return grouped(static_cast<std::uint64_t>(tokens));
}

std::string degrees_of(std::uint32_t cpu_cores, std::uint32_t tensor_parallel, const Parallelism& parallelism) {
  if (cpu_cores > 0) return counted(cpu_cores, "CPU core");
  std::string text = "tensor parallel " + std::to_string(tensor_parallel);
  if (parallelism.stages > 1) text += ", " + std::to_string(parallelism.stages) + " pipeline stages";
  if (parallelism.kv_groups > 1) text += ", " + std::to_string(parallelism.kv_groups) + " KV groups";
  return text;
}

const char* model_word(const StepsConfig& steps, const Architecture& model) {
  return steps.by_units() ? "by units" : steps.by_points() ? "by points" : model.name.c_str();
}

void describe_variant(const VariantSpec& variant) {
  std::printf(
      "variant      %s on %s: %s, %s, %s, %s KV tokens an instance, starts in %.0f s (%.0f s where the "
      "server "
      "held its model), quality %g\n",
      variant.name.empty() ? "(the service itself)" : variant.name.c_str(), variant.hardware.name.c_str(),
      model_word(variant.steps, variant.model), variant.stack.name.empty() ? "no stack" : variant.stack.name.c_str(),
      degrees_of(variant.cpu_cores, variant.tensor_parallel, variant.parallelism).c_str(),
      thousands(kv_capacity_tokens(variant)).c_str(), start_time(variant, false).value(),
      start_time(variant, true).value(), variant.quality);
}

void describe_services(const Scenario& scenario, const FleetPlan& plan) {
  const auto variants = variants_of(scenario);
  const auto services = scenario.all_services();
  for (std::size_t s = 0; s < services.size(); ++s) {
    const ServiceConfig& service = *services[s].config;
    std::printf("%-12s %s on %s, %s: %zu servers\n", services[s].name.empty() ? "serving" : services[s].name.c_str(),
                model_word(service.steps, service.model),
                service.stack.name.empty() ? "no stack" : service.stack.name.c_str(),
                degrees_of(service.cpu_cores.value_or(0), service.tensor_parallel, service.parallelism).c_str(),
                plan.services[s].given);
    for (const auto& pool : plan.pools)
      if (pool.service == ServiceId(s))
        std::printf("pool         %s: %zu servers, %zu instances%s%s, for requests %s\n", pool.name.c_str(),
                    pool.servers, pool.instances, pool.variant.empty() ? "" : " of variant ", pool.variant.c_str(),
                    pool.serves.empty() ? "that others hand over" : join(pool.serves, ", ").c_str());
    for (const VariantSpec& variant : variants)
      if (variant.service == ServiceId(s)) describe_variant(variant);
  }
}

void describe_type(const HardwareConfig& hardware, std::size_t servers) {
  const ServerPower server(hardware.server, hardware.gpu.tdp);
  const double gpus = hardware.server.gpus;
  std::printf(
      "servers      %zu x %s, %u GPUs each (%s): %.0f W waiting with a model loaded, %.0f W with all GPUs at TDP\n",
      servers, hardware.name.c_str(), hardware.server.gpus, hardware.gpu.name.c_str(),
      server.inlet(hardware.gpu_power.idle_loaded * gpus).value(), server.inlet(hardware.gpu.tdp * gpus).value());
}

/// What the servers of a node draw with all GPUs at this power.
Power drawn(const Scenario& scenario, const FleetPlan& plan, const SiteNode& node,
            const std::function<Power(const HardwareConfig&)>& per_gpu) {
  Power sum;
  const auto types = scenario.types();
  for (std::size_t i = node.first_server; i < node.first_server + node.servers; ++i) {
    const HardwareConfig& type = *types[plan.type_of_server[i].index()];
    sum += ServerPower(type.server, type.gpu.tdp).inlet(per_gpu(type) * static_cast<double>(type.server.gpus));
  }
  return sum;
}

void describe_nodes(const Scenario& scenario, const FleetPlan& plan) {
  const Site site(scenario.site);
  for (const SiteNode& node : site.nodes()) {
    if (!node.level || !node.level->budget) continue;
    const Power idle = drawn(scenario, plan, node, [](const auto& type) { return type.gpu_power.idle_loaded; });
    const Power full = drawn(scenario, plan, node, [](const auto& type) { return type.gpu.tdp; });
    std::printf("%-12s %zu servers: %.1f kW waiting, %.1f kW at TDP, budget %.1f kW\n",
                site.tree().path(node.id).c_str(), node.servers, idle.value() / 1e3, full.value() / 1e3,
                node.level->budget->value() / 1e3);
  }
}

/// What a scenario amounts to: numbers that follow from its files.
void describe_scenario(const Scenario& scenario) {
  std::printf("%s: %s\n\n", scenario.name.c_str(), scenario.description.c_str());
  const FleetPlan plan = plan_fleet(scenario);
  const auto types = scenario.types();
  for (std::size_t t = 0; t < types.size(); ++t)
    describe_type(*types[t], static_cast<std::size_t>(std::ranges::count(plan.type_of_server, TypeId(t))));
  describe_nodes(scenario, plan);
  describe_services(scenario, plan);
  if (scenario.workload.has_jobs()) std::printf("for jobs     %zu servers\n", plan.job_servers.size());
  for (const SiteJob& job : scenario.workload.jobs)
    std::printf("job          %s: %u GPUs from %g s on\n", job.name.c_str(), job.gpus, job.start.value());
  for (const TenantConfig& tenant : scenario.workload.tenants)
    std::printf("tenant       %s: %u GPUs of %s from %g s on\n", tenant.name.c_str(), tenant.gpus,
                join(tenant.nodes, ", ").c_str(), tenant.start.value());
  for (const EvictionConfig& eviction : scenario.incidents.evictions)
    std::printf("eviction     of %s: notice at %g s, %g s before their power goes\n",
                join(eviction.nodes, ", ").c_str(), eviction.at.value(), eviction.notice.value());
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
  if (scenario.cooling) describe_cooling(*scenario.cooling, scenario.hardware);
}

/// What a thing that scenarios can name is: a file as it stands, a policy with its parameters.
std::string described(const std::string& kind, const NamedThing& thing, const ConfigFolders& folders) {
  std::string text = thing.name + ": " + printable(thing.about) + "\n";
  if (are_files(kind)) {
    const auto file = folders.find(kind, thing.name, kind);
    return text + "\n" + file.string() + "\n" + read_file(file).value_or("");
  }
  Scenario scenario;
  const bool is_stage = kind == "smoother";
  const std::string pointer = pointer_of(kind) + (is_stage ? "/" + thing.name : "");
  for (const ReferenceRow& row : reference_rows(slot_of(scenario)))
    if (parent_of(row.pointer) == pointer && row.chosen.empty() && (is_stage || row.of_kind == thing.name))
      text += explanation(row);
  return text;
}

void describe_thing(const std::string& kind, const std::string& name, const GlobalOptions& global) {
  const ConfigFolders folders(global.config_dirs);
  std::vector<std::string> known;
  for (const NamedThing& thing : things(kind, folders)) {
    if (thing.name == name) return print(described(kind, thing, folders));
    known.push_back(thing.name);
  }
  throw InputError("describe", "there is no " + kind + " \"" + printable(name, 60) + "\"; there is " +
                                   join(known, ", ") + did_you_mean(name, known));
}

/// Of two words the first is a kind of thing.
void describe_words(const DescribeArguments& arguments, const GlobalOptions& global) {
  const std::string& first = arguments.what.front();
  if (arguments.what.size() == 1) {
    const Scenario scenario = load_scenario(first, ConfigFolders(global.config_dirs), arguments.sets).scenario;
    return arguments.graph ? print(graph_of(scenario)) : describe_scenario(scenario);
  }
  if (arguments.graph || !arguments.sets.empty())
    throw InputError(arguments.graph ? "--graph" : "--set", "is for a scenario, not for KIND NAME");
  if (std::ranges::find(kinds_of_things(), first) == kinds_of_things().end())
    throw InputError("describe", "\"" + printable(first, 60) + "\" is no kind of thing; there is " +
                                     join(kinds_of_things(), ", ") + did_you_mean(first, kinds_of_things()));
  describe_thing(first, arguments.what.back(), global);
}

/// Of what is declared in the code the schema is made; other outputs have theirs beside the configurations.
std::string schema_of(const std::string& what, const GlobalOptions& global) {
  Scenario scenario;
  Study study;
  if (what == "scenario") return json_schema("Headroom scenario", slot_of(scenario));
  if (what == "study") return json_schema("Headroom study", slot_of(study));
  if (what == "summary") return summary_schema();
  const auto file = ConfigFolders(global.config_dirs).find("schema", what + ".schema", "--schema");
  if (auto text = read_file(file)) return *text;
  throw InputError("--schema", "cannot read " + file.string());
}

/// The pages that explain a part of a scenario.
std::map<std::string, std::string> pages_of_parts() {
  return {{"/hardware", "models.md"},
          {"/site", "models.md"},
          {"/serving", "models.md"},
          {"/serving/prefix_cache", "prefix_cache.md"},
          {"/serving/steps", "step_tables.md"},
          {"/services", "fleet.md"},
          {"/server_types", "fleet.md"},
          {"/network", "network.md"},
          {"/workload", "traces.md"},
          {"/workload/graphs", "job_graphs.md"},
          {"/workload/jobs", "training.md"},
          {"/workload/images", "multimodal.md"},
          {"/smoothing", "training.md"},
          {"/grid", "training.md"},
          {"/profile", "profile.md"},
          {"/registry", "registry.md"},
          {"/policy", "policies.md"},
          {"/backstop", "policies.md"},
          {"/telemetry", "policies.md"},
          {"/actuation", "policies.md"},
          {"/output", "output.md"}};
}

void describe(const DescribeArguments& arguments, const GlobalOptions& global) {
  Scenario scenario;
  if (!arguments.schema.empty()) print(schema_of(arguments.schema, global));
  else if (arguments.reference) print(reference_page("Scenario reference", slot_of(scenario), pages_of_parts()));
  else if (arguments.summary) print(summary_page());
  else if (!arguments.what.empty()) describe_words(arguments, global);
  else throw InputError("describe", "say what: a scenario, KIND NAME, --schema, --reference or --summary");
}

}  // namespace

void add_describe_command(CLI::App& program, const GlobalOptions& global) {
  auto* command = program.add_subcommand(
      "describe", "Explain a scenario, anything that can be named, or all that scenarios and results can say");
  auto arguments = std::make_shared<DescribeArguments>();
  auto* what = command
                   ->add_option("what", arguments->what,
                                "A scenario: what it amounts to. Two words: a kind and a name of `headroom list`")
                   ->expected(1, 2)
                   ->type_name("SCENARIO");
  command
      ->add_flag("--graph", arguments->graph,
                 "Print the scenario as a graph of Graphviz: who serves, feeds, sees and steers whom")
      ->needs(what);
  command->add_option("--set", arguments->sets, "Override a value: /json/pointer=value")
      ->type_name("POINTER=VALUE")
      ->allow_extra_args(false)
      ->needs(what);
  auto* schema = command
                     ->add_option("--schema", arguments->schema,
                                  "Print the JSON Schema of scenarios, of studies, or of an output, NAME.json")
                     ->expected(0, 1)
                     ->default_str("scenario")
                     ->check(CLI::IsMember({"scenario", "study", "summary", "power", "latency", "events", "series",
                                            "nodes", "heat", "host"}))
                     ->excludes(what);
  command->add_flag("--reference", arguments->reference, "Print every value a scenario can have, as Markdown")
      ->excludes(what)
      ->excludes(schema);
  command->add_flag("--summary", arguments->summary, "Print every value of summary.json, as Markdown")
      ->excludes(what)
      ->excludes(schema)
      ->excludes(command->get_option("--reference"));
  command->callback([arguments, &global] { describe(*arguments, global); });
}

}  // namespace headroom
