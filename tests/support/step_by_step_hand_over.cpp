// What the plain twin of an instance hands over to others.
#include <algorithm>

#include "support/step_by_step_instance.hpp"

namespace headroom::test {

bool StepByStepInstance::resume(const Sequence& sequence, Seconds now) {
  if (!open_ || waiting_.size() >= spec_.max_waiting) return false;
  waiting_.push_back({sequence, sequence.generated_tokens, sequence.last_token.value(), sequence.energy.value()});
  ask(now);
  return true;
}

void StepByStepInstance::send_on(const Job& job, double now) {
  Sequence& sequence = prefilled_.emplace_back(Prefilled{job.seen, Seconds(now - iteration_start_)}).sequence;
  sequence.last_token = Seconds(job.last_token);
  sequence.energy = Energy(job.energy_j);
  lent_.push_back(sequence);
}

void StepByStepInstance::take_prefilled(std::vector<Prefilled>& out) {
  out.insert(out.end(), prefilled_.begin(), prefilled_.end());
  prefilled_.clear();
}

bool StepByStepInstance::make_room(const Sequence& sequence, Seconds) {
  const std::uint64_t step_takes = busy_ && shape_.decodes > 0 ? decoding() : 0;
  if (kv_used() + step_takes + sequence.prompt_tokens + 1 + 1 > spec_.kv_capacity_tokens) return false;
  lent_.push_back(sequence);
  if (busy_) ask_at_next_boundary();
  return true;
}

void StepByStepInstance::receive(const Sequence& sequence, Seconds now) {
  std::erase_if(lent_, [&](const Sequence& other) { return other.request.id == sequence.request.id; });
  waiting_.push_back({sequence, sequence.generated_tokens, sequence.last_token.value(), sequence.energy.value()});
  waiting_.back().seen.decode_at.reset();
  ask(now);
}

void StepByStepInstance::give_back(const Sequence& sequence, Seconds now) {
  std::erase_if(lent_, [&](const Sequence& other) { return other.request.id == sequence.request.id; });
  if (!open_ || outstanding() == 0) return;
  see();
  if (scheduler_.freed(view(now.value()))) ask(now);
}

void StepByStepInstance::shut_down(Seconds now) {
  for (const auto* jobs : {&waiting_, &running_})
    for (const Job& job : *jobs) observer_.lost(id_, job.seen, now);
  rest(false, Power(), now);
  waiting_.clear();
  running_.clear();
  lent_.clear();
}

void StepByStepInstance::hand_back_waiting(double newest_fraction, Seconds, std::vector<Sequence>& out) {
  std::vector<std::size_t> not_begun;
  for (std::size_t i = 0; i < waiting_.size(); ++i)
    if (waiting_[i].tokens == 0) not_begun.push_back(i);
  std::vector<Sequence> newest_first;
  const double wanted = newest_fraction * static_cast<double>(not_begun.size()) - 1e-9;
  while (static_cast<double>(newest_first.size()) < wanted) {
    hand_back(not_begun.back(), newest_first);
    not_begun.pop_back();
  }
  out.insert(out.end(), newest_first.rbegin(), newest_first.rend());
}

void StepByStepInstance::hand_back_all(Seconds now, std::vector<Sequence>& out) {
  if (outstanding() == 0) return;
  spend(now.value());
  for (Job& job : running_) give_up_place(job);
  waiting_.insert(waiting_.begin(), running_.begin(), running_.end());
  running_.clear();
  while (!waiting_.empty()) hand_back(0, out);
  unused_.clear();
  rest(true, spec_.power->idle_loaded(), now);
}

/// Of a waiting job.
void StepByStepInstance::hand_back(std::size_t waiting, std::vector<Sequence>& out) {
  const Job& job = waiting_[waiting];
  Sequence& sequence = out.emplace_back(job.seen);
  sequence.last_token = Seconds(job.last_token);
  sequence.energy = Energy(job.energy_j);
  waiting_.erase(waiting_.begin() + static_cast<std::ptrdiff_t>(waiting));
  ask_at_next_boundary();
}

/// It loses its KV cache and keeps what it generated.
void StepByStepInstance::give_up_place(Job& job) {
  unshare(job);
  const std::uint32_t whole = job.seen.request.input_tokens + job.tokens;
  totals_.recomputed_tokens += job.seen.decoding() ? whole : job.seen.prefilled_tokens;
  job.seen.prompt_tokens = whole;
  job.seen.prefilled_tokens = 0;
  job.seen.generated_tokens = job.tokens;
}

}  // namespace headroom::test
