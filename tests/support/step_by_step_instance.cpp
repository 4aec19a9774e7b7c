#include "support/step_by_step_instance.hpp"

#include <algorithm>
#include <cmath>
#include <utility>

#include "model/power/clamp.hpp"

namespace headroom::test {

StepByStepInstance::StepByStepInstance(InstanceId id, const InstanceSpec& spec, BatchScheduler& scheduler,
                                       std::span<QuantileSketch> token_gaps, InstanceObserver& observer)
    : id_(id),
      spec_(spec),
      scheduler_(scheduler),
      token_gaps_(token_gaps),
      observer_(observer),
      limiter_(spec.limits, spec.gpu->tdp),
      server_clock_(spec.gpu->max_clock),
      own_clock_(spec.gpu->max_clock),
      clock_limit_(spec.gpu->max_clock),
      clock_(spec.gpu->max_clock),
      draw_(spec.power->idle_loaded()) {}

bool StepByStepInstance::offer(const Request& request, Seconds now, std::optional<InstanceId> decode_at) {
  Sequence sequence;
  sequence.decode_at = decode_at;
  sequence.request = request;
  sequence.prompt_tokens = request.input_tokens;
  return resume(sequence, now);
}

/// No iteration runs from now on; each GPU draws so much.
void StepByStepInstance::rest(bool open, Power draw, Seconds now) {
  spend(now.value());
  open_ = open;
  busy_ = false;
  clock_ = clock_limit_;
  limiter_.demand(draw, now);
  draw_ = draw;
}

void StepByStepInstance::ask_at_next_boundary() {
  asks_next_ = true;
  left_in_piece_ = 1;
}

/// At once, where no iteration is under way.
void StepByStepInstance::ask(Seconds now) {
  if (busy_) ask_at_next_boundary();
  else boundary(now.value());
}

void StepByStepInstance::on_event(Seconds now) {
  if (now.value() < segment_end_) return interrupt(now.value());
  const bool limit_changes = limiter_.next_change(Seconds(segment_start_)) <= now;
  finish_iteration(now.value());
  if (limit_changes) left_in_piece_ = 0;
  boundary(now.value());
}

void StepByStepInstance::set_clock(Hertz clock, Seconds now) {
  server_clock_ = clock;
  const Hertz before = std::exchange(clock_limit_, std::min(clock, own_clock_));
  if (!busy_) clock_ = clock_limit_;
  else if (clock_limit_ != before) interrupt(now.value());
}

void StepByStepInstance::set_own_clock(Hertz clock, Seconds now) {
  own_clock_ = clock;
  set_clock(server_clock_, now);
}

void StepByStepInstance::set_max_batch(std::uint32_t sequences, Seconds) {
  if (sequences != max_batch_) ask_at_next_boundary();
  max_batch_ = sequences;
}

void StepByStepInstance::set_cap(std::optional<Power> per_gpu, Seconds now) {
  if (per_gpu == limiter_.cap()) return;
  limiter_.set_cap(per_gpu, now);
  if (busy_) interrupt(now.value());
}

void StepByStepInstance::set_thermal_limit(Power per_gpu, Seconds now) {
  if (per_gpu == limiter_.thermal()) return;
  limiter_.set_thermal(per_gpu);
  if (busy_) interrupt(now.value());
}

Seconds StepByStepInstance::next_event() const {
  if (!busy_) return PowerLimiter::kNever;
  return std::min(Seconds(segment_end_), limiter_.next_change(Seconds(segment_start_)));
}

Energy StepByStepInstance::gpu_energy(Seconds now) const {
  return Energy(energy_j_ + draw_.value() * spec_.tensor_parallel * (now.value() - spent_to_));
}

InstanceLoad StepByStepInstance::load() const {
  std::uint64_t pending = 0;
  for (const auto* jobs : {&waiting_, &running_})
    for (const Job& job : *jobs) pending += job.seen.to_prefill();
  return {.outstanding = outstanding(), .pending_tokens = pending, .up = open_};
}

double StepByStepInstance::context() const {
  double sum = 0;
  for (const Job& job : running_)
    if (job.seen.decoding()) sum += static_cast<double>(job.context());
  return sum;
}

std::uint64_t StepByStepInstance::kv_used() const {
  std::uint64_t sum = 0;
  for (const Job& job : running_) sum += job.kv();
  for (const Job& job : waiting_)
    if (job.seen.decoding()) sum += job.kv();
  for (const Sequence& sequence : lent_) sum += std::uint64_t{sequence.prompt_tokens} + 1;
  return spec_.prompts ? sum + pinned().size() * spec_.prompts->block_tokens() : sum;
}

std::uint32_t StepByStepInstance::decoding() const {
  std::uint32_t count = 0;
  for (const Job& job : running_) count += job.seen.decoding();
  return count;
}

void StepByStepInstance::boundary(double now) {
  spend(now);
  plan(now);
  asks_next_ = false;
  const bool same_batch = busy_ && keeps_batch();
  apply_plan();
  if (shape_.decodes == 0 && shape_.prefill_tokens == 0) {
    if (!plan_.preemptions.empty()) return boundary(now);  // what is free now may be another's
    rest(true, spec_.power->idle_loaded(), Seconds(now));
    return;
  }
  busy_ = true;
  phi_ = 0;
  segment_start_ = iteration_start_ = now;
  if (!same_batch || left_in_piece_ == 0) {
    evaluate(now);
    left_in_piece_ = asks_next_ ? 1 : planned_iterations();
  }
  full_duration_ = spec_.performance->cost(shape_, clock_).duration(shape_.decodes > 0 ? context() : 0.0).value();
  segment_end_ = now + full_duration_;
}

void StepByStepInstance::see() {
  waiting_seen_.clear();
  running_seen_.clear();
  for (const Job& job : waiting_) waiting_seen_.push_back(job.seen);
  for (const Job& job : running_) running_seen_.push_back(job.seen);
}

InstanceView StepByStepInstance::view(double now) {
  return {.now = Seconds(now),
          .waiting = waiting_seen_,
          .running = running_seen_,
          .decodes = decoding(),
          .decode_counter = decode_steps_,
          .kv_capacity_tokens = spec_.kv_capacity_tokens,
          .kv_used_tokens = kv_used(),
          .max_batch = max_batch_,
          .times = StepTimes(*spec_.performance, clock_, spec_.gpu->max_clock),
          .prefixes = spec_.prompts ? this : nullptr};
}

void StepByStepInstance::plan(double now) {
  see();
  plan_.clear();
  scheduler_.plan(view(now), plan_);
}

/// Whether the plan is to decode on with the sequences of the last iteration.
bool StepByStepInstance::keeps_batch() const {
  return plan_.preemptions.empty() && plan_.admissions.empty() && plan_.prefill.empty() && shape_.prefill_tokens == 0 &&
         decoding() == shape_.decodes;
}

void StepByStepInstance::apply_plan() {
  std::vector<Job> admitted;
  for (const std::uint32_t index : plan_.admissions) admitted.push_back(waiting_[index]);
  for (std::size_t i = plan_.admissions.size(); i-- > 0;) waiting_.erase(waiting_.begin() + plan_.admissions[i]);
  for (const std::uint32_t index : plan_.preemptions) preempt(index);
  const std::size_t kept = running_.size();
  for (Job& job : admitted) {
    if (job.seen.decoding()) job.seen.decode_since = decode_steps_;
    running_.push_back(job);
  }
  if (spec_.prompts) share_prompts(kept);
  shape_ = {};
  if (plan_.decode) shape_.decodes = decoding();
  if (plan_.decode) shape_.decode_context_tokens = context();
  for (const auto& chunk : plan_.prefill) {
    const double before = running_[chunk.running].seen.prefilled_tokens;
    ++shape_.prefill_sequences;
    shape_.prefill_tokens += chunk.tokens;
    shape_.prefill_context_tokens += before;
    shape_.prefill_pairs += chunk.tokens * (before + chunk.tokens / 2.0);
  }
}

void StepByStepInstance::preempt(std::size_t index) {
  Job job = running_[index];
  running_.erase(running_.begin() + static_cast<std::ptrdiff_t>(index));
  give_up_place(job);
  ++totals_.preemptions;
  if (spec_.prompts) asks_next_ = true;
  waiting_.insert(waiting_.begin(), job);
}

/// The clock that the limit allows, and the draw there; held until the next evaluation.
void StepByStepInstance::evaluate(double now) {
  const double tokens = shape_.decodes > 0 ? context() : 0.0;
  const auto draw_at = [&](Hertz clock) {
    return spec_.power->draw(GpuActivity::during(spec_.performance->cost(shape_, clock), tokens), clock);
  };
  clock_ = clock_limit_;
  draw_ = draw_at(clock_);
  limiter_.demand(draw_, Seconds(now));
  const Power limit = limiter_.limit(Seconds(now));
  if (draw_ <= limit) return;
  clock_ = clamp_clock(*spec_.performance, *spec_.power, shape_, tokens, clock_limit_, spec_.gpu->min_clock, limit);
  draw_ = draw_at(clock_);
}

std::uint64_t StepByStepInstance::planned_iterations() const {
  if (shape_.prefill_tokens > 0) return 1;
  std::uint64_t most = std::min(plan_.steps, (spec_.kv_capacity_tokens - kv_used()) / decoding());
  for (const Job& job : running_)
    if (job.seen.decoding()) most = std::min<std::uint64_t>(most, job.seen.request.output_tokens - job.tokens);
  const StepCost cost = spec_.performance->cost(shape_, clock_);
  const double each = shape_.decodes;
  const double now = context();
  // The last iteration that begins at a context where the coefficients hold, or the first.
  std::uint64_t holding = 1;
  while (holding < most && now + each * static_cast<double>(holding) <= cost.valid_to_context) ++holding;
  most = std::min(most, holding);
  if (most <= 1) return 1;
  const double last = static_cast<double>(most - 1);
  const Power then = spec_.power->draw(GpuActivity::during(cost, now + each * last), clock_);
  const double moved = std::abs((then - draw_) / spec_.gpu->tdp);
  return moved <= 0.005 ? most : static_cast<std::uint64_t>(last * (0.005 / moved)) + 1;
}

/// Clock, cap or limit changed in mid-iteration: the fraction done stays done, the rest takes its share of the new
/// duration.
void StepByStepInstance::interrupt(double now) {
  spend(now);
  phi_ = std::min(1.0, phi_ + (now - segment_start_) / full_duration_);
  segment_start_ = now;
  evaluate(now);
  left_in_piece_ = phi_ > 0 || asks_next_ ? 1 : planned_iterations();
  full_duration_ = spec_.performance->cost(shape_, clock_).duration(shape_.decodes > 0 ? context() : 0.0).value();
  segment_end_ = now + (1 - phi_) * full_duration_;
}

/// Books the energy since the last booking: on the whole, and on the sequences of the iteration by their tokens.
void StepByStepInstance::spend(double now) {
  const double energy = draw_.value() * spec_.tensor_parallel * (now - spent_to_);
  spent_to_ = now;
  energy_j_ += energy;
  if (!busy_) return;
  const double each = energy / (shape_.decodes + shape_.prefill_tokens);
  if (shape_.decodes > 0)
    for (Job& job : running_)
      if (job.seen.decoding()) job.energy_j += each;
  for (const auto& chunk : plan_.prefill) running_[chunk.running].energy_j += each * chunk.tokens;
}

void StepByStepInstance::finish_iteration(double now) {
  spend(now);
  ++totals_.steps;
  --left_in_piece_;
  std::vector<bool> produces(running_.size(), false);
  if (shape_.decodes > 0) {
    ++decode_steps_;
    for (std::size_t i = 0; i < running_.size(); ++i) produces[i] = running_[i].seen.decoding();
  }
  for (const auto& chunk : plan_.prefill) {
    Job& job = running_[chunk.running];
    job.seen.prefilled_tokens += chunk.tokens;
    if (!job.seen.decoding()) continue;
    produces[chunk.running] = true;
    job.seen.decode_since = decode_steps_;
    job.seen.generated_tokens = job.tokens + 1;
  }
  std::vector<Job> still;
  for (std::size_t i = 0; i < running_.size(); ++i)
    if (produces[i]) produce_token(running_[i], now);
  if (spec_.prompts) evict();
  if (spec_.prompts) unshare_finished();
  for (Job& job : running_) {
    if (job.seen.decode_at && job.seen.decoding()) send_on(job, now);
    else if (job.tokens < job.seen.request.output_tokens) still.push_back(job);
  }
  if (still.size() < running_.size()) left_in_piece_ = 0;
  running_ = still;
}

void StepByStepInstance::produce_token(Job& job, double now) {
  if (job.tokens == 0) job.seen.first_token = Seconds(now);
  else token_gaps_[job.seen.request.request_class.index()].add(now - job.last_token);
  ++job.tokens;
  ++totals_.output_tokens;
  job.last_token = now;
  if (job.tokens < job.seen.request.output_tokens) return;
  job.seen.energy = Energy(job.energy_j);
  observer_.completed(id_, job.seen, Seconds(now));
}

}  // namespace headroom::test
