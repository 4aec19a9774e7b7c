// Chains of reasoning of the stages that a job tracker follows: which of them planners stop, and how they end.
#include "base/hash.hpp"
#include "jobs/job_tracker.hpp"

namespace headroom {

/// A thought of a chain is complete, of which a planner wants to hear.
std::uint32_t JobTracker::progressed(const Sequence& sequence, InstanceId instance) {
  const UnderWay* stage = under_way(sequence.request);
  if (stage == nullptr || jobs_[stage->job].is_cancelled) return Sequence::kNever;
  const Job& job = jobs_[stage->job];
  Question* question = question_of(job, stage->node);
  const std::uint32_t chain = chain_of(job, stage->node);
  if (const auto whom = question->whom_to_stop(chain)) {
    question->stop(*whom);
    if (!cancel_chain(job, stage->node - chain + *whom, instance)) question->live_on(*whom);
  }
  question->go_on(chain);
  return question->report_at(chain);
}

/// Where it runs, which another instance than that of its question may be by now; false where it cannot be stopped.
bool JobTracker::cancel_chain(const Job& job, std::uint32_t node, InstanceId heard_from) {
  const std::uint64_t request = question_of(job, node)->request(chain_of(job, node));
  for (const InstanceId id : fleet_.view().members(plan_of(job, node).pool)) {
    if (!fleet_.instances()[id.index()].cancel(request, queue_.now())) continue;
    if (id != heard_from) fleet_.touched(id);
    return true;
  }
  return false;
}

void JobTracker::cancelled(const Sequence& sequence, InstanceId) {
  const UnderWay* stage = under_way(sequence.request);
  if (stage == nullptr) return;
  GraphResult& result = streams_[jobs_[stage->job].stream].result;
  book(*stage, sequence, false);
  ask_to_dispatch();
  if (jobs_[stage->job].is_cancelled) return;
  end_chain(*stage, sequence);
  ++result.stages_cancelled;
  pass(stage->job, stage->node);
}

void JobTracker::end_chain(const UnderWay& stage, const Sequence& sequence) {
  const Job& job = jobs_[stage.job];
  const Seconds held = sequence.generated_tokens > 0 ? queue_.now() - sequence.first_token : Seconds();
  question_of(job, stage.node)
      ->end(chain_of(job, stage.node), sequence.generated_tokens, held, *streams_[job.stream].result.chains);
}

Question* JobTracker::question_of(const Job& job, std::uint32_t node) const {
  return job.questions.empty() ? nullptr : job.questions[graph_of(job).stage_of(node)].get();
}

std::uint32_t JobTracker::chain_of(const Job& job, std::uint32_t node) const {
  const JobGraph& graph = graph_of(job);
  return node - graph.stages()[graph.stage_of(node)].first;
}

void JobTracker::ask_questions(Job& job, std::uint32_t id) {
  const auto& stages = graph_of(job).stages();
  job.questions.clear();
  if (!streams_[job.stream].result.chains) return;
  for (std::size_t i = 0; i < stages.size(); ++i) {
    job.questions.emplace_back();
    if (!stages[i].chains) continue;
    const std::uint64_t seed = hash(hash(seed_, id), i);
    job.questions.back() =
        std::make_unique<Question>(*stages[i].chains, stages[i].output_tokens, stages[i].count, seed, planners_);
  }
}

}  // namespace headroom
