#include "model/open_load.hpp"

#include <algorithm>
#include <cmath>

#include "headroom/elementary.hpp"
#include "model/outcomes.hpp"

namespace headroom {
namespace {

constexpr double kGridRatio = 1.2;       ///< of batches between which the life of a request is interpolated
constexpr std::size_t kBatches = 24;     ///< that the latencies tell apart
constexpr std::size_t kCompanions = 16;  ///< prompts taken up with an arrival's that they tell apart
constexpr double kUnlikely = 1e-6;

SteadyLoad with_batch(SteadyLoad load, double batch) {
  load.batch = batch;
  return load;
}

}  // namespace

/// How many are in flight, as a birth-death chain: they come at the rate, and go as fast as the batch lets them.
struct OpenLoad::Chain {
  std::vector<double> in_batch;  ///< chance of each number up to the largest batch, of which none waits
  double full = 0;               ///< chance that an arrival has to wait
  double wait_s = 0;             ///< of those, mean
};

OpenLoad::OpenLoad(const LimitedGpu& gpu, const SteadyLoad& request, double most_in_batch, double output_cv)
    : gpu_(gpu), request_(request), most_(std::floor(most_in_batch)), output_cv_(output_cv) {
  for (double batch = 1;; batch = std::min(most_, std::ceil(batch * kGridRatio))) {
    const SteadyState state = steady_state(gpu, with_batch(request, batch));
    points_.push_back({batch, batch * request.output_tokens / state.output_tokens_per_s, state.gpu_power.value()});
    if (batch >= most_) return;
  }
}

OpenLoad::Point OpenLoad::with(double batch) const {
  const auto above = std::ranges::lower_bound(points_, batch, {}, &Point::batch);
  if (above == points_.begin()) return *above;
  const Point &high = *above, &low = *(above - 1);
  const double share = (batch - low.batch) / (high.batch - low.batch);
  return {batch, low.life_s + share * (high.life_s - low.life_s), low.gpu_w + share * (high.gpu_w - low.gpu_w)};
}

double OpenLoad::capacity_per_s() const {
  return points_.back().batch / points_.back().life_s;
}

OpenLoad::Chain OpenLoad::chain(double rate_per_s) const {
  const double load = rate_per_s / capacity_per_s();
  std::vector<double> logs{0};  // of weights, which may be larger than any number
  for (double n = 1; n <= most_; ++n) logs.push_back(logs.back() + portable::log(rate_per_s * with(n).life_s / n));
  const double highest = std::ranges::max(logs);
  Chain chain;
  double total = 0;
  for (const double log : logs) total += chain.in_batch.emplace_back(portable::exp(log - highest));
  // The full instance is a server of its own, in front of which those wait that find it so.
  const double beyond = chain.in_batch.back() * load / (1 - load);
  total += beyond;
  for (double& chance : chain.in_batch) chance /= total;
  chain.full = chain.in_batch.back() + beyond / total;
  chain.wait_s = 0.5 * (1 + output_cv_ * output_cv_) / (capacity_per_s() - rate_per_s);
  return chain;
}

/// Of arrivals that find such a batch: they wait for the rest of a step, then for their own.
void OpenLoad::add_first_tokens(const CountOutcome& batch, double rate_per_s, std::vector<Way>& ways) const {
  const SteadyLoad joined = with_batch(request_, batch.count + 1);
  const std::vector<PromptStep> steps = steps_of(batch.count);
  double time = 0;
  for (const PromptStep& step : steps) time += step.probability * step.length_s;
  std::vector<double> own_s;  // by companions
  for (std::size_t others = 0; others < kCompanions; ++others)
    own_s.push_back(prompt_step_s(gpu_, joined, std::min(joined.batch, 1.0 + static_cast<double>(others))));
  for (const PromptStep& step : steps) {
    const double share = step.probability * step.length_s / time;
    if (share < kUnlikely) continue;
    const std::vector<double> chances = poisson(rate_per_s * step.length_s, kCompanions);
    for (std::size_t others = 0; others < kCompanions; ++others)
      ways.push_back({batch.probability * share * chances[others], own_s[others], step.length_s, 0});
  }
}

/// Of the tokens that such a batch makes.
void OpenLoad::add_gaps(const CountOutcome& batch, std::vector<Way>& ways) const {
  const SteadyLoad load = with_batch(request_, batch.count);
  const double tokens = batch.probability * batch.count * load.output_tokens / with(batch.count).life_s;
  std::vector<Way> gaps = load.mixes_prefill ? mixed_gaps(load) : paused_gaps(load);
  double total = 0;
  for (const Way& gap : gaps) total += gap.weight;
  for (Way& gap : gaps) {
    gap.weight *= tokens / total;
    if (gap.weight > 0) ways.push_back(gap);
  }
}

std::vector<PromptStep> OpenLoad::steps_of(double batch) const {
  return prompt_steps(gpu_, with_batch(request_, batch), batch / with(batch).life_s);
}

/// Steps themselves; those of more chunks than a step has room for are several.
std::vector<Way> OpenLoad::mixed_gaps(const SteadyLoad& load) const {
  const double chunks = chunks_of(load);
  const double room = std::max(1.0, load.step_tokens * chunks / load.prompt_tokens);
  std::vector<Way> gaps;
  for (const PromptStep& step : steps_of(load.batch)) {
    const double prompts = std::min(step.prompts, room);
    const double count = step.prompts > 0 ? chunks * std::max(1.0, step.prompts / room) : 1;
    const double parts = prompts > 0 ? chunks : 1;
    gaps.push_back({step.probability * count * std::max(0.0, load.batch - step.prompts),
                    prompt_step_s(gpu_, load, prompts) / parts});
  }
  return gaps;
}

/// A decode step and the pause before it, in which prompts that come make it longer: the whole progeny of those that
/// came in the step before has Consul's generalised Poisson distribution (Consul and Jain 1973).
std::vector<Way> OpenLoad::paused_gaps(const SteadyLoad& load) const {
  const double step_s = prompt_step_s(gpu_, load, 0);
  const double flow = load.batch / with(load.batch).life_s;
  const double expected = load.batch / (load.output_tokens - 1);
  const double each = std::min(0.95, flow * prompt_step_s(gpu_, load, 1));
  const double first = expected * (1 - each);
  std::vector<Way> gaps;
  double log_factorial = 0, rest = 1;
  for (double prompts = 0; prompts <= load.batch && rest > kUnlikely; ++prompts) {
    if (prompts > 0) log_factorial += portable::log(prompts);
    const double sum = first + each * prompts;
    const double chance =
        portable::exp(portable::log(first) + (prompts - 1) * portable::log(sum) - sum - log_factorial);
    rest -= chance;
    const double pause_s = prompts > 0 ? prompt_step_s(gpu_, load, prompts) : 0;
    gaps.push_back({chance * (load.batch - prompts), step_s + pause_s});
    gaps.push_back({chance * prompts, step_s});
  }
  return gaps;
}

std::optional<OpenState> OpenLoad::at(double rate_per_s) const {
  if (rate_per_s >= capacity_per_s()) return std::nullopt;
  const Chain chain = this->chain(rate_per_s);
  const double idle = chain.in_batch[0];
  OpenState state;
  state.busy_fraction = 1 - idle;
  state.waiting = rate_per_s * chain.full * chain.wait_s;
  double gpu_w = idle * gpu_.power.idle_loaded().value() + chain.full * points_.back().gpu_w;
  std::vector<Way> batches{{idle, 0}, {chain.full, most_}};
  std::vector<CountOutcome> between;
  for (double n = 1; n < most_; ++n) {
    const double chance = chain.in_batch[static_cast<std::size_t>(n)];
    if (chance < kUnlikely * state.busy_fraction) continue;
    gpu_w += chance * with(n).gpu_w;
    batches.push_back({chance, n});
    between.push_back({n, chance});
  }
  state.batch = spread_of(batches);
  state.gpu_power = Power(gpu_w);
  state.e2e = Seconds((state.batch.mean + state.waiting) / rate_per_s);

  std::vector<Way> first{{idle, prompt_step_s(gpu_, with_batch(request_, 1), 1)},
                         {chain.full, prompt_step_s(gpu_, with_batch(request_, most_), 1), 0, chain.wait_s}};
  std::vector<Way> gaps;
  between = merged(between, kBatches);
  for (const CountOutcome& batch : between) add_first_tokens(batch, rate_per_s, first);
  state.ttft_s = spread_of(first);
  if (request_.output_tokens <= 1) return state;
  between.push_back({most_, chain.full});
  for (const CountOutcome& batch : between) add_gaps(batch, gaps);
  state.tbt_s = spread_of(gaps);
  return state;
}

}  // namespace headroom
