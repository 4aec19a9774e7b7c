// What a job tracker foresees: how long stages take, and which level of quality they can afford.
#include <algorithm>

#include "base/assert.hpp"
#include "jobs/job_tracker.hpp"
#include "scenario/graph_classes.hpp"

namespace headroom {
namespace {

ClassId class_of(const ClassTable& classes, const std::string& type, Priority priority) {
  for (std::size_t i = 0; i < classes.size(); ++i)
    if (classes.type(ClassId(i)) == type && classes.priority(ClassId(i)) == priority) return ClassId(i);
  check_that(false, "a stage has a class");
  return {};
}

/// From each stage the way to the one that is played on which the most time is spent.
std::vector<std::vector<std::size_t>> longest_paths(const JobGraph& graph, std::span<const ExpectedTime> times) {
  std::vector<std::vector<std::size_t>> paths(graph.stages().size());
  std::vector<double> lengths(paths.size(), -1);
  if (!graph.played()) return paths;
  const std::size_t end = *graph.played();
  paths[end] = {end};
  lengths[end] = times[end].other.value();
  for (std::size_t later = end + 1; later-- > 0;) {
    if (lengths[later] < 0) continue;
    for (const std::size_t before : graph.stages()[later].before) {
      const double length = lengths[later] + times[before].other.value();
      if (length <= lengths[before]) continue;
      lengths[before] = length;
      paths[before] = {before};
      paths[before].insert(paths[before].end(), paths[later].begin(), paths[later].end());
    }
  }
  return paths;
}

}  // namespace

void JobTracker::open(Stream& stream) {
  const GraphStreamConfig& config = *stream.config;
  stream.result.name = config.name;
  stream.result.has_dates = config.has_dates();
  stream.result.is_played = config.graph.playback.has_value();
  for (const QualityLevelConfig& level : config.graph.levels) {
    stream.level_fractions.push_back(*level.work_fraction);
    stream.result.levels.emplace_back(level.name, LevelResult());
  }
  open_catalogue(stream);
}

void JobTracker::plan(Stream& stream, Way& way, std::uint32_t first_kind, const Surroundings& around) {
  const Priority priority = stream.config->priority;
  for (std::size_t i = 0; i < way.graph.stages().size(); ++i) {
    const JobGraph::Stage& stage = way.graph.stages()[i];
    StagePlan& planned = way.stages.emplace_back();
    Request& request = planned.request = stage_request(way.graph, i, first_kind);
    request.priority = priority;
    if (stage.chains) stream.result.chains.emplace();
    if (!stage.runs()) continue;
    request.request_class = class_of(around.classes, stage.operation, priority);
    if (reuse_ && stage.context_tokens > 0)
      planned.recompute_class = class_of(around.classes, std::string(kRecompute) + stage.operation, priority);
    planned.pool = *fleet_.view().own_pool(request.request_class);
    stream.result.uses_cores = stream.result.uses_cores || may_use_cores(planned.pool);
  }
  std::vector<ExpectedTime> times;
  for (std::size_t i = 0; i < way.stages.size(); ++i) times.push_back(expected_time(way, i));
  const auto paths = longest_paths(way.graph, times);
  for (std::size_t i = 0; i < paths.size(); ++i) {
    way.stages[i].usual = times[i].other;
    way.stages[i].path = paths[i];
  }
}

bool JobTracker::may_use_cores(PoolId pool) const {
  for (std::size_t i = 0; i < fleet_.variants().size(); ++i) {
    const VariantSpec& variant = fleet_.variants()[VariantId(i)].spec;
    if (variant.on_cores() && variant.service == fleet_.service_of(pool)) return true;
  }
  return false;
}

/// On the fastest instance that its pool has, else that it could have.
Seconds JobTracker::runtime(const StagePlan& stage, bool is_first) const {
  Request request = stage.request;
  request.work.kind += is_first;
  Seconds least = kNoDate;
  for (const InstanceId id : fleet_.view().members(stage.pool))
    least = std::min(least, catalogue_.runtime(fleet_.view()[id].variant, request));
  for (std::size_t i = 0; least == kNoDate && i < fleet_.variants().size(); ++i)
    if (fleet_.variants()[VariantId(i)].spec.service == fleet_.service_of(stage.pool))
      least = std::min(least, catalogue_.runtime(VariantId(i), request));
  return least;
}

ExpectedTime JobTracker::expected_time(const Way& way, std::size_t stage) const {
  if (!way.graph.stages()[stage].runs()) return {};
  return {runtime(way.stages[stage], way.graph.stages()[stage].by_units), runtime(way.stages[stage], false)};
}

/// From when the job came. Stages that are known then go by what is expected of the job, those that it finds out by all
/// that it will have found out.
std::vector<Seconds> JobTracker::deadlines_for(const Job& job) const {
  const Way& way = way_of(job);
  const GraphStreamConfig& config = *streams_[job.stream].config;
  std::vector<ExpectedTime> times;
  for (std::size_t i = 0; i < way.stages.size(); ++i) times.push_back(expected_time(way, i));
  const auto due = config.due_of(job.came);
  auto deadlines = deadlines_of(graph_of(job), times, config.ttff, due);
  if (!job.own) return deadlines;
  const auto expected = deadlines_of(way.graph, times, config.ttff, due);
  for (std::size_t i = 0; i < way.stages.size(); ++i) {
    const JobGraph::Stage &stage = job.own->stages()[i], &sketch = way.graph.stages()[i];
    if (!stage.is_found_out) std::copy_n(expected.begin() + sketch.first, stage.count, deadlines.begin() + stage.first);
  }
  return deadlines;
}

/// For all scaled stages of an item: those that are there as often, for the same parameters.
void JobTracker::decide_level(Job& job, std::uint32_t node) {
  Stream& stream = streams_[job.stream];
  const JobGraph& graph = graph_of(job);
  const auto& stages = graph.stages();
  const std::size_t stage = graph.stage_of(node);
  const std::uint32_t item = node - stages[stage].first;
  std::vector<Seconds> by;
  for (const double fraction : stream.level_fractions) by.push_back(done_by(way_of(job), stage, fraction));
  Seconds deadline = kNoDate;
  if (!job.deadlines.empty() && graph.played()) {
    const JobGraph::Stage& played = stages[*graph.played()];
    deadline = job.deadlines[played.first + graph.first_played(stage, item)];
  }
  std::size_t level = 0;
  for (const auto& planner : planners_) level = std::max(level, planner->level({queue_.now(), deadline, by}));
  check_that(level < by.size(), "a planner names a level that there is");
  ++stream.result.levels[level].second.items;
  for (const JobGraph::Stage& other : stages)
    if (other.scaled && other.per == stages[stage].per) {
      job.levels[other.first + item] = static_cast<std::uint8_t>(level);
      backlog_of(job, other.first + item).add(work_of(job, other.first + item));
    }
}

/// Whether its quality level leaves nothing of it to do.
bool JobTracker::is_left_out(const Job& job, std::uint32_t node) const {
  return !job.levels.empty() && job.levels[node] != kUndecided &&
         streams_[job.stream].level_fractions[job.levels[node]] == 0;
}

/// When an item would be there that begins now: it waits for the work before it in each pool on its way.
Seconds JobTracker::done_by(const Way& way, std::size_t stage, double work_fraction) const {
  double now = 0;
  for (const std::size_t one : way.stages[stage].path) {
    if (!way.graph.stages()[one].runs()) continue;
    const StagePlan& planned = way.stages[one];
    const PoolSpeed speed = speed_of(planned);
    now = std::max(now, backlogs_[planned.pool.index()].left(queue_.now()).value() / speed.instances);
    now += speed.slowest.value() * (way.graph.stages()[one].scaled ? work_fraction : 1.0);
  }
  return queue_.now() + Seconds(now);
}

/// At the clocks that they have now. Most instances of a pool are alike.
JobTracker::PoolSpeed JobTracker::speed_of(const StagePlan& stage) const {
  PoolSpeed speed;
  std::optional<InstanceId> before;
  const auto is_like = [&](InstanceId id) {
    return fleet_.view()[id].variant == fleet_.view()[*before].variant &&
           fleet_.instances()[id.index()].clock_limit() == fleet_.instances()[before->index()].clock_limit();
  };
  Seconds time;
  for (const InstanceId id : fleet_.view().members(stage.pool)) {
    if (!before || !is_like(id)) time = runtime_at(id, stage.request);
    before = id;
    speed.instances += stage.usual / time;
    speed.slowest = std::max(speed.slowest, time);
  }
  return before ? speed : PoolSpeed{1, stage.usual};
}

/// Of a stage by units at its clock; an LLM call's at the highest.
Seconds JobTracker::runtime_at(InstanceId id, const Request& request) const {
  const VariantId variant = fleet_.view()[id].variant;
  if (request.work.amount <= 0) return catalogue_.runtime(variant, request);
  StepShape step;
  step.work = request.work;
  return fleet_.variants()[variant]
      .model.performance->cost(step, fleet_.instances()[id.index()].clock_limit())
      .duration(0);
}

/// What a stage whose level is decided takes.
Seconds JobTracker::work_of(const Job& job, std::uint32_t node) const {
  return plan_of(job, node).usual * streams_[job.stream].level_fractions[job.levels[node]];
}

/// Work of the backlog that an instance does a second which took this stage; 0 where the stage has no level, or waits
/// there.
float JobTracker::pace_of(const Job& job, std::uint32_t node, const Request& request, InstanceId by) const {
  if (job.levels.empty() || job.levels[node] == kUndecided || fleet_.instances()[by.index()].outstanding() > 1)
    return 0;
  return static_cast<float>(work_of(job, node) / runtime_at(by, request));
}

}  // namespace headroom
