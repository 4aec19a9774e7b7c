#include "jobs/job_tracker.hpp"

#include <algorithm>
#include <functional>

#include "base/assert.hpp"
#include "base/hash.hpp"
#include "workflow/playback.hpp"

namespace headroom {
namespace {

constexpr std::uint32_t kDispatch = 0;  ///< else the event is a job of a stream, counted from 1

}  // namespace

JobTracker::JobTracker(const Scenario& scenario, const Surroundings& around)
    : catalogue_(*around.world.catalogue),
      fleet_(around.fleet),
      desk_(around.desk),
      end_(around.end),
      queue_(around.queue),
      prompts_(around.prompts),
      hand_overs_(around.hand_overs),
      listeners_(around.listeners),
      seed_(hash(scenario.seed, "job graphs")),
      waiting_(around.fleet.view().pools()),
      backlogs_(around.fleet.view().pools()) {
  planners_.push_back(scenario.policy.planner.make());
  for (const PlannerConfig& config : scenario.policy.planners) planners_.push_back(config.make());
  for (const auto& planner : planners_)
    if (!reuse_ && !planner->reuse_pairs().empty())
      reuse_.emplace(ReuseBooks{Artefacts(planner->reuse_server_bytes())});
  std::uint32_t kinds = 0;
  for (const GraphStreamConfig& config : scenario.workload.graphs) {
    Stream& stream = streams_.emplace_back();
    stream.config = &config;
    stream.configured = config.graphs();
    open(stream);
    for (const ConfiguredGraph& one : stream.configured) {
      plan(stream, stream.ways.emplace_back(Way{JobGraph(one.graph, one.parameters), {}}), kinds, around);
      kinds += work_kinds(one.graph);
    }
    still_to_come_ += config.count;
  }
  queue_.on<&JobTracker::happen>(EventKind::graph, *this);
}

void JobTracker::start() {
  for (std::uint32_t i = 0; i < streams_.size(); ++i) queue_.push(streams_[i].config->start, EventKind::graph, i + 1);
}

void JobTracker::happen(const Event& event) {
  if (event.target != kDispatch) return come(event.target - 1);
  is_asked_ = false;
  dispatch();
}

void JobTracker::come(std::uint32_t number) {
  Stream& stream = streams_[number];
  const GraphStreamConfig& config = *stream.config;
  if (++stream.came < config.count)
    queue_.push(queue_.now() + config.every.value_or(Seconds()), EventKind::graph, number + 1);
  --still_to_come_;
  ++under_way_jobs_;
  ++stream.result.came;
  const auto id = static_cast<std::uint32_t>(jobs_.size());
  Job& job = jobs_.emplace_back();
  job.stream = number;
  job.number = stream.came - 1;
  job.came = queue_.now();
  if (stream.oracle) job.query = stream.oracle->query(job.number);
  begin_in(id, stream.way);
  const JobGraph& graph = graph_of(job);
  for (std::uint32_t node = 0; node < graph.size(); ++node)
    if (graph.waits_for()[node] == 0) release(id, node);
}

/// It is a job of this configuration, of which nothing is done yet.
void JobTracker::begin_in(std::uint32_t id, std::uint32_t way) {
  Job& job = jobs_[id];
  Stream& stream = streams_[job.stream];
  job.way = way;
  if (const ConfiguredGraph& one = stream.configured[way]; !one.graph.grows.empty())
    job.own = std::make_unique<JobGraph>(one.graph, one.parameters, job.number);
  const JobGraph& graph = graph_of(job);
  job.left = graph.size();
  job.hidden = graph.hidden();
  stream.result.stages_created += job.left - job.hidden;
  job.waits_for = graph.waits_for();
  if (graph.played()) job.there.resize(graph.stages()[*graph.played()].count);
  if (!stream.level_fractions.empty()) job.levels.assign(graph.size(), kUndecided);
  ask_questions(job, id);
  if (std::ranges::any_of(planners_, [](const auto& planner) { return planner->sets_deadlines(); })) {
    job.deadlines = deadlines_for(job);
    for (Seconds& deadline : job.deadlines) deadline += job.came;
  }
}

/// What was not known before a stage was done.
void JobTracker::found_out(Job& job, std::uint32_t node) {
  const std::uint32_t nodes = graph_of(job).reveals(node);
  job.hidden -= nodes;
  streams_[job.stream].result.stages_created += nodes;
}

/// Its predecessors are done.
void JobTracker::release(std::uint32_t id, std::uint32_t node) {
  const Job& job = jobs_[id];
  const bool runs = graph_of(job).stages()[graph_of(job).stage_of(node)].runs();
  if (!runs || (is_chooser(job, node) && !is_to_choose(job)) || is_left_out(job, node))
    return pass_by(id, node, queue_.now());
  auto& waiting = waiting_[plan_of(job, node).pool.index()];
  waiting.push_back({job.deadlines.empty() ? kNoDate : job.deadlines[node], id, node, queue_.now()});
  std::ranges::push_heap(waiting, std::greater());
  ask_to_dispatch();
}

/// It takes no time.
void JobTracker::pass_by(std::uint32_t id, std::uint32_t node, Seconds ready) {
  record({id, node, std::nullopt, ready, queue_.now()});
  done(id, node);
}

void JobTracker::done(std::uint32_t id, std::uint32_t node) {
  ++streams_[jobs_[id].stream].result.stages_done;
  if (is_chooser(jobs_[id], node) && is_to_choose(jobs_[id])) choose(id);
  pass(id, node);
}

/// It is over. Those behind it that take no time are done with it, without going deeper for each.
void JobTracker::pass(std::uint32_t id, std::uint32_t node) {
  const bool is_outer = done_next_.empty();
  done_next_.push_back(node);
  if (!is_outer) return;
  for (std::size_t i = 0; i < done_next_.size(); ++i) {
    const std::uint32_t one = done_next_[i];
    Job& job = jobs_[id];
    const JobGraph& graph = graph_of(job);
    --job.left;
    if (job.own) found_out(job, one);
    if (graph.played() == graph.stage_of(one))
      job.there[one - graph.stages()[*graph.played()].first] = queue_.now() - job.came;
    for (const std::uint32_t next : graph.next(one))
      if (--job.waits_for[next] == 0) release(id, next);
  }
  done_next_.clear();
  if (jobs_[id].left == 0) end_job(id);
}

void JobTracker::end_job(std::uint32_t id) {
  Job& job = jobs_[id];
  Stream& stream = streams_[job.stream];
  GraphResult& result = stream.result;
  if (!job.is_cancelled) {
    const Seconds makespan = queue_.now() - job.came;
    bool in_time = makespan <= stream.config->due_of(job.came).value_or(kNoDate);
    ++result.done;
    result.makespan.add(makespan);
    if (!job.there.empty()) {
      const Playback playback = playback_of(job.there, graph_of(job).item());
      result.first_item.add(playback.first);
      result.ttff.add(playback.ttff);
      result.ttff_by_total.add(playback.ttff_by_total);
      result.stalled.add(playback.stalled);
      in_time = in_time && playback.ttff <= stream.config->ttff.value_or(kNoDate);
    }
    if (in_time) ++result.in_time;
    if (job.query) answer(job);
  }
  Job ended;
  ended.stream = job.stream;
  ended.way = job.way;
  ended.is_cancelled = job.is_cancelled;
  if (job.is_cancelled) ended.own = std::move(job.own);  // stages of it may be under way
  job = std::move(ended);                                // what it knew of its nodes
  --under_way_jobs_;
  if (under_way_jobs_ == 0 && still_to_come_ == 0) end_.graphs_are_over();
}

/// A stage of it can never run. Those under way run on for nobody.
void JobTracker::cancel(std::uint32_t id) {
  Job& job = jobs_[id];
  job.is_cancelled = true;
  for (std::uint32_t node = 0; node < job.levels.size(); ++node)
    if (job.levels[node] != kUndecided) backlog_of(job, node).remove(work_of(job, node));
  streams_[jobs_[id].stream].result.stages_cancelled += jobs_[id].left - jobs_[id].hidden;
  end_job(id);
}

/// Once all that happens now has happened.
void JobTracker::ask_to_dispatch() {
  if (is_asked_) return;
  is_asked_ = true;
  queue_.push(queue_.now(), EventKind::graph, kDispatch);
}

void JobTracker::dispatch() {
  if (reuse_) go_on_with_reuses();
  for (auto& waiting : waiting_)
    while (!waiting.empty() && dispatch_first(waiting)) {
    }
}

bool JobTracker::dispatch_first(std::vector<Ready>& waiting) {
  const Ready ready = waiting.front();
  const auto leave = [&waiting] {
    std::ranges::pop_heap(waiting, std::greater());
    waiting.pop_back();
  };
  if (!jobs_[ready.job].is_cancelled) {
    const Request request = request_of(ready);
    if (is_left_out(jobs_[ready.job], ready.node)) {
      leave();
      pass_by(ready.job, ready.node, ready.since);
      return true;
    }
    const std::size_t reuses = reuse_ ? reuse_->all.size() : 0;
    const StageDesk::Taken taken = submit(ready, request);
    if (taken.why_not && taken.why_not != Rejection::too_long) return false;
    if (taken.why_not) cancel(ready.job);
    else {
      const bool takes_over = reuse_ && reuse_->all.size() > reuses;
      begin(ready, request, taken.by, takes_over ? static_cast<std::uint32_t>(reuses) : UnderWay::kNone);
    }
  }
  leave();
  return true;
}

/// An instance has taken it.
void JobTracker::begin(const Ready& ready, const Request& request, InstanceId by, std::uint32_t reuse) {
  const bool by_units = request.work.amount > 0;
  const Job& job = jobs_[ready.job];
  UnderWay& stage = under_way_.emplace_back(UnderWay{ready.job, ready.node, queue_.now()});
  if (by_units) stage.gpus = fleet_.slices()[fleet_.slice_of(by).index()].gpus;
  if (by_units) stage.cpu_cores = fleet_.slices()[fleet_.slice_of(by).index()].cpu_cores;
  if (!by_units) stage.kv_bytes_per_token = static_cast<float>(kv_bytes_per_token(variant_of(by)));
  stage.reuse = reuse;
  stage.pace = pace_of(job, ready.node, request, by);
  if (stage.pace > 0) backlog_of(job, ready.node).begin(stage.pace, stage.begun);
}

/// Chains of a question go where the first went, and share its prompt there.
StageDesk::Taken JobTracker::submit(const Ready& ready, const Request& request) {
  const Job& job = jobs_[ready.job];
  Question* question = question_of(job, ready.node);
  if (question == nullptr)
    return context_tokens(job, ready.node) > 0 ? submit_with_context(ready, request) : desk_.submit(request);
  if (prompts_) share_prompt(ready, request);
  StageDesk::Taken taken{.why_not = Rejection::no_instance};
  if (const auto home = question->home()) taken = desk_.submit_to(request, *home);
  if (taken.why_not == Rejection::no_instance) taken = desk_.submit(request);
  const std::uint32_t chain = chain_of(job, ready.node);
  if (!taken.why_not) {
    question->taken(chain, request.id, taken.by);
    fleet_.instances()[taken.by.index()].report_at(request.id, question->report_at(chain));
  } else if (prompts_) prompts_->drop(request.id);
  return taken;
}

/// All chains of a question begin with the same blocks, the last of which may not be full.
void JobTracker::share_prompt(const Ready& ready, const Request& request) {
  const Job& job = jobs_[ready.job];
  const std::uint64_t key = hash(hash(seed_, ready.job), graph_of(job).stage_of(ready.node));
  std::vector<BlockKey> blocks;
  for (std::uint64_t begin = 0; begin < request.input_tokens; begin += prompts_->block_tokens())
    blocks.push_back(hash(key, begin));
  prompts_->add(request.id, blocks);
}

Request JobTracker::request_of(const Ready& ready) {
  const std::uint32_t node = ready.node;
  Job& job = jobs_[ready.job];
  const Stream& stream = streams_[job.stream];
  Request request = plan_of(job, node).request;
  request.id = kFirstId + under_way_.size();
  request.arrival = ready.since;
  if (const Question* question = question_of(job, node)) request.output_tokens = question->tokens(chain_of(job, node));
  if (request.work.amount > 0) request.work.kind += graph_of(job).is_first(node);
  if (!job.levels.empty() && graph_of(job).stages()[graph_of(job).stage_of(node)].scaled) {
    if (job.levels[node] == kUndecided) decide_level(job, node);
    request.work.amount *= stream.level_fractions[job.levels[node]];
  }
  return request;
}

/// What becomes of a request that is a stage; none where it is none.
JobTracker::UnderWay* JobTracker::under_way(const Request& request) {
  const bool is_stage = request.id >= kFirstId && request.id - kFirstId < under_way_.size();
  return is_stage ? &under_way_[request.id - kFirstId] : nullptr;
}

void JobTracker::completed(const Sequence& sequence, InstanceId instance, Seconds) {
  const UnderWay* stage = under_way(sequence.request);
  if (stage == nullptr) return;
  Job& job = jobs_[stage->job];
  book(*stage, sequence, false);
  ask_to_dispatch();
  if (stage->is_recomputation) return part_done(stage->reuse);
  if (job.is_cancelled) return;
  if (reuse_) keep_context(*stage, sequence, instance);
  if (question_of(job, stage->node)) end_chain(*stage, sequence);
  if (job.query) count_tokens(job, sequence.request);
  record({stage->job, stage->node, instance, sequence.request.arrival, stage->begun});
  if (!job.levels.empty() && job.levels[stage->node] != kUndecided) {
    backlog_of(job, stage->node).remove(work_of(job, stage->node));
    job.levels[stage->node] = kUndecided;  // of it nothing is left to do
  }
  done(stage->job, stage->node);
}

void JobTracker::lose(const Sequence& sequence) {
  const UnderWay* stage = under_way(sequence.request);
  if (stage == nullptr) return;
  const Job& job = jobs_[stage->job];
  if (Question* question = question_of(job, stage->node); question && question->is_stopped(chain_of(job, stage->node)))
    return cancelled(sequence, {});  // at the next boundary it would have gone
  book(*stage, sequence, true);
  if (stage->is_recomputation) return part_lost(stage->reuse);
  submit_again(sequence.request);
}

void JobTracker::submit_again(const Request& request) {
  const UnderWay* stage = under_way(request);
  if (stage && stage->is_recomputation) return part_lost(stage->reuse);
  if (stage == nullptr || jobs_[stage->job].is_cancelled) return;
  GraphResult& result = streams_[jobs_[stage->job].stream].result;
  ++result.stages_lost;
  ++result.stages_created;
  release(stage->job, stage->node);
}

}  // namespace headroom
