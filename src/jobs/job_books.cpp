// What a job tracker books of its stages, and says of them to those who listen.
#include "jobs/job_tracker.hpp"

namespace headroom {

/// What a stage took of an instance, up to now.
void JobTracker::book(const UnderWay& stage, const Sequence& sequence, bool is_lost) {
  GraphResult& result = streams_[jobs_[stage.job].stream].result;
  const double hours = (queue_.now() - stage.begun).value() / 3600;
  (stage.cpu_cores > 0 ? result.core_energy : result.gpu_energy) += sequence.energy;
  (is_lost ? result.lost_gpu_hours : result.gpu_hours) += stage.gpus * hours;
  (is_lost ? result.lost_core_hours : result.core_hours) += stage.cpu_cores * hours;
  result.kv_byte_s += kv_byte_s(stage, sequence);
  if (stage.pace > 0) backlog_of(jobs_[stage.job], stage.node).end(stage.pace, stage.begun);
}

/// Of its prompt and what it has generated, from its first token on, as if tokens came evenly.
double JobTracker::kv_byte_s(const UnderWay& stage, const Sequence& sequence) const {
  if (sequence.generated_tokens == 0) return 0;
  const Seconds held = queue_.now() - sequence.first_token;
  return (sequence.request.input_tokens + 0.5 * sequence.generated_tokens) * held.value() * stage.kv_bytes_per_token;
}

void JobTracker::record(const StageRun& run) {
  if (listeners_.empty()) return;
  const Job& job = jobs_[run.job];
  const Stream& stream = streams_[job.stream];
  const JobGraph::Stage& stage = stage_of(job, run.node);
  const bool has_level = !job.levels.empty() && job.levels[run.node] != kUndecided;
  const StageRecord told{.stream = stream.config->name,
                         .stage = stage.name,
                         .job = job.number,
                         .item = run.node - stage.first,
                         .level = has_level ? &stream.config->graph.levels[job.levels[run.node]].name : nullptr,
                         .instance = run.by,
                         .ready = run.ready,
                         .begin = run.begun,
                         .end = queue_.now()};
  for (RunListener* listener : listeners_) listener->stage_done(told);
}

std::vector<GraphResult> JobTracker::finish() {
  std::vector<GraphResult> results;
  for (const Job& job : jobs_)
    if (!job.is_cancelled) streams_[job.stream].result.stages_left += job.left - job.hidden;
  for (Stream& stream : streams_) {
    std::uint64_t items = 0;
    for (const auto& [name, level] : stream.result.levels) items += level.items;
    for (auto& [name, level] : stream.result.levels)
      level.fraction = items > 0 ? static_cast<double>(level.items) / static_cast<double>(items) : 0;
    results.push_back(std::move(stream.result));
  }
  return results;
}

}  // namespace headroom
