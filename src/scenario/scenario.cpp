#include "scenario/scenario.hpp"

#include <algorithm>
#include <cmath>
#include <set>

#include "base/text.hpp"
#include "config/document.hpp"
#include "config/reader.hpp"
#include "model/hugging_face/translation.hpp"
#include "policy/builtin.hpp"

namespace headroom {
namespace {

constexpr Range period_range = Range::between(1e-3, 1e6);
constexpr Range delay_range = Range::between(0.0, 1e6);

/// Reads one part of a scenario from its own document.
template <class Part>
Part read_part(const Document& document) {
  Part part;
  read_config(document, part);
  return part;
}

/// Models stand in a scenario under the key `model`, whoever names them.
void translate_model(Json& content, const std::string& file, const std::string& pointer, Warnings& warnings) {
  if (pointer.ends_with("/model")) translate_hugging_face(content, file, pointer, warnings);
}

/// With all GPUs at TDP, a server and its power supplies stay within what they are rated for.
void check_ratings(const ServerPowerSpec& server, const GpuSpec& gpu, const Scope& scope) {
  const Power all_gpus = gpu.tdp * static_cast<double>(server.gpus);
  const ServerPower power(server, gpu.tdp);
  if (const Power output = power.output(all_gpus); server.psu_rated < output)
    scope.at("psu_rated_w")
        .problem("is below what the supplies give with all GPUs at TDP (" + shortest(std::round(output.value())) +
                 " W)");
  if (const Power inlet = power.inlet(all_gpus); server.rated < inlet)
    scope.at("rated_w").problem("is below the power of the server with all GPUs at TDP (" +
                                shortest(std::round(inlet.value())) + " W)");
}

/// A path stays as it is; another word is a name in the folder `scenario`.
std::string scenario_file(const std::string& name, const ConfigFolders& folders) {
  return is_path(name) ? name : folders.find("scenario", name, "scenario").string();
}

}  // namespace

void HardwareConfig::fields(Fields& f) {
  f.required("name", name, "server type");
  f.required("gpu", gpu, "what the data sheet says of a GPU");
  f.required("gpu_power", gpu_power, "what a GPU draws");
  f.required("server", server, "what a server draws besides its GPUs");
  f("limits", limits, "how fast a GPU's own power limits act");
  f("thermal", thermal, "how warm its GPUs get; needed with the scenario's cooling");
  f("source", source, "where the numbers come from");
  f("calibration", calibration, "how well the power coefficients fit");
}

void HardwareConfig::check(const Scope& scope) const {
  if (gpu_power.idle_loaded >= gpu.tdp) scope.at("gpu").at("tdp_w").problem("must be above the idle draw of the GPU");
  if (thermal && !thermal->position_offsets.empty() && thermal->position_offsets.size() != server.gpus)
    scope.at("thermal")
        .at("position_offsets_fraction")
        .problem("must have one value for each of the " + std::to_string(server.gpus) + " GPUs of a server");
  if (!scope.at("server").sound()) return;
  check_ratings(server, gpu, scope.at("server"));
}

void SiteJob::fields(Fields& f) {
  JobConfig::fields(f);
  f("smoothing", smoothing, "how its power is smoothed; absent: as /smoothing says");
}

void SiteWorkload::fields(Fields& f) {
  WorkloadConfig::fields(f);
  f("jobs", jobs, "training jobs");
  f("job_trace", job_trace, "training jobs from a file; /serving/servers then says how many servers they do not get");
}

void SiteWorkload::check(const Scope& scope) const {
  WorkloadConfig::check(scope);
  if (!has_requests() && !has_jobs()) scope.problem("must have trace, synthetic, jobs, or job_trace");
  std::set<std::string> names;
  for (std::size_t i = 0; i < jobs.size(); ++i)
    if (!jobs[i].name.empty() && !names.insert(jobs[i].name).second)
      scope.at("jobs").at(i).at("name").problem("another job is already called \"" + jobs[i].name + '"');
}

void PoolConfig::fields(Fields& f) {
  f.required("name", name, "what the pool is called");
  f.required("serves", serves, "priorities of the requests that it serves");
  f("server_fraction", server_fraction, "share of the servers; the shares add up to 1", Range::fraction());
}

void PoolConfig::check(const Scope& scope) const {
  if (serves.empty()) scope.at("serves").problem("must name a priority");
}

void ServingConfig::fields(Fields& f) {
  f.required("model", model, "the language model, by its architecture");
  f.required("stack", stack, "the serving stack");
  f("tensor_parallel", tensor_parallel, "GPUs of one instance", Range::between(1, 1024));
  f("input_data", input_data, "operands of the matrix products, a name in /hardware/gpu_power/input_data_ratio");
  f("max_waiting_requests", max_waiting_requests, "requests that wait at an instance before the next is rejected",
    Range::between(1, 1e6));
  f("pools", pools, "who serves which priority; without pools, all servers serve all");
  f("servers", servers, "servers that serve, the first of the site; absent: all that no job needs",
    Range::between(1, 1e6));
}

void ServingConfig::check(const Scope& scope) const {
  if (pools.empty()) return;
  const Scope here = scope.at("pools");
  double share = 0;
  std::set<Priority> served;
  std::set<std::string> names;
  for (std::size_t i = 0; i < pools.size(); ++i) {
    share += pools[i].server_fraction;
    if (!pools[i].name.empty() && !names.insert(pools[i].name).second)
      here.at(i).at("name").problem("another pool is already called \"" + pools[i].name + '"');
    for (const Priority priority : pools[i].serves)
      if (!served.insert(priority).second) here.at(i).at("serves").problem("another pool serves this priority already");
  }
  if (served.size() < 2) here.problem("must serve both priorities, high and low");
  if (std::abs(share - 1.0) > 1e-6) here.problem("server_fraction must add up to 1, but adds up to " + shortest(share));
}

ControllerConfig::ControllerConfig() : Recipe(Choice<Controller>{builtin_controllers(), "", nullptr}) {}

PolicyConfig::PolicyConfig()
    : router(Choice<Router>{builtin_routers(), "", nullptr}),
      batching(Choice<BatchScheduler>{builtin_batch_schedulers(), "", nullptr}) {}

void PolicyConfig::fields(Fields& f) {
  f("name", name, "what this combination is called");
  f.required("router", router, "chooses the instance that serves a request");
  f.required("batching", batching, "chooses what an instance runs next");
  f("controllers", controllers, "act on power; none: nothing limits it");
}

void TelemetryConfig::fields(Fields& f) {
  f("levels", levels, "levels of the power tree whose nodes are sampled");
  f("period_s", period, "time between samples", period_range);
  f("window_s", window, "a sample is the mean over this time before it", Range::between(1e-3, 1e6));
  f("delay_s", delay, "time from a sample to its delivery", delay_range);
  f("warmup_s", warmup, "samples until then do not count in telemetry_peak_w and max_rise_fraction: a run starts empty",
    Range::delay());
}

void TelemetryConfig::check(const Scope& scope) const {
  const std::string periods = " periods of " + shortest(period.value()) + " s";
  if (window / period > 1e4) scope.at("window_s").problem("must be at most 10,000" + periods);
  if (delay / period > 1e6) scope.at("delay_s").problem("must be at most 1,000,000" + periods);
}

void ActuationConfig::fields(Fields& f) {
  f("clock_lock_s", clock_lock, "time from a clock lock or its release to its effect", delay_range);
  f("power_cap_s", power_cap, "time from a power cap or its release to its effect", delay_range);
  f("power_brake_s", power_brake, "time from a power brake or its release to its effect", delay_range);
}

void CoolingConfig::fields(Fields& f) {
  f.required("outside", outside, "temperature outside");
  f("inlet", inlet, "mean temperature at the inlets of the servers");
  f("offsets", offsets, "how inlets differ from their mean");
  f("update_s", update, "time between updates of the inlets and samples of temperatures", period_range);
}

void PowerOutputConfig::fields(Fields& f) {
  f("nodes", nodes,
    "nodes in power.json and the summary, by path; a level's name stands for all its nodes, `server` for all "
    "servers; empty: all but servers");
  f("bin_s", bin, "width of the bins of power.json; absent: at most 10,000 bins", Range::between(0.01, 1e9));
}

void OutputConfig::fields(Fields& f) {
  f("power", power, "power over time");
}

void Scenario::fields(Fields& f) {
  f.required("name", name, "what the scenario is called");
  f("description", description, "what it asks");
  f("seed", seed, "seed of all random streams");
  f("duration_s", duration, "the run ends here; absent: when the last request is served", Range::period());
  f.required("hardware", hardware, "server type");
  f.required("site", site, "servers and power tree");
  f("serving", serving, "what the servers serve; absent: jobs only");
  f.required("workload", workload, "requests and training jobs");
  f.required("policy", policy, "who decides");
  f("telemetry", telemetry, "what controllers see");
  f("actuation", actuation, "how late their commands act");
  f("smoothing", smoothing, "what smooths the power of training jobs, in order of the power's way");
  f("backstop", backstop, "what stops training jobs whose power swings too much");
  f("grid", grid, "what of the power is checked as a utility would");
  f("cooling", cooling, "the air that the servers get; absent: temperatures are not followed");
  f("slo", slo, "latency targets by priority (`high`, `low`), request type, or `all`");
  f("prices", prices, "what energy costs");
  f("output", output, "what is written");
}

std::string Scenario::where(const std::string& pointer) const {
  return file.empty() ? pointer : file + ": " + pointer;
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
  for (const auto& override : overrides) document.put(override);
  LoadedScenario loaded;
  loaded.scenario.file = file;
  std::vector<Problem> problems;
  const Json resolved = read_config(document, slot_of(loaded.scenario), problems, &loaded.files);
  if (!problems.empty()) throw InputError(std::move(problems));
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
  const Document document(folders.file_of("model", name, "", where), folders, translate_hugging_face);
  for (const Warning& warning : document.warnings()) warnings.push_back({where, warning.what});
  return read_part<Architecture>(document);
}

StackProfile load_stack(const std::string& name, const ConfigFolders& folders, const std::string& where) {
  return read_part<StackProfile>({folders.file_of("stack", name, "", where), folders});
}

}  // namespace headroom
