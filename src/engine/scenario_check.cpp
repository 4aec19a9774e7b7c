#include <algorithm>
#include <cmath>
#include <optional>
#include <set>
#include <string>

#include "base/text.hpp"
#include "config/json.hpp"
#include "engine/control_check.hpp"
#include "engine/cooling_check.hpp"
#include "engine/pools.hpp"
#include "engine/proportion_check.hpp"
#include "engine/scenario.hpp"
#include "grid/instrument.hpp"
#include "model/placement_check.hpp"

namespace headroom {
namespace {

using Problems = std::vector<Problem>;

constexpr std::size_t kLongestName = 60;

/// The least that a node's servers draw: their hosts, and GPUs that wait with a model loaded.
Power idle_power(const Scenario& scenario, std::size_t servers) {
  const auto& hardware = scenario.hardware;
  const double gpus = hardware.server.gpus;
  return ServerPower(hardware.server, hardware.gpu.tdp).inlet(hardware.gpu_power.idle_loaded * gpus) *
         static_cast<double>(servers);
}

void check_budgets(const Scenario& scenario, const Site& site, Problems& problems) {
  for (std::size_t i = 0; i < scenario.site.levels.size(); ++i) {
    const LevelConfig& level = scenario.site.levels[i];
    if (!level.budget) continue;
    const auto first = std::ranges::find(site.nodes(), &site.config().levels[i], &SiteNode::level);
    if (first == site.nodes().end()) continue;
    const Power idle = idle_power(scenario, first->servers);
    if (*level.budget < idle)
      problems.push_back({"/site/levels/" + std::to_string(i) + "/budget_w",
                          "is below the idle power of its " + std::to_string(first->servers) + " servers (" +
                              shortest(std::round(idle.value())) + " W)"});
  }
}

/// Whether a name is another one with a number behind it.
bool is_numbered(const std::string& name, const std::string& other) {
  return name.size() > other.size() && name.starts_with(other) &&
         name.find_first_not_of("0123456789", other.size()) == std::string::npos;
}

void check_site(const Scenario& scenario, Problems& problems) {
  std::set<std::string> names{"site", "server"};
  for (std::size_t i = 0; i < scenario.site.levels.size(); ++i) {
    const LevelConfig& level = scenario.site.levels[i];
    const std::string pointer = "/site/levels/" + std::to_string(i);
    if (level.name.empty() || level.name.size() > kLongestName || level.name.find('/') != std::string::npos)
      problems.push_back({pointer + "/name", "must be a word without a slash, of at most 60 bytes"});
    else if (!names.insert(level.name).second)
      problems.push_back({pointer + "/name", "\"" + level.name + "\" is taken"});
    else if (i > 0 && is_numbered(level.name, scenario.site.levels.front().name))
      problems.push_back({pointer + "/name", "\"" + level.name + "\" is what a node of level \"" +
                                                 scenario.site.levels.front().name + "\" is called"});
    if (level.protection && !level.rating)
      problems.push_back({pointer + "/rating_w", "missing: a protection device needs a rating"});
    if (!level.protection) continue;
    const auto& curve = level.protection->curve;
    if (curve.empty()) problems.push_back({pointer + "/protection/curve", "must have at least one point"});
    for (std::size_t p = 1; p < curve.size(); ++p)
      if (curve[p].load_fraction <= curve[p - 1].load_fraction || curve[p].time > curve[p - 1].time)
        problems.push_back({pointer + "/protection/curve/" + std::to_string(p),
                            "must have a higher load and no longer time than the point before"});
  }
}

void check_serving(const Scenario& scenario, Problems& problems) {
  const ServingConfig& serving = *scenario.serving;
  const HardwareConfig& hardware = scenario.hardware;
  for (auto& problem :
       check_placement({serving.model, serving.stack, hardware.gpu, hardware.server.gpus}, serving.tensor_parallel))
    problems.push_back({"/serving/tensor_parallel", std::move(problem)});
  if (!serving.stack.gpus.contains(hardware.gpu.name) && !serving.stack.gpus.contains("default"))
    problems.push_back({"/serving/stack/gpus", "has neither \"" + hardware.gpu.name + "\" nor \"default\""});
  if (auto problem = check_operands(hardware.gpu_power, serving.input_data))
    problems.push_back({"/serving/input_data", std::move(*problem)});
}

void check_smoothing(const Scenario& scenario, const SmoothingConfig& smoothing, const std::string& pointer,
                     Problems& problems) {
  std::vector<PolicyProblem> found;
  const PolicyContext context{scenario.hardware.gpu.tdp, {}, 0};
  for (const SmoothingStage& stage : smoothing.stages)
    stage.smoother.value->check(context, pointer + "/" + stage.smoother.kind, found);
  for (auto& [where, what] : found) problems.push_back({std::move(where), std::move(what)});
}

void check_backstop(const Scenario& scenario, const Site& site, Problems& problems) {
  std::vector<PolicyProblem> found;
  scenario.backstop.check({scenario.hardware.gpu.tdp, {}, 0}, "/backstop", found);
  for (auto& [where, what] : found) problems.push_back({std::move(where), std::move(what)});
  const auto is_node = [&](const SiteNode& node) { return site.tree().path(node.id) == scenario.backstop.node(); };
  if (scenario.backstop.enabled() && std::ranges::none_of(site.nodes(), is_node))
    problems.push_back({"/backstop/node", "the site has no such node above its servers"});
}

void check_pools(const Scenario& scenario, Problems& problems) {
  const auto& pools = scenario.serving->pools;
  if (pools.empty()) return;
  const auto pool_of = pool_of_servers(pool_fractions(*scenario.serving), serving_servers(scenario));
  double share = 0;
  std::set<Priority> served;
  std::set<std::string> names;
  for (std::size_t i = 0; i < pools.size(); ++i) {
    const std::string pointer = "/serving/pools/" + std::to_string(i);
    share += pools[i].server_fraction;
    if (!pools[i].name.empty() && !names.insert(pools[i].name).second)
      problems.push_back({pointer + "/name", "another pool is already called \"" + pools[i].name + '"'});
    if (pools[i].serves.empty()) problems.push_back({pointer + "/serves", "must name a priority"});
    for (const Priority priority : pools[i].serves)
      if (!served.insert(priority).second)
        problems.push_back({pointer + "/serves", "another pool serves this priority already"});
    if (std::ranges::find(pool_of, i) == pool_of.end())
      problems.push_back({pointer + "/server_fraction", "leaves the pool without a server"});
  }
  if (served.size() < 2) problems.push_back({"/serving/pools", "must serve both priorities, high and low"});
  if (std::abs(share - 1.0) > 1e-6)
    problems.push_back({"/serving/pools", "server_fraction must add up to 1, but adds up to " + shortest(share)});
}

/// The longest time that a job may be counted on to run; none where only its waveform knows.
bool may_run_for_ever(const SiteJob& job) {
  const WaveformConfig& waveform = job.shape.waveform;
  return !job.duration && (waveform.path.empty() || waveform.repeat || job.shape.failures);
}

void check_jobs(const Scenario& scenario, Problems& problems) {
  const auto& jobs = scenario.workload.jobs;
  const std::size_t serving = serving_servers(scenario);
  const std::size_t gpus =
      (scenario.site.servers - std::min<std::size_t>(serving, scenario.site.servers)) * scenario.hardware.server.gpus;
  for (std::size_t i = 0; i < jobs.size(); ++i) {
    const std::string pointer = "/workload/jobs/" + std::to_string(i);
    if (jobs[i].gpus > gpus && serving <= scenario.site.servers)
      problems.push_back({pointer + "/gpus",
                          "is more than the " + std::to_string(gpus) + " GPUs of the servers that serve no requests"});
    if (!scenario.duration && may_run_for_ever(jobs[i]))
      problems.push_back({"/duration_s", "missing: the job of " + pointer + " never ends"});
    if (scenario.duration && jobs[i].start >= *scenario.duration)
      problems.push_back({pointer + "/start_s", "is not before the end of the run, /duration_s"});
    if (jobs[i].smoothing) check_smoothing(scenario, *jobs[i].smoothing, pointer + "/smoothing", problems);
  }
  for (auto& problem : check({jobs.begin(), jobs.end()}, scenario.hardware.gpu, "/workload/jobs"))
    problems.push_back(std::move(problem));
  if (scenario.workload.job_trace)
    for (auto& problem : check(*scenario.workload.job_trace, "/workload/job_trace"))
      problems.push_back(std::move(problem));
  check_smoothing(scenario, scenario.smoothing, "/smoothing", problems);
  if (scenario.workload.has_jobs() && scenario.cooling)
    problems.push_back(
        {"/cooling", "temperatures of GPUs with training jobs are not modelled: leave out cooling or jobs"});
}

void check_workload(const Scenario& scenario, Problems& problems) {
  for (auto& problem : check(scenario.workload)) problems.push_back(std::move(problem));
  const bool requests = scenario.workload.has_requests();
  if (!requests && !scenario.workload.has_jobs())
    problems.push_back({"/workload", "must have trace, synthetic, jobs, or job_trace"});
  if (requests && !scenario.serving) problems.push_back({"/serving", "missing: there are requests to be served"});
  if (scenario.serving && serving_servers(scenario) == 0)
    problems.push_back({"/serving", "has no server: the jobs need them all"});
  if (serving_servers(scenario) > scenario.site.servers)
    problems.push_back({"/serving/servers", "is more than the servers of the site"});
}

/// Samples that end with the run must be some, and last as long as ramps are measured over.
void check_grid_times(const Scenario& scenario, Problems& problems) {
  const GridConfig& grid = *scenario.grid;
  const Seconds start = grid.warmup + first_seen(grid.instrument);
  const Seconds left = *scenario.duration - start;
  if (left < grid.sample * 2.0)
    problems.push_back({"/grid/warmup_s", "leaves less than two samples: they begin at " + shortest(start.value()) +
                                              " s, and the run ends at " + shortest(scenario.duration->value()) +
                                              " s"});
  else if (const auto& spec = grid.spec;
           spec && (spec->ramp_up_w_per_s || spec->ramp_down_w_per_s) && spec->horizon > left)
    problems.push_back({"/grid/spec/horizon_s", "must be at most the " + shortest(left.value()) +
                                                    " s from the first sample to the end of the run"});
}

void check_grid_nodes(const Scenario& scenario, const Site& site, Problems& problems) {
  if (!scenario.grid) return;
  std::vector<std::string> known;
  for (const auto& level : scenario.site.levels) known.push_back(level.name);
  for (const SiteNode& node : site.nodes()) known.push_back(site.tree().path(node.id));
  std::set<std::string> named;
  for (std::size_t i = 0; i < scenario.grid->nodes.size(); ++i) {
    const auto& name = scenario.grid->nodes[i];
    const std::string pointer = "/grid/nodes/" + std::to_string(i);
    if (std::ranges::find(known, name) == known.end())
      problems.push_back({pointer, "the site has no such node above its servers" + did_you_mean(name, known)});
    else if (!named.insert(name).second) problems.push_back({pointer, "is named twice"});
  }
  if (scenario.duration && scenario.grid->warmup >= *scenario.duration)
    problems.push_back({"/grid/warmup_s", "must be below duration_s"});
  for (auto& problem : check(*scenario.grid, "/grid")) problems.push_back(std::move(problem));
  for (auto& problem : check_sampling(*scenario.grid, "/grid")) problems.push_back(std::move(problem));
  if (scenario.duration && scenario.grid->warmup < *scenario.duration) check_grid_times(scenario, problems);
}

void check_durations(const Scenario& scenario, Problems& problems) {
  const auto duration = known_duration(scenario);
  if (scenario.workload.synthetic && !duration)
    problems.push_back({"/duration_s", "missing: this workload never ends"});
  if (const auto bin = scenario.output.power.bin; bin && duration && *duration / *bin > 1e6)
    problems.push_back(
        {"/output/power/bin_s", "makes more than 1,000,000 bins of " + shortest(duration->value()) + " s"});
}

void check_output_nodes(const Scenario& scenario, const Site& site, Problems& problems) {
  std::vector<std::string> known{"server"};
  for (const auto& level : scenario.site.levels) known.push_back(level.name);
  for (std::size_t i = 0; i < site.tree().size(); ++i) known.push_back(site.tree().path(NodeId(i)));
  for (std::size_t i = 0; i < scenario.output.power.nodes.size(); ++i) {
    const auto& name = scenario.output.power.nodes[i];
    if (std::ranges::find(known, name) == known.end())
      problems.push_back({"/output/power/nodes/" + std::to_string(i),
                          "the site has no node \"" + name + "\"" + did_you_mean(name, known)});
  }
}

}  // namespace

std::optional<Seconds> known_duration(const Scenario& scenario) {
  if (scenario.duration) return scenario.duration;
  return scenario.workload.synthetic ? scenario.workload.synthetic->duration : std::nullopt;
}

std::vector<Problem> check(const HardwareConfig& hardware, const std::string& pointer) {
  Problems problems;
  const GpuSpec& gpu = hardware.gpu;
  if (gpu.min_clock > gpu.max_clock)
    problems.push_back({pointer + "/gpu/min_clock_mhz", "must not be above max_clock_mhz"});
  if (gpu.brake_clock > gpu.max_clock)
    problems.push_back({pointer + "/gpu/brake_clock_mhz", "must not be above max_clock_mhz"});
  if (hardware.gpu_power.idle_loaded >= gpu.tdp)
    problems.push_back({pointer + "/gpu/tdp_w", "must be above the idle draw of the GPU"});
  if (hardware.server.gpus == 0) problems.push_back({pointer + "/server/gpus", "must be at least 1"});
  try {
    const Power all_gpus = gpu.tdp * static_cast<double>(hardware.server.gpus);
    const ServerPower server(hardware.server, gpu.tdp);
    const Power full = server.inlet(all_gpus);
    const Power output = server.output(all_gpus);
    if (hardware.server.psu_rated < output)
      problems.push_back({pointer + "/server/psu_rated_w", "is below what the supplies give with all GPUs at TDP (" +
                                                               shortest(std::round(output.value())) + " W)"});
    if (hardware.server.rated < full)
      problems.push_back({pointer + "/server/rated_w", "is below the power of the server with all GPUs at TDP (" +
                                                           shortest(std::round(full.value())) + " W)"});
  } catch (const InputError& error) {
    for (const auto& problem : error.problems()) problems.push_back({pointer + "/server", problem.what});
  }
  return problems;
}

std::vector<Problem> check(const Architecture& model, const std::string& pointer) {
  Problems problems;
  const MixtureOfExperts& mixture = model.experts;
  if (mixture.experts > 0) {
    if (mixture.experts_per_token == 0 || mixture.experts_per_token > mixture.experts)
      problems.push_back({pointer + "/experts/experts_per_token", "must be from 1 to the number of experts"});
    if (mixture.feed_forward == 0) problems.push_back({pointer + "/experts/feed_forward", "must be above 0"});
    if (mixture.dense_layers >= model.layers)
      problems.push_back({pointer + "/experts/dense_layers", "must be below the number of layers"});
  }
  if (!problems.empty()) return problems;
  const double counted = model.counted_parameters();
  if (std::abs(model.parameters - counted) > 0.05 * counted)
    problems.push_back({pointer + "/parameters", "differs by more than 5 % from the " + shortest(counted) +
                                                     " that the dimensions of the model give"});
  return problems;
}

std::vector<Problem> check(const Scenario& scenario) {
  Problems problems = check(scenario.hardware, "/hardware");
  check_site(scenario, problems);
  check_proportions(scenario, problems);
  if (problems.empty()) {
    const Site site(scenario.site);
    check_budgets(scenario, site, problems);
    check_output_nodes(scenario, site, problems);
    check_grid_nodes(scenario, site, problems);
    check_backstop(scenario, site, problems);
    check_control(scenario, problems);
  }
  check_cooling(scenario, problems);
  if (scenario.serving) {
    check_serving(scenario, problems);
    for (auto& problem : check(scenario.serving->model, "/serving/model")) problems.push_back(std::move(problem));
    check_pools(scenario, problems);
    if (problems.empty()) check_steps(scenario, problems);
  }
  if (scenario.prices) scenario.prices->check("/prices", scenario.duration, problems);
  check_durations(scenario, problems);
  check_workload(scenario, problems);
  check_jobs(scenario, problems);
  return problems;
}

void check_slo(const Scenario& scenario, const ClassTable& classes, const std::string& file) {
  std::vector<std::string> names{"high", "low", "all"};
  for (std::size_t i = 0; i < classes.size(); ++i) {
    names.push_back(classes.name(ClassId(i)));
    if (const auto& type = classes.type(ClassId(i)); !type.empty()) names.push_back(type);
  }
  Problems problems;
  for (std::size_t i = 0; i < classes.size(); ++i)
    for (std::size_t j = 0; j < classes.size(); ++j)
      if (const auto& type = classes.type(ClassId(j));
          classes.name(ClassId(i)) == type && scenario.slo.contains(type) && classes.type(ClassId(i)) != type)
        problems.push_back({(file.empty() ? "" : file + ": ") + "/slo/" + pointer_step(type),
                            "names a type of requests, and those of type \"" + classes.type(ClassId(i)) +
                                "\" with one priority: rename a type"});
  for (const auto& [name, targets] : scenario.slo)
    if (std::ranges::find(names, name) == names.end())
      problems.push_back({(file.empty() ? "" : file + ": ") + "/slo/" + pointer_step(name),
                          "the workload has no requests \"" + name + "\"" + did_you_mean(name, names)});
  if (!problems.empty()) throw InputError(std::move(problems));
}

}  // namespace headroom
