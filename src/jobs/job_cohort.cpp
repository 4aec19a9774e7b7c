#include "jobs/job_cohort.hpp"

#include <algorithm>

#include "base/problem.hpp"
#include "base/text.hpp"
#include "kernel/event_queue.hpp"

namespace headroom {
namespace {

/// How long nothing must happen at a stage, which may react late, before it counts as quiet.
constexpr Seconds kQuiet{1.0};
/// Steps of a waveform that may begin at one date.
constexpr std::uint32_t kMostSteps = 100'000;

}  // namespace

JobCohort::Stages JobCohort::started(std::vector<std::unique_ptr<Smoother>> smoothers, const PolicyContext& context,
                                     Seconds now) {
  Stages stages;
  for (auto& smoother : smoothers) {
    smoother->start(context, now);
    stages.push_back({std::move(smoother)});
  }
  return stages;
}

/// Lets power pass the stages, which hear of what is new and what is due alone; returns what the last of them draws.
Power JobCohort::pass(Stages& stages, Power power, Seconds now) {
  for (auto& [smoother, given] : stages) {
    if (power != given) smoother->demand(power, now);
    else if (smoother->next_change() <= now) smoother->advance(now);
    given = power;
    power = smoother->draw();
  }
  return power;
}

/// Adds where energy went in the stages, which have been given `demand` and have drawn `drawn`.
SmoothingBooks JobCohort::books_of(const Stages& stages, Energy demand, Energy drawn, Seconds now) {
  SmoothingBooks sum{.demand = demand, .drawn = drawn};
  for (const auto& [smoother, given] : stages) {
    const SmoothingBooks books = smoother->books(now);
    sum.unserved += books.unserved;
    sum.burned += books.burned;
    sum.stored += books.stored;
    sum.lost += books.lost;
  }
  return sum;
}

JobCohort::JobCohort(std::unique_ptr<Waveform> waveform, const JobClock& clock, const JobServer& server,
                     const SmoothingConfig& smoothing, const JobLimit& limit, const PolicyContext& context, Seconds now)
    : waveform_(std::move(waveform)),
      clock_(clock),
      server_(server),
      gpu_stages_(started(smoothing.make(SmootherPlace::gpu), context, now)),
      rack_stages_(started(smoothing.make(SmootherPlace::rack), context, now)),
      tdp_(context.gpu_tdp),
      limit_(limit),
      ceiling_(ceiling()),
      step_end_(now),
      since_(now) {
  for (const auto& stage : gpu_stages_) highest_ = std::min(highest_, stage.smoother->highest_draw());
  running_.power = server_.idle;  // what the stages come from: a ramp begins there, not at 0
  evaluate(now);
  advance(now);
}

/// What a GPU can draw under the limit.
Power JobCohort::ceiling() const {
  return clock_.run({Seconds(1.0), tdp_, PhaseKind::compute}, limit_).power;
}

void JobCohort::advance(Seconds now) {
  settle(now);
  for (std::uint32_t steps = 0; step_end_ <= now; ++steps) {
    if (steps == kMostSteps)
      throw InputError("a training job at " + shortest(now.value()) + " s",
                       "makes no progress: the steps of its waveform are too short");
    next_step(step_end_);
  }
  evaluate(now);
}

void JobCohort::next_step(Seconds begin) {
  if (stopped_ || !waveform_->next(step_)) return rest();
  running_ = clock_.run(step_, limit_);
  step_end_ = on_grid(begin + running_.duration);
}

void JobCohort::rest() {
  stopped_ = true;
  running_ = {Smoother::kNever, server_.idle, PhaseKind::idle};
  step_end_ = Smoother::kNever;
}

void JobCohort::stop(Seconds now) {
  settle(now);
  rest();
  evaluate(now);
}

/// It draws what it wants, or what it draws at the GPU changes no more.
bool JobCohort::is_still() const {
  const Power little = tdp_ * 1e-4;
  const auto close = [&](Power a, Power b) { return a - b < little && b - a < little; };
  const bool is_stuck = std::ranges::all_of(
      gpu_stages_, [](const auto& stage) { return stage.smoother->next_change() == Smoother::kNever; });
  return (is_stuck || close(gpu_, running_.power)) && close(feed_, inlet_);
}

void JobCohort::limit(const JobLimit& limit, Seconds now) {
  const bool is_new = limit != limit_;
  limit_ = limit;
  if (!is_new) return;
  settle(now);
  ceiling_ = ceiling();
  if (!stopped_) {
    const double left = (step_end_ - now) / running_.duration;
    running_ = clock_.run(step_, limit_);
    step_end_ = on_grid(now + running_.duration * left);
  }
  evaluate(now);
}

void JobCohort::settle(Seconds now) {
  const Seconds span = now - since_;
  since_ = now;
  demand_energy_ += running_.power * span;
  gpu_energy_ += gpu_ * span;
  unburned_energy_ += unburned_ * span;
  inlet_energy_ += inlet_ * span;
  feed_energy_ += feed_ * span;
}

/// What stages burn goes no further than the GPU could under its limit and cap; its demand is under them already.
void JobCohort::draw_gpu(Seconds now) {
  const Power wanted = pass(gpu_stages_, running_.power, now);
  gpu_ = std::min({wanted, std::max(ceiling_, running_.power), highest_});
  unburned_ = wanted - gpu_;
  inlet_ = server_.inlet(gpu_);
}

void JobCohort::evaluate(Seconds now) {
  draw_gpu(now);
  const double gpus = server_.gpus;
  feed_ = rack_stages_.empty() ? inlet_ : pass(rack_stages_, inlet_ / gpus, now) * gpus;
  hand_over(now);
  if (!stopped_ || !is_still()) quiet_from_ = Smoother::kNever;
  else if (quiet_from_ == Smoother::kNever)
    quiet_from_ = gpu_stages_.empty() && rack_stages_.empty() ? now : now + kQuiet;
}

/// Stages that stand by take over from storages that are exhausted; what they draw then is a new demand to these.
void JobCohort::hand_over(Seconds now) {
  const bool exhausted =
      std::ranges::any_of(rack_stages_, [](const auto& stage) { return stage.smoother->exhausted(); });
  if (exhausted == exhausted_) return;
  exhausted_ = exhausted;
  for (const auto& stage : gpu_stages_) stage.smoother->take_over(exhausted, now);
  draw_gpu(now);
  feed_ = pass(rack_stages_, inlet_ / static_cast<double>(server_.gpus), now) * static_cast<double>(server_.gpus);
}

Seconds JobCohort::next_change() const {
  Seconds next = step_end_;
  if (quiet_from_ > since_) next = std::min(next, quiet_from_);
  for (const auto* stages : {&gpu_stages_, &rack_stages_})
    for (const auto& stage : *stages) next = std::min(next, stage.smoother->next_change());
  return next;
}

void JobCohort::begin_statistics(Seconds now) {
  settle(now);
  demand_energy_ = gpu_energy_ = unburned_energy_ = inlet_energy_ = feed_energy_ = Energy();
  for (const auto* stages : {&gpu_stages_, &rack_stages_})
    for (const auto& stage : *stages) stage.smoother->begin_statistics(now);
}

SmoothingBooks JobCohort::gpu_books(Seconds now) const {
  const Seconds span = now - since_;
  SmoothingBooks books = books_of(gpu_stages_, demand_energy_ + running_.power * span, gpu_energy_ + gpu_ * span, now);
  books.burned -= unburned_energy_ + unburned_ * span;
  return books;
}

SmoothingBooks JobCohort::rack_books(Seconds now) const {
  const Seconds span = now - since_;
  const double gpus = server_.gpus;
  return books_of(rack_stages_, (inlet_energy_ + inlet_ * span) / gpus, (feed_energy_ + feed_ * span) / gpus, now);
}

std::optional<StorageUse> JobCohort::storage_use(Seconds now) const {
  for (const auto& stage : rack_stages_)
    if (const auto use = stage.smoother->storage_use(now)) return use;
  return std::nullopt;
}

}  // namespace headroom
