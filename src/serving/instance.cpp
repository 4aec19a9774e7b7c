#include "serving/instance.hpp"

#include <algorithm>
#include <cmath>

#include "model/power/clamp.hpp"
#include "serving/plan_check.hpp"

namespace headroom {
namespace {

/// A piece ends where its draw would have moved by this fraction of TDP (DESIGN section 3).
constexpr double kDrawTolerance = 0.005;
/// Longer queues grow as they are needed.
constexpr std::uint32_t kUsualQueue = 64;

}  // namespace

Instance::Instance(InstanceId id, const InstanceSpec& spec, BatchScheduler& scheduler,
                   std::span<QuantileSketch> token_gaps, InstanceObserver& observer, Seconds made)
    : id_(id),
      spec_(spec),
      scheduler_(scheduler),
      observer_(observer),
      limiter_(spec.limits, spec.gpu->tdp),
      booking_(scheduler.booking()),
      hears_of_arrivals_(scheduler.hears_of_arrivals()),
      gaps_(token_gaps),
      server_clock_(spec.gpu->max_clock),
      own_clock_(spec.gpu->max_clock),
      clock_limit_(spec.gpu->max_clock),
      clock_(spec.gpu->max_clock),
      draw_(spec.power->idle_loaded()),
      draw_since_(made.value()),
      prefixes_(spec.prompts ? std::make_unique<InstancePrefixes>(*spec.prompts) : nullptr) {
  waiting_.reserve(std::min(spec.max_waiting, kUsualQueue) + 1);
  running_.reserve(64);
  finish_at_.reserve(64);
}

bool Instance::offer(const Request& request, Seconds now, std::optional<InstanceId> decode_at) {
  if (!takes_more()) return false;
  Sequence& sequence = waiting_.emplace_back();
  sequence.request = request;
  sequence.prompt_tokens = request.input_tokens;
  sequence.decode_at = decode_at;
  if (decode_at) ++sent_on_;
  promised_ += promise_of(sequence);
  queued(now);
  return true;
}

/// The last of the queue is new.
void Instance::queued(Seconds now) {
  add_pending(waiting_.back());
  if (!hears_of_arrivals_ || scheduler_.arrived(view(now), waiting_.back())) ask(now);
}

/// At once where no step is under way.
void Instance::ask(Seconds now) {
  if (running_step_) ask_at_next_boundary(now);
  else begin(now.value());
}

/// The batch may change there: the piece under way ends.
void Instance::ask_at_next_boundary(Seconds now) {
  asks_next_ = true;
  if (piece_.count <= 1) return;
  piece_.count = std::min(piece_.count, piece_.done(now.value()) + 1);
  next_event_ = std::min(Seconds(piece_.end()), limiter_.next_change(now));
}

void Instance::on_event(Seconds now) {
  if (now.value() < piece_.end()) return replan(now.value());  // the limit changed in mid-iteration
  const bool decoded = shape_.decodes > 0;
  const bool prefilled = shape_.prefill_tokens > 0;
  settle(piece_.count, now.value());
  const bool finishes = decoded && decode_counter_ == next_finish_;
  if (prefilled) finish_prefill(now.value());
  if (finishes) finish_decodes(now.value());
  if (prefilled || finishes || must_ask()) begin(now.value());
  else start_piece(now.value(), 0.0, now.value());
}

/// Whether the scheduler is to be asked although no prefill and no request has finished.
bool Instance::must_ask() const {
  return asks_next_ || decode_counter_ >= asked_by_ ||
         (booking_ == KvBooking::by_step && kv_used_ + decodes_ > spec_.kv_capacity_tokens);
}

void Instance::set_clock(Hertz clock, Seconds now) {
  server_clock_ = clock;
  clock_limit_changed(now);
}

void Instance::set_own_clock(Hertz clock, Seconds now) {
  own_clock_ = clock;
  clock_limit_changed(now);
}

void Instance::clock_limit_changed(Seconds now) {
  const Hertz lower = std::min(server_clock_, own_clock_);
  if (lower == clock_limit_) return;
  clock_limit_ = lower;
  if (running_step_) replan(now.value());
  else clock_ = lower;
}

void Instance::stall(Seconds duration, Seconds now) {
  if (!running_step_) return;
  replan(now.value());
  piece_.count = 1;
  piece_.first += duration.value();
  next_event_ = std::min(Seconds(piece_.end()), limiter_.next_change(now));
}

void Instance::set_max_batch(std::uint32_t sequences, Seconds now) {
  const std::uint32_t most = std::min(sequences, spec_.max_batch);
  if (most == max_batch_) return;
  max_batch_ = most;
  if (running_step_) ask_at_next_boundary(now);
}

void Instance::set_cap(std::optional<Power> per_gpu, Seconds now) {
  if (per_gpu == limiter_.cap()) return;
  limiter_.set_cap(per_gpu, now);
  if (running_step_) replan(now.value());
}

void Instance::set_thermal_limit(Power per_gpu, Seconds now) {
  if (per_gpu == limiter_.thermal()) return;
  limiter_.set_thermal(per_gpu);
  if (running_step_) replan(now.value());
}

Energy Instance::gpu_energy(Seconds now) const {
  return Energy(energy_j_) + gpu_power() * (now - Seconds(draw_since_));
}

std::uint64_t Instance::kv_recounted_tokens() const {
  std::uint64_t sum = 0;
  for (const Sequence& sequence : running_) sum += kv_tokens(sequence);
  return sum + kv_beside_running();
}

std::uint64_t Instance::tokens_in_flight() const {
  std::uint64_t sum = 0;
  for (const Sequence& sequence : waiting_) sum += sequence.generated_tokens;
  for (const Sequence& sequence : running_) sum += sequence.generated_tokens + sequence.decoded(decode_counter_);
  return sum;
}

InstanceView Instance::view(Seconds now) const {
  return {.id = id_,
          .now = now,
          .waiting = waiting_,
          .running = running_,
          .decodes = decodes_,
          .pausing = pausing_,
          .decode_counter = decode_counter_,
          .kv_capacity_tokens = spec_.kv_capacity_tokens,
          .kv_used_tokens = kv_used_,
          .max_batch = max_batch_,
          .gpus = spec_.tensor_parallel,
          .times = StepTimes(*spec_.performance, clock_, spec_.gpu->max_clock),
          .prefixes = prefixes_.get()};
}

/// Asks the scheduler what to run from this iteration boundary on, and starts it.
void Instance::begin(double now) {
  asks_next_ = false;
  if (cancels_) drop_cancelled(now);
  plan_.clear();
  if (prefixes_) {
    prefixes_->keep_within(spec_.kv_capacity_tokens - kv_used_);
    prefixes_->look_up_among(waiting_, running_);
  }
  const InstanceView seen = view(Seconds(now));
  scheduler_.plan(seen, plan_);
  check_plan(plan_, seen, booking_, spec_.scheduler_name);
  apply_plan(now);
  asked_by_ = plan_.steps == StepPlan::kAny ? StepPlan::kAny : decode_counter_ + plan_.steps;
  const bool is_idle = shape_.decodes == 0 && shape_.prefill_tokens == 0;
  if (is_idle && !plan_.preemptions.empty()) return begin(now);  // those may be admitted now
  if (is_idle) return rest(spec_.power->idle_loaded(), now);
  if (shape_.decodes == 0) gaps_.pause(now);
  running_step_ = true;
  start_piece(now, 0.0, now);
}

/// No step runs from now on; each GPU draws so much meanwhile.
void Instance::rest(Power draw, double now) {
  running_step_ = false;
  clock_ = clock_limit_;
  limiter_.demand(draw, Seconds(now));
  set_draw(draw, now);
  next_event_ = PowerLimiter::kNever;
}

void Instance::start_piece(double now, double done_before, double iteration_start) {
  const double context = shape_.decodes > 0 ? static_cast<double>(context_) : 0.0;
  shape_.decode_context_tokens = context;
  const OperatingPoint demand = operate(*spec_.performance, *spec_.power, shape_, clock_limit_);
  limiter_.demand(demand.draw, Seconds(now));
  const auto [clock, cost, draw] =
      clamped(*spec_.performance, *spec_.power, shape_, demand, spec_.gpu->min_clock, limiter_.limit(Seconds(now)));
  clock_ = clock;
  piece_.start = now;
  piece_.first = cost.duration(context).value() * (1.0 - done_before);
  piece_.growth = cost.per_context_token.value() * shape_.decodes;
  piece_.iteration_start = iteration_start;
  piece_.done_before = done_before;
  piece_.count = asks_next_ || shape_.prefill_tokens > 0 || done_before > 0 ? 1 : iterations_ahead(cost, draw);
  set_draw(draw, now);
  next_event_ = std::min(Seconds(piece_.end()), limiter_.next_change(Seconds(now)));
}

/// How many equal decode steps follow: until a sequence finishes, KV memory runs out, or coefficients or draw no longer
/// hold.
std::uint64_t Instance::iterations_ahead(const StepCost& cost, Power draw) const {
  std::uint64_t count = next_finish_ - decode_counter_;
  count = std::min(count, asked_by_ - decode_counter_);
  if (booking_ == KvBooking::by_step) count = std::min(count, (spec_.kv_capacity_tokens - kv_used_) / decodes_);
  const double context = static_cast<double>(context_);
  if (std::isfinite(cost.valid_to_context)) {
    const double holds = std::max(0.0, (cost.valid_to_context - context) / decodes_);
    if (holds < static_cast<double>(count)) count = static_cast<std::uint64_t>(holds) + 1;
  }
  if (count <= 1) return 1;
  const double last = static_cast<double>(count - 1);
  const Power at_end = spec_.power->draw(GpuActivity::during(cost, context + decodes_ * last), clock_);
  const double moved = std::abs((at_end - draw) / spec_.gpu->tdp);
  if (moved <= kDrawTolerance) return count;
  return static_cast<std::uint64_t>(last * (kDrawTolerance / moved)) + 1;
}

/// Takes up the iteration under way with the present clock and limit: what is left of it takes its share of the new
/// duration.
void Instance::replan(double now) {
  const std::uint64_t done = std::min(piece_.done(now), piece_.count - 1);
  const double begun = piece_.start + piece_.elapsed(done);
  const double before = done == 0 ? piece_.done_before : 0.0;
  const double iteration_start = done == 0 ? piece_.iteration_start : begun;
  const double whole = piece_.duration(done);  // 0 where a change fell on the very end of an iteration
  const double fraction = whole > 0 ? before + (1.0 - before) * ((now - begun) / whole) : 1.0;
  settle(done, now);
  start_piece(now, std::clamp(fraction, 0.0, 1.0), iteration_start);
}

/// Books what the piece did up to `now`, of which `iterations` are complete.
void Instance::settle(std::uint64_t iterations, double now) {
  observer_.ran(id_, shape_, Seconds(piece_.start), Seconds(now), iterations, clock_, draw_);
  account_energy(now);
  totals_.steps += iterations;
  worked_since_ = piece_.iteration_start;
  if (shape_.decodes == 0 || iterations == 0) return;
  gaps_.decoded(piece_, iterations);
  const std::uint64_t tokens = iterations * decodes_;
  decode_counter_ += iterations;
  context_ += tokens;
  if (booking_ != KvBooking::whole_answer) kv_used_ += tokens;
  totals_.output_tokens += tokens;
  last_decode_end_ = piece_.start + piece_.elapsed(iterations);
}

/// Adds the energy since the last booking and attributes it to the sequences of the step by their tokens.
void Instance::account_energy(double now) {
  const double energy = gpu_power().value() * (now - draw_since_);
  energy_j_ += energy;
  draw_since_ = now;
  if (!running_step_) return;
  const double each = energy / (shape_.decodes + shape_.prefill_tokens);
  if (shape_.decodes > 0) energy_share_ += each;
  if (shape_.prefill_tokens > 0)
    for (const auto& chunk : plan_.prefill) running_[chunk.running].energy += Energy(each * chunk.tokens);
}

void Instance::set_draw(Power draw, double now) {
  energy_j_ += gpu_power().value() * (now - draw_since_);
  draw_since_ = now;
  draw_ = draw;
}

}  // namespace headroom
