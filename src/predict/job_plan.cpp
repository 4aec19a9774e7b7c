#include "predict/job_plan.hpp"

#include <algorithm>
#include <limits>

#include "base/problem.hpp"
#include "base/text.hpp"
#include "scenario/class_pools.hpp"
#include "scenario/graph_classes.hpp"
#include "scenario/model_catalogue.hpp"
#include "workflow/job_graph.hpp"

namespace headroom {
namespace {

/// The stream, and the number of the first kind of its work.
std::pair<const GraphStreamConfig*, std::uint32_t> find_stream(const Scenario& scenario, const std::string& name) {
  const auto& graphs = scenario.workload.graphs;
  if (graphs.empty()) throw InputError(scenario.where("/workload/graphs"), "there are no job graphs to plan for");
  if (name.empty() && graphs.size() > 1)
    throw InputError("--stream", "must name one of the " + std::to_string(graphs.size()) + " streams of job graphs");
  std::uint32_t kind = 0;
  std::vector<std::string> known;
  for (const GraphStreamConfig& stream : graphs) {
    if (name.empty() || stream.name == name) return {&stream, kind};
    kind += static_cast<std::uint32_t>(stream.graphs().size()) * work_kinds(stream.graph);
    known.push_back(stream.name);
  }
  throw InputError("--stream", "there is no stream \"" + name + "\"" + did_you_mean(name, known));
}

double usd_per_h(const VariantSpec& spec) {
  return spec.gpus * spec.hardware.gpu_cost_usd_per_h.value_or(0) +
         spec.cpu_cores * spec.hardware.cpu_core_cost_usd_per_h.value_or(0);
}

/// Adds a stage of a job to what a model does.
void add_stage(const JobGraph::Stage& stage, const Request& request, const ModelCatalogue& catalogue,
               const std::vector<VariantId>& variants, WorkerModel& model) {
  Request of_first = request;
  of_first.work.kind += stage.by_units;
  const bool is_first_stage = model.options.empty() || model.options.front().all == Seconds();
  model.in_order = stage.in_order && (is_first_stage || model.in_order);
  for (std::size_t i = 0; i < variants.size(); ++i) {
    WorkerOption& option = model.options[i];
    const Seconds other = catalogue.runtime(variants[i], request);
    const Seconds first = catalogue.runtime(variants[i], of_first);
    const Seconds all = first + other * (stage.count - 1.0);
    option.one = std::max({option.one, other, first, stage.in_order ? all : Seconds()});
    option.all += all;
    option.first += first;
    option.work +=
        catalogue.energy(variants[i], of_first) + catalogue.energy(variants[i], request) * (stage.count - 1.0);
  }
}

/// Those that know all units.
void drop_unable(WorkerModel& model) {
  std::erase_if(model.options, [](const WorkerOption& option) {
    return option.all.value() == std::numeric_limits<double>::infinity();
  });
  if (model.options.empty()) throw InputError("pool " + model.pool, "no variant of its service knows all units");
}

}  // namespace

PlannedJob planned_job(const Scenario& scenario, const std::string& stream) {
  const auto [config, first_kind] = find_stream(scenario, stream);
  if (config->graph.catalogue)
    throw InputError(scenario.where("/workload/graphs"),
                     "the template of \"" + config->name + "\" has a catalogue: what a job does, a run finds out");
  ClassTable classes;
  add_stage_classes(scenario, classes);
  const FleetPlan plan = plan_fleet(scenario);
  const auto pools = pools_of_classes(plan, classes);
  const ModelCatalogue catalogue(scenario);
  const auto variants = variants_of(scenario);
  const JobGraph graph(config->graph, config->all_parameters());
  PlannedJob job{config->name, graph.size(), graph.content(), {}, {}, {}, {}};
  std::vector<std::size_t> pool_of_model;
  for (std::size_t s = 0; s < graph.stages().size(); ++s) {
    const JobGraph::Stage& stage = graph.stages()[s];
    if (!stage.runs()) continue;
    const std::size_t pool = pools[classes.add(stage.operation, config->priority).index()];
    std::vector<VariantId> options;
    for (std::size_t v = 0; v < variants.size(); ++v)
      if (variants[v].service == plan.pools[pool].service) options.emplace_back(v);
    const auto known = std::ranges::find(pool_of_model, pool);
    const auto number = static_cast<std::size_t>(known - pool_of_model.begin());
    if (known == pool_of_model.end()) {
      pool_of_model.push_back(pool);
      WorkerModel& model = job.models.emplace_back(WorkerModel{plan.pools[pool].name, false, {}});
      for (const VariantId id : options) {
        const VariantSpec& spec = variants[id.index()];
        model.options.push_back({spec.name,
                                 spec.server_type.index(),
                                 spec.gpus,
                                 usd_per_h(spec),
                                 {},
                                 {},
                                 {},
                                 {},
                                 catalogue.idle_instance(id),
                                 spec.cpu_cores});
      }
    }
    add_stage(stage, stage_request(graph, s, first_kind), catalogue, options, job.models[number]);
  }
  for (WorkerModel& model : job.models) {
    drop_unable(model);
    job.as_it_stands.emplace_back(model.options.size());
  }
  const auto types = scenario.types();
  job.free.resize(types.size());
  for (const HardwareConfig* type : types)
    job.types.push_back({"/hardware",
                         {type->server.gpus, type->server.cpu_cores},
                         type->server.gpus * type->gpu_cost_usd_per_h.value_or(0) +
                             type->server.cpu_cores * type->cpu_core_cost_usd_per_h.value_or(0)});
  std::size_t named = 0;
  for (const auto& [name, unused] : scenario.server_types) job.types[++named].name = name;
  for (std::size_t i = 0; i < plan.type_of_server.size(); ++i) {
    const std::size_t type = plan.type_of_server[i].index();
    if (plan.pool_of_server[i] == FleetPlan::kNone) job.free[type].gpus += types[type]->server.gpus;
    job.free[type].cpu_cores += types[type]->server.cpu_cores;
  }
  for (const FleetPlan::Start& start : plan.starts)
    for (std::size_t m = 0; m < job.models.size(); ++m)
      for (std::size_t i = 0; i < job.models[m].options.size(); ++i)
        if (pool_of_model[m] == start.pool && job.models[m].options[i].variant == start.variant &&
            job.models[m].options[i].type == plan.type_of_server[start.servers.front().index()].index())
          ++job.as_it_stands[m][i];
  return job;
}

}  // namespace headroom
