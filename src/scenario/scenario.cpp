#include "scenario/scenario.hpp"

#include <algorithm>
#include <cmath>
#include <set>

#include "base/text.hpp"
#include "config/document.hpp"
#include "config/reader.hpp"
#include "hugging_face/translation.hpp"
#include "plugin/plugins.hpp"
#include "policy/builtin.hpp"
#include "scenario/registry_sections.hpp"

namespace headroom {
namespace {

/// Reads one part of a scenario from its own document.
template <class Part>
Part read_part(Document document) {
  document.drop_description();
  Part part;
  read_config(document, part);
  return part;
}

/// Models stand in a scenario under the key `model`, whoever names them.
void translate_model(Json& content, const std::string& file, const std::string& pointer, Warnings& warnings) {
  if (pointer.ends_with("/model")) translate_hugging_face(content, file, pointer, warnings);
}

/// A path stays as it is; another word is a name in the folder `scenario`.
std::string scenario_file(const std::string& name, const ConfigFolders& folders) {
  return is_path(name) ? name : folders.find("scenario", name, "scenario").string();
}

}  // namespace

void Scenario::fields(Fields& f) {
  f.required("name", name, "what the scenario is called");
  f("description", description, "what it asks");
  f("seed", seed, "seed of all random streams");
  f("model_draw", model_draw,
    "seed of a draw of the errors that steps and GPU power have; absent: the models as fitted");
  f("duration_s", duration, "the run ends here; absent: when the last request is served", Range::period());
  f.required("hardware", hardware, "type of all servers that no other type takes");
  f("server_types", server_types, "other server types, by a name of your own, and where they stand");
  f.required("site", site, "servers and power tree");
  f("serving", serving, "what the servers serve, where that is one service");
  f("services", services, "what the servers serve, by a name of your own; neither: jobs only");
  f.required("workload", workload, "requests and training jobs");
  f.required("policy", policy, "who decides");
  f("telemetry", telemetry, "what controllers see");
  f("actuation", actuation, "how late their commands act");
  f("network", network, "how KV caches travel, for routers that hand requests over; absent: they do not");
  f("history", history, "templates of loads that controllers know; absent: none");
  f("foresight", foresight, "what controllers know of the future; absent: nothing");
  f("smoothing", smoothing, "what smooths the power of training jobs, in order of the power's way");
  f("backstop", backstop, "what stops training jobs whose power swings too much");
  f("grid", grid, "what of the power is checked as a utility would");
  f("cooling", cooling, "the air that the servers get; absent: temperatures are not followed");
  f("incidents", incidents, "what befalls the site");
  f("slo", slo, "latency targets by priority (`high`, `low`), request type, or `all`");
  f("profile", profile, "how the profile is made that some policies ask; absent: by default");
  f("prices", prices, "what energy costs");
  f("query_energy", query_energy, "what requests take of the site's energy; absent: only the sums are known");
  f("registry", registry,
    "workflows whose requests a service of this site answers, by their own name; what follows from it, `services`, "
    "`workload` and `slo`, need not be said");
  f("output", output, "what is written");
}

std::string Scenario::where(const std::string& pointer) const {
  return file.empty() ? pointer : file + ": " + pointer;
}

std::vector<Scenario::NamedService> Scenario::all_services() const {
  if (serving) return {{"", &*serving}};
  std::vector<NamedService> list;
  for (const auto& [key, service] : services) list.push_back({key, &service});
  return list;
}

bool Scenario::stands_on_vms(const NamedService& service) const {
  if (!workload.vms) return false;
  const auto& endpoints = workload.vms->endpoints;
  if (endpoints.empty()) return workload.vms->service_fraction > 0;
  return std::ranges::find(endpoints, service.called(), &EndpointConfig::service) != endpoints.end();
}

const Recipe<BatchScheduler>& batching_of(const Scenario& scenario, ServiceId service) {
  const bool by_units = scenario.all_services()[service.index()].config->steps.by_units();
  return by_units ? scenario.policy.unit_batching : scenario.policy.batching;
}

PromptBlocks Scenario::prompt_blocks() const {
  for (const NamedService& service : all_services())
    if (service.config->prefix_cache) return PromptBlocks::needed;
  return PromptBlocks::unused;
}

std::vector<const ControllerConfig*> Scenario::controllers() const {
  std::vector<const ControllerConfig*> list;
  for (const ControllerConfig& controller : policy.controllers) list.push_back(&controller);
  if (backstop.enabled && workload.has_jobs()) list.push_back(&backstop.controller);
  return list;
}

bool Scenario::needs_profile() const {
  if (all_services().empty()) return false;
  return policy.router.value->needs_profile() ||
         std::ranges::any_of(controllers(), [](const ControllerConfig* one) { return one->value->needs_profile(); });
}

std::vector<const HardwareConfig*> Scenario::types() const {
  std::vector<const HardwareConfig*> list{&hardware};
  for (const auto& [key, type] : server_types) list.push_back(&type.hardware);
  return list;
}

std::optional<Seconds> known_duration(const Scenario& scenario) {
  if (scenario.duration) return scenario.duration;
  return scenario.workload.synthetic ? scenario.workload.synthetic->duration : std::nullopt;
}

Seconds recording_start(const Scenario& scenario) {
  Seconds start = std::max(scenario.grid->warmup, scenario.smoothing.settling());
  for (const SiteJob& job : scenario.workload.jobs)
    if (job.smoothing) start = std::max(start, job.smoothing->settling());
  return start;
}

LoadedScenario load_scenario(const std::string& file, const ConfigFolders& folders,
                             const std::vector<std::string>& sets) {
  return resolve_scenario(file, folders, parse_overrides(sets));
}

LoadedScenario resolve_scenario(const std::string& file, const ConfigFolders& folders,
                                const std::vector<Override>& overrides) {
  Document document(scenario_file(file, folders), folders, translate_model);
  if (document.json().contains("axes"))
    throw InputError(file, "is a study, use: headroom sweep " + file + " --dry-run");
  for (const auto& override : overrides) document.put(override);
  fill_from_registry(document, file);
  LoadedScenario loaded;
  loaded.scenario.file = file;
  std::vector<Problem> problems;
  const Json resolved = read_config(document, slot_of(loaded.scenario), problems, &loaded.files);
  if (!problems.empty()) throw InputError(std::move(problems));
  if (auto& registry = loaded.scenario.registry) {
    registry->file = file;
    registry->root = "/registry";
  }
  for (const auto& plugin : loaded_plugins()) loaded.files.push_back({kPluginOption, plugin.string()});
  loaded.resolved = resolved.dump(2) + "\n";
  loaded.warnings = document.warnings();
  for (auto& warning : warnings_of(loaded.scenario)) loaded.warnings.push_back(std::move(warning));
  return loaded;
}

HardwareConfig load_hardware(const std::string& name, const ConfigFolders& folders, const std::string& where) {
  return read_part<HardwareConfig>({folders.file_of("hardware", name, "", where), folders});
}

Architecture load_model(const std::string& name, const ConfigFolders& folders, const std::string& where,
                        Warnings& warnings) {
  Document document(folders.file_of("model", name, "", where), folders, translate_hugging_face);
  for (const Warning& warning : document.warnings()) warnings.push_back({where, warning.what});
  return read_part<Architecture>(std::move(document));
}

StackProfile load_stack(const std::string& name, const ConfigFolders& folders, const std::string& where) {
  return read_part<StackProfile>({folders.file_of("stack", name, "", where), folders});
}

}  // namespace headroom
