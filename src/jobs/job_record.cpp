// What a job tracker says of its stages to those who listen.
#include "jobs/job_tracker.hpp"

namespace headroom {

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

}  // namespace headroom
